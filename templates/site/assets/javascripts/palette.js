/* Light or dark before anything is drawn: as the reader chose, or else as the machine is set, also when that changes. */
(() => {
  "use strict";
  const inputs = [...document.querySelectorAll("input[name=__palette]")];
  const options = inputs.map((input) => ({
    media: input.dataset.mdColorMedia, scheme: input.dataset.mdColorScheme,
    primary: input.dataset.mdColorPrimary, accent: input.dataset.mdColorAccent,
  }));
  const chosen = options[window.__md_get("__palette")?.index];
  const found = chosen || options.find((option) => matchMedia(option.media).matches);
  for (const [name, value] of Object.entries(found || {})) document.body.setAttribute(`data-md-color-${name}`, value);

  inputs.forEach((input, n) => matchMedia(options[n].media).addEventListener("change", (event) => {
    if (!event.matches || window.__md_get("__palette")) return;
    input.checked = true;
    input.dispatchEvent(new Event("change")); // Material listens, and turns the button over.
  }));
})();
