/* A form that a person fills in on its page (templates/site/filling.md), and saves as PDF or prints.
   Nothing is kept and nothing sent: answers are in the fields alone, until the page is closed.
   What saving needs is loaded when the form is opened, so that it works when the net has gone. */
(() => {
  "use strict";
  const here = document.currentScript.src;
  const changed = new Set(); // Forms with answers that were not saved.
  let open = null;
  for (const box of document.querySelectorAll(".db-fill")) begin(box);
  addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });
  addEventListener("beforeprint", mirror);
  addEventListener("hashchange", () => { if (open) lead(); });

  function begin(box) {
    const form = box.querySelector("form");
    const acts = {
      open: () => show(box, true), close: () => show(box, false), save: () => save(form), print: () => print(),
      ask: () => ask(form, true), keep: () => ask(form, false), clear: () => clear(form),
    };
    box.hidden = false;
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) acts[button.dataset.do]();
    });
    form.addEventListener("submit", (event) => event.preventDefault()); // Enter in a field sends nothing.
    form.addEventListener("input", (event) => { changed.add(form); mend(event.target); });
    form.addEventListener("change", (event) => tidyDate(event.target));
    regret(form);
  }

  /* Open or close a form; while it is open, what is else to read below is out of the way. */
  function show(box, isOpen) {
    if (open && open !== box) show(open, false);
    const form = box.querySelector("form"), button = box.querySelector("[data-do=open]");
    form.hidden = !isOpen;
    button.parentElement.hidden = isOpen;
    button.setAttribute("aria-expanded", isOpen);
    open = isOpen ? box : null;
    document.body.classList.toggle("db-filling", isOpen);
    for (let next = box.nextElementSibling; next; next = next.nextElementSibling)
      if (!next.matches("script, .db-fill")) next.classList.toggle("db-away", isOpen);
    if (!isOpen) { button.focus(); return; }
    load(form).catch(() => {}); // Saving tells of it.
    form.querySelector("input, textarea, select").focus();
  }

  /* Lead a link from the table of contents to the same question in the form. */
  function lead() {
    const found = open.querySelector(`[data-of="${CSS.escape(location.hash.slice(1))}"]`);
    if (found) found.scrollIntoView();
  }

  /* A choice can be taken back: click it again, or press Delete. */
  function regret(form) {
    let was = null;
    const radio = (event) => event.target.closest("label")?.querySelector("input[type=radio]");
    const clear = (input) => { input.checked = false; input.dispatchEvent(new Event("input", { bubbles: true })); };
    form.addEventListener("pointerdown", (event) => { was = radio(event)?.checked ? radio(event) : null; });
    form.addEventListener("click", (event) => { if (was && event.target === was) { was = null; clear(event.target); } });
    form.addEventListener("keydown", (event) => {
      if (event.target.type === "radio" && /^(Delete|Backspace)$/.test(event.key)) clear(event.target);
    });
  }

  /* Answers by field name, as form-pdf.js wants them. What is empty is left out. */
  function answers(form) { return Object.fromEntries([...new FormData(form)].filter(([, value]) => value)); }

  function isDate(text) {
    const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00Z`) : new Date(NaN);
    return !isNaN(date) && date.toISOString().startsWith(text);
  }

  /* 12.3.2026 is how dates are written by hand; the PDF asks for 2026-03-12. */
  function tidyDate(input) {
    const found = input.dataset.kind === "date" && /^\s*(\d\d?)[. /]+(\d\d?)[. /]+(\d{4})\s*$/.exec(input.value);
    if (found) input.value = `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}`;
  }

  /* What is wrong with a control, in words, or nothing. */
  function fault(form, input) {
    const say = form.dataset, value = input.value.trim(), most = Number(input.dataset.most);
    const chosen = { radio: () => form.querySelector(`[name="${CSS.escape(input.name)}"]:checked`), checkbox: () => input.checked };
    if (input.required && !(chosen[input.type] ? chosen[input.type]() : value)) return say.must;
    if (input.dataset.kind === "date" && value && !isDate(value)) return say.date;
    if (most && input.value.length > most) return say.long.replace("{n}", input.value.length).replace("{plass}", most);
    return "";
  }

  function group(input) { return [...input.form.elements].filter((one) => one.name === input.name); }
  function place(input) { return input.closest("[data-q]") || input.closest("tr").querySelector("[data-q]"); }

  /* Say what is wrong beside its control, and tie the words to it. */
  function blame(input, message) {
    const id = `fyll-feil-${input.form.id}-${input.name}`, words = document.createElement("p");
    words.id = id;
    words.className = "db-error";
    words.textContent = message;
    place(input).append(words);
    for (const one of group(input)) {
      one.setAttribute("aria-describedby", [one.getAttribute("aria-describedby"), id].filter(Boolean).join(" "));
      if (one.type !== "radio") one.setAttribute("aria-invalid", "true");
    }
  }

  function mend(input) {
    const words = document.getElementById(`fyll-feil-${input.form.id}-${input.name}`);
    if (!words) return;
    words.remove();
    for (const one of group(input)) {
      const others = one.getAttribute("aria-describedby").split(" ").filter((id) => id !== words.id).join(" ");
      if (others) one.setAttribute("aria-describedby", others); else one.removeAttribute("aria-describedby");
      one.removeAttribute("aria-invalid");
    }
  }

  /* Name a control by its question, in lists of what is wrong. */
  function title(input) {
    const label = input.getAttribute("aria-label") || input.closest("fieldset")?.querySelector("legend").firstChild.textContent;
    return label || place(input).querySelector(".db-prompt").firstChild.textContent || input.labels[0].textContent;
  }

  /* A note above the buttons: words, the questions it is about as links, and what can be done. */
  function note(form, message, inputs = [], buttons = []) {
    const box = form.querySelector(".db-fill-note"), list = document.createElement("ul");
    box.replaceChildren(paragraph(message));
    for (const input of inputs) {
      const item = document.createElement("li"), go = button(title(input), () => input.focus());
      go.className = "db-fill-go";
      item.append(go);
      list.append(item);
    }
    if (inputs.length) box.append(list);
    for (const [words, act] of buttons) box.append(button(words, act), " ");
    box.hidden = !message;
    if (message) { box.focus(); box.scrollIntoView({ block: "nearest" }); }
    return box;
  }

  function paragraph(words) {
    const made = document.createElement("p");
    made.textContent = words;
    return made;
  }

  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "md-button";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  async function save(form) {
    const say = form.dataset, seen = new Set();
    note(form, "");
    const wrong = [...form.elements].filter((input) => {
      if (!input.name || seen.has(input.name)) return false;
      seen.add(input.name);
      tidyDate(input);
      mend(input);
      const message = fault(form, input);
      if (message) blame(input, message);
      return message;
    });
    if (wrong.length) { note(form, say.errors, wrong); return; }
    const values = answers(form);
    try {
      await load(form);
      const data = window.dreiebokForms[say.dbPdf], writer = window.dreiebokWriter;
      let font = null, found = writer.check(data, values, font);
      if (found.letters.size) { // The form's own face lacks them; perhaps the large one has them.
        font = await fallback(form);
        found = writer.check(data, values, font);
      }
      const done = () => hand(form, writer.write(data, values, font));
      const doubts = [...new Set([...found.without, ...found.cut])].map((name) => form.elements[name]);
      if (!doubts.length) { done(); return; }
      const letters = found.letters.size ? say.letters.replace("{tegn}", [...found.letters].join(" ")) : "";
      const box = note(form, letters || say.cut, doubts, [[say.anyway, done], [say.print, () => print()]]);
      if (letters && found.cut.length) box.firstChild.after(paragraph(say.cut));
    } catch { note(form, say.failed); }
  }

  /* Give the finished file to the browser as a download. */
  function hand(form, bytes) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
    link.download = form.dataset.dbPdf.split("/").pop().replace(/\.pdf$/, `-${form.dataset.suffix}.pdf`);
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    changed.delete(form);
    note(form, form.dataset.saved.replace("{navn}", link.download));
  }

  function ask(form, isAsking) {
    form.querySelector(".db-fill-ask").hidden = !isAsking;
    form.querySelector(isAsking ? "[data-do=keep]" : "[data-do=ask]").focus();
  }

  function clear(form) {
    for (const input of form.elements) if (input.name) mend(input);
    form.reset();
    form.querySelectorAll(".db-mirror").forEach((one) => one.remove());
    changed.delete(form);
    note(form, "");
    ask(form, false);
    form.querySelector("input, textarea, select").focus();
  }

  /* On paper a text area would show only what fits in it; print its words beside it instead. */
  function mirror() {
    for (const area of document.querySelectorAll(".db-fill textarea, .db-fill input[type=text]")) {
      let words = area.nextElementSibling;
      if (!words?.matches(".db-mirror")) {
        words = document.createElement("div");
        words.className = "db-mirror";
        words.setAttribute("aria-hidden", "true");
        area.after(words);
      }
      words.textContent = area.value;
    }
  }

  function load(form) {
    return Promise.all([script(new URL("form-pdf.js", here).href), script(form.dataset.script)]);
  }

  async function fallback(form) {
    // The font lies at the top of the folder of the forms.
    await script(new URL("../forms/font.js", here).href);
    return window.dreiebokFonts.fallback;
  }

  /* Load a script once; one that failed may be tried again. */
  function script(address) {
    const all = (script.all ??= new Map()), href = new URL(address, location.href).href;
    if (!all.has(href)) all.set(href, new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = href;
      element.onload = resolve;
      element.onerror = () => { all.delete(href); element.remove(); reject(new Error(href)); };
      document.head.append(element);
    }));
    return all.get(href);
  }
})();
