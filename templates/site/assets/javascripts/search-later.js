/* The index is the largest file of a site, and to read it costs a phone a second: it is fetched when
   somebody is about to search, or comes from a search whose words are to be marked. The theme would
   fetch it for every page. From the disk it does so itself, when the search is opened. */
(() => {
  "use strict";
  if (new URLSearchParams(location.search).has("h")) return;
  const { open, send } = XMLHttpRequest.prototype;
  const isAbout = ({ target }) => target instanceof Element && target.closest(".md-search, [for=__search], #__search");
  const wanted = new Promise((resolve) => {
    for (const sign of ["pointerover", "focusin", "change"]) {
      document.addEventListener(sign, (event) => { if (isAbout(event)) resolve(); }, { passive: true });
    }
  });
  XMLHttpRequest.prototype.open = function (method, address, ...others) {
    this.waits = String(address).endsWith("search/search_index.json");
    return open.call(this, method, address, ...others);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (!this.waits) return send.apply(this, body);
    wanted.then(() => send.apply(this, body));
  };
})();
