/* Tells whether a print is outdated: its code against the codes of today, which lie in this site.
   A QR code leads to page.html#element~version~code. What stands after # stays in the browser. */
(() => {
  "use strict";
  const here = document.currentScript.src;
  const form = document.querySelector("[data-db-print-check]");
  const mark = /^#([a-z0-9-]+)~([^~]{1,40})~([0-9A-Z]{4})$/.exec(decode(location.hash));
  if (form || mark) {
    const script = document.createElement("script");
    script.src = new URL("print-codes.js", here).href;
    script.onload = () => begin(window.dreiebokPrints);
    document.head.append(script);
  }

  function decode(words) {
    try { return decodeURIComponent(words); } catch { return ""; }
  }

  function begin(prints) {
    if (mark) answerLink(prints, mark[1], mark[2], mark[3]);
    if (form) {
      form.hidden = false;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        answerCode(prints, form.querySelector("input").value, form.querySelector("output"));
      });
    }
  }

  /* Show the element, and above the page whether its text is that of the print. */
  function answerLink(prints, element, version, code) {
    location.replace("#" + element);
    const text = prints.texts[element];
    if (!text) return;
    const note = document.createElement("p");
    const isSame = text[0] === code;
    note.className = "db-print-note" + (isSame ? "" : " db-print-old");
    note.setAttribute("role", "status");
    note.textContent = words(isSame ? prints.words.same : prints.words.changed, version, prints.version);
    if (!isSame) note.append(...news(prints));
    document.querySelector(".md-content__inner").prepend(note);
    const shown = document.getElementById(element);
    if (shown) shown.scrollIntoView();
  }

  /* A code typed by hand: "MG-4 · S14E", or its last four signs. O, I and L are taken for digits. */
  function answerCode(prints, typed, output) {
    const code = typed.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(-4)
      .replace(/O/g, "0").replace(/[IL]/g, "1");
    const found = Object.entries(prints.texts).find(([, text]) => text[0] === code);
    output.textContent = "";
    if (!found) {
      output.textContent = words(prints.words.unknown, "", prints.version);
      output.append(...news(prints));
      return;
    }
    const [element, [, title, page]] = found;
    const link = document.createElement("a");
    link.href = page + "#" + element;
    link.textContent = title;
    output.append(words(prints.words.current, "", prints.version) + " ", link);
  }

  /* The way to what has changed since, where the guide tells it. */
  function news(prints) {
    if (!prints.words.news) return [];
    const link = document.createElement("a");
    link.href = new URL("../../news.html", here).href;
    link.textContent = prints.words.news;
    return [" ", link];
  }

  /* A link can name any version: more than a word of it would be a stranger's sentence in our voice. */
  function words(text, was, now) {
    const version = /^[\p{L}\p{N}][\p{L}\p{N}.+-]{0,15}$/u.test(was) ? was : "…";
    const values = { "{was}": version, "{now}": now };
    return text.replace(/\{was\}|\{now\}/g, (name) => values[name]);
  }
})();
