/* Light or dark before anything is drawn: as the reader chose, or else as the machine is set. */
(() => {
  "use strict";
  const options = [...document.querySelectorAll("input[name=__palette]")].map((input) => ({
    media: input.dataset.mdColorMedia, scheme: input.dataset.mdColorScheme,
    primary: input.dataset.mdColorPrimary, accent: input.dataset.mdColorAccent,
  }));
  const chosen = options[window.__md_get("__palette")?.index];
  const found = chosen || options.find((option) => matchMedia(option.media).matches);
  for (const [name, value] of Object.entries(found || {})) document.body.setAttribute(`data-md-color-${name}`, value);
})();
