/* What the theme leaves to the mouse, for people who use keys, their voice or a screen reader: the menu on a narrow
   page, which is a wide one at 400 % (WCAG 2.2, 2.1.1, 2.4.7, 4.1.2), letters that do something alone (2.1.4), and
   what lies over the page (1.4.13, 2.4.11). Without it the site can be read, and its menu pressed. */
(() => {
  "use strict";
  const narrow = matchMedia("(max-width: 76.234375em)"), menu = document.querySelector(".md-nav--primary");
  const drawer = document.getElementById("__drawer"), search = document.getElementById("__search");
  const languages = document.querySelector(".md-select"), query = document.querySelector(".md-search__input");
  const labels = (toggle) => document.querySelectorAll(`label[for="${CSS.escape(toggle.id)}"]`);
  const isSeen = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? true;

  /* Let a label do for keys and screen readers what it does for the mouse. */
  function button(label, toggle, name) {
    label.tabIndex = 0;
    label.setAttribute("role", "button");
    if (name) label.setAttribute("aria-label", name);
    const tell = () => label.setAttribute("aria-expanded", toggle.checked);
    toggle.addEventListener("change", tell);
    tell();
  }

  function shut(toggle) { if (toggle.checked) toggle.click(); }

  /* The innermost list of the menu that lies over another one. */
  function inner() {
    return [...menu.querySelectorAll(".md-nav__toggle:checked")].filter((one) => isSeen(one.parentElement)).pop();
  }

  const bar = document.querySelector(".md-header__button[for=__drawer]"), side = menu?.closest(".md-sidebar");
  if (bar && side) {
    button(bar, drawer, menu.getAttribute("aria-label"));
    // Headings of parts where the page is wide, and its contents: labels that the theme should not meet as buttons.
    const later = [];
    for (const toggle of menu.querySelectorAll(".md-nav__toggle")) {
      const own = [...labels(toggle)].filter((one) => menu.contains(one));
      for (const label of own) {
        if (label.tabIndex === 0 || label.matches(".md-nav__title")) button(label, toggle);
        else later.push([label, toggle]);
      }
      toggle.addEventListener("change", () => {
        if (!narrow.matches) return;
        own.find((one) => one.matches(".md-nav__title") === toggle.checked && one.tabIndex === 0)
          ?.focus({ preventScroll: true });
      });
    }
    drawer.addEventListener("change", () => {
      for (const [label, toggle] of later) button(label, toggle, label.textContent.trim() ? ""
        : label.previousElementSibling?.textContent.trim());
      narrow.addEventListener("change", () => {
        for (const [label] of later) label.tabIndex = narrow.matches ? 0 : -1;
      });
    }, { once: true });
    drawer.addEventListener("change", () => {
      const seen = [...menu.querySelectorAll("a[href], label[tabindex]")].find(isSeen);
      if (drawer.checked) seen?.focus({ preventScroll: true });
      else if (side.contains(document.activeElement)) bar.focus({ preventScroll: true });
    });
    // The menu lies over the page: whoever goes on with Tab should see where they are.
    side.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !side.contains(event.relatedTarget)) shut(drawer);
    });
  }
  const glass = document.querySelector(".md-header__button[for=__search]");
  if (glass && query) button(glass, search, query.getAttribute("aria-label"));

  // The theme's letters for search, previous and next would be pressed by people who dictate: a window's first listener.
  addEventListener("keydown", (event) => {
    const key = event.key || "", isWriting = event.target.closest?.("input, textarea, select, [contenteditable]");
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key.toLowerCase() === "k" && query) {
      event.preventDefault();
      if (!search.checked) search.click();
      query.focus();
    } else if (key === " " && event.target.matches?.("label[role=button]")) {
      event.preventDefault();
      event.target.click();
    } else if (key.length === 1 && key !== " " && !isWriting) {
      event.stopImmediatePropagation();
    } else if (key === "Escape") {
      languages?.classList.add("db-shut");
      if (drawer?.checked && narrow.matches) shut(side.contains(event.target) && inner() || drawer);
    }
  }, true);
  for (const event of ["mouseenter", "focusin"])
    languages?.addEventListener(event, () => languages.classList.remove("db-shut"));
})();
