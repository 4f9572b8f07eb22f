/* What the theme leaves to the mouse, for people who use keys, their voice or a screen reader: the menu on a narrow
   page, which is a wide one at 400 % (WCAG 2.2, 2.1.1, 2.4.7, 4.1.2), letters that do something alone (2.1.4), what
   lies over the page (1.4.13, 2.4.11), and tables wider than their place, which not every browser lets keys reach.
   Without it the site can be read, and its menu pressed. */
(() => {
  "use strict";
  const narrow = matchMedia("(max-width: 76.234375em)"), menu = document.querySelector(".md-nav--primary");
  const drawer = document.getElementById("__drawer"), search = document.getElementById("__search");
  const languages = document.querySelector(".md-select"), query = document.querySelector(".md-search__input");
  const labels = (toggle, where) => [...where.querySelectorAll(`label[for="${CSS.escape(toggle.id)}"]`)];
  const isSeen = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? true;
  const focus = (element) => element?.focus({ preventScroll: true });

  /* Put a button into a label: what it does for the mouse, it does for keys and screen readers. `isWide`: also
     where the page is wide, and the label not hidden or a heading. */
  function button(label, toggle, name, isWide) {
    const inner = document.createElement("span");
    inner.className = "db-press";
    inner.append(...label.childNodes);
    label.append(inner);
    if (name) inner.setAttribute("aria-label", name);
    const tell = () => {
      const is = isWide || narrow.matches, set = { role: "button", tabindex: "0", "aria-expanded": toggle.checked };
      for (const [key, value] of Object.entries(set)) if (is) inner.setAttribute(key, value); else inner.removeAttribute(key);
    };
    const press = (event) => { event.preventDefault(); toggle.click(); };
    inner.addEventListener("click", press);
    inner.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") press(event); });
    toggle.addEventListener("change", tell);
    narrow.addEventListener("change", tell);
    tell();
    return inner;
  }

  function shut(toggle) { if (toggle.checked) toggle.click(); }

  /* The innermost list of the menu that lies over another one. */
  function inmost() {
    return [...menu.querySelectorAll(".md-nav__toggle:checked")].filter((one) => isSeen(one.parentElement)).pop();
  }

  const opener = document.querySelector(".md-header__button[for=__drawer]"), side = menu?.closest(".md-sidebar");
  if (opener && side) {
    const bar = button(opener, drawer, menu.getAttribute("aria-label"));
    for (const toggle of menu.querySelectorAll(".md-nav__toggle")) {
      const isWide = !toggle.closest(".md-nav__item--section") && toggle.id !== "__toc";
      // The title of a list leads back from it; the other label opens it.
      const [back, open] = [true, false].map((isTitle) => labels(toggle, menu)
        .filter((label) => label.matches(".md-nav__title") === isTitle).map((label) => button(label, toggle,
          label.textContent.trim() ? "" : label.previousElementSibling?.textContent.trim(), isWide && !isTitle))[0]);
      toggle.addEventListener("change", () => { if (narrow.matches) focus(toggle.checked ? back : open); });
    }
    drawer.addEventListener("change", () => {
      if (drawer.checked) focus([...menu.querySelectorAll("a[href], .db-press[role]")].find(isSeen));
      else if (side.contains(document.activeElement)) focus(bar);
    });
    // The menu lies over the page: whoever goes on with Tab should see where they are.
    side.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !side.contains(event.relatedTarget)) shut(drawer);
    });
  }
  const glass = document.querySelector(".md-header__button[for=__search]");
  if (glass && query) button(glass, search, query.getAttribute("aria-label"), true);

  // The theme's letters for search, next and previous would be pressed by people who dictate; so it does not hear them.
  addEventListener("keydown", (event) => {
    const key = event.key || "", isWriting = event.target.closest?.("input, textarea, select, [contenteditable]");
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key.toLowerCase() === "k" && query) {
      event.preventDefault();
      if (!search.checked) search.click();
      query.focus();
    } else if (key.length === 1 && key !== " " && !isWriting) {
      event.stopImmediatePropagation();
    } else if (key === "Escape") {
      languages?.classList.add("db-shut");
      if (drawer?.checked && narrow.matches) shut(side.contains(event.target) && inmost() || drawer);
    }
  }, true);

  /* A table that has to be scrolled can be reached, and says what it is; one that fits is no stop on the way. */
  function stops() {
    for (const place of document.querySelectorAll(".md-typeset__scrollwrap")) {
      const name = place.closest("figure")?.ariaLabel || place.querySelector("caption")?.textContent.trim();
      const set = { tabindex: "0", role: name && "group", "aria-label": name }, is = place.scrollWidth > place.clientWidth;
      for (const [key, value] of Object.entries(set)) if (is && value) place.setAttribute(key, value); else place.removeAttribute(key);
    }
  }
  for (const event of ["load", "resize"]) addEventListener(event, stops);

  for (const event of ["mouseenter", "focusin"])
    languages?.addEventListener(event, () => languages.classList.remove("db-shut"));
})();
