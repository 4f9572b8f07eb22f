/* No dead ends: where the search finds nothing, what may have been meant, and where to begin.
   It stands before the theme's script, to hear what the worker answers that one. */
(() => {
  "use strict";
  const Plain = window.Worker;
  if (Plain) window.Worker = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => { if (data && data.type === 3) show(data.data); });
    }
  };
  const find = (name) => document.querySelector(name);
  let input, help, nearest;

  document.addEventListener("DOMContentLoaded", () => {
    input = find(".md-search__input");
    help = find("[data-db-search-help]");
    if (!input) return;
    // The theme hears keys only: not what is pasted, spoken or put together from several keys.
    input.addEventListener("input", () => input.dispatchEvent(new Event("keyup")));
    input.form.addEventListener("reset", () => setTimeout(() => input.dispatchEvent(new Event("keyup"))));
    if (!help) return;
    nearest = help.querySelector("[data-db-nearest]");
    show({ items: [] });
    input.addEventListener("keydown", step);
    help.addEventListener("keydown", step);
    help.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      input.value = button.textContent;
      input.focus();
      input.dispatchEvent(new Event("keyup"));
    });
  });

  function show({ items, nearest: words = [] }) {
    if (!help) return;
    const isTyped = input.value.trim() !== "";
    help.hidden = items.length > 0;
    help.querySelector("[data-db-begin]").hidden = isTyped;
    help.querySelector("[data-db-instead]").hidden = !isTyped;
    nearest.replaceChildren();
    if (items.length || !isTyped || !words.length) return;
    nearest.append(nearest.dataset.dbNearest, ...words.flatMap((word) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = word;
      return [" ", button];
    }));
  }

  /* While there are no hits, arrows and the tab key walk through the help; the theme would close
     the search at the tab key, and give every other key to the field. */
  function step(event) {
    if (help.hidden) return;
    const stops = [input, ...help.querySelectorAll("button, a")];
    const place = stops.indexOf(document.activeElement);
    const isBack = event.key === "ArrowUp" || (event.key === "Tab" && event.shiftKey);
    if (isBack || event.key === "ArrowDown" || event.key === "Tab") {
      const next = place + (isBack ? -1 : 1);
      if (event.key === "Tab" && !stops[next]) return;
      stops[(next + stops.length) % stops.length].focus();
      event.preventDefault();
      event.stopPropagation();
    } else if (event.currentTarget === help && (event.key === " " || event.key === "Enter")) {
      event.stopPropagation();
    }
  }
})();
