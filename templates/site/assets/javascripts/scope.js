/* What Material's script asks for before it runs: where this site's own memory is, and how to use it.
   Material would write these four into every page, and keep the colours of a reader who has chosen none.
   Here a choice is kept when it has been made, in the reader's browser, and nothing else is. */
(() => {
  "use strict";
  const scope = window.__md_scope = new URL("../../", document.currentScript.src);
  let chosen = false;
  const place = (key, at = scope) => `${at.pathname}.${key}`;
  // By hand: palette.js makes such an event too, when the machine changes its colours.
  document.addEventListener("change", (event) => {
    chosen ||= event.isTrusted && event.target.name === "__palette";
  }, true);

  window.__md_hash = (text) => [...text].reduce((sum, letter) => (sum << 5) - sum + letter.charCodeAt(0), 0);

  /* What was kept, or null: also where storage is off, or what is there is not ours. */
  window.__md_get = (key, storage, at) => {
    try { return JSON.parse((storage || localStorage).getItem(place(key, at))); } catch { return null; }
  };

  window.__md_set = (key, value, storage, at) => {
    if (key === "__palette" && !chosen && !__md_get(key)) return;
    try { (storage || localStorage).setItem(place(key, at), JSON.stringify(value)); } catch { /* Storage is off. */ }
  };
})();
