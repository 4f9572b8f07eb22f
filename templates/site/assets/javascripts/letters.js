/* The letters of the page are asked for before its styles have come: it is drawn once, in its own face.
   A file on a disk is there at once, and browsers let nothing be fetched from one beforehand. */
(() => {
  "use strict";
  if (!location.protocol.startsWith("http")) return;
  const { src, dataset } = document.currentScript;
  for (const path of dataset.letters.split(" ")) {
    const link = Object.assign(document.createElement("link"), {
      rel: "preload", as: "font", crossOrigin: "anonymous", href: new URL(`../../${path}`, src).href,
    });
    document.head.append(link);
  }
})();
