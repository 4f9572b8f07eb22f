/* Takes the place in the page along to another language: anchors are the same in all of them.
   The links lead to the same page without this script too. Nothing is stored. */
(() => {
  "use strict";
  const links = document.querySelectorAll("a[data-db-language]");

  /* What the address names if it is in sight, else the last anchor above the middle of the window. */
  function place() {
    const named = document.getElementById(decode(location.hash.slice(1)));
    if (named && isSeen(named)) return named.id;
    if (scrollY < innerHeight / 3) return ""; // Still at the top.
    let found = "";
    for (const one of document.querySelectorAll("article [id]:not(form *, svg *)"))
      if (one.checkVisibility?.() !== false && one.getBoundingClientRect().top < innerHeight / 2) found = one.id;
    return found;
  }

  function isSeen(element) {
    const box = element.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  }

  function decode(words) {
    try { return decodeURIComponent(words); } catch { return ""; }
  }

  // Before a link is followed in any way: by click, key, another tab or the menu of the browser.
  for (const link of links)
    for (const event of ["pointerenter", "pointerdown", "focus", "click"])
      link.addEventListener(event, () => { link.hash = place(); });
})();
