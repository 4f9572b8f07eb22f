/* Writes answers into the PDF of a form: an incremental update (ISO 32000-1, 7.5.6) behind its bytes.
   What is known of the PDF comes from dreiebok/press/formdata.py. Pure: nothing of the page is touched. */
window.dreiebokWriter = (() => {
  "use strict";
  const PADDING = 2, LEADING = 1.25, SMALLEST_LINE = 7, SMALLEST_TEXT = 8; // points; leading: of the size
  const INVISIBLE = /[\u00ad\u200b\u200d\ufe0e\ufe0f\ufeff]/g;

  /* Letters of a face: [glyph, width per 1000] by letter. */
  function letters(face) {
    const [text, glyphs, widths] = face.glyphs;
    return new Map(Array.from(text, (letter, i) => [letter, [glyphs[i], widths[i]]]));
  }

  /* The faces of a form: its own for each field, and the fallback, which may not be loaded. */
  function faces(form, fallback) {
    const own = Object.fromEntries(Object.entries(form.fonts).map(([k, v]) => [k, letters(v)]));
    return { own, fallback: fallback ? letters(fallback) : new Map(), used: new Map() };
  }

  function shown(value) {
    return value.normalize("NFC").replace(/\r\n?/g, "\n").replace(/\t/g, " ").replace(INVISIBLE, "");
  }

  /* Letters of a value that neither face has, each once. */
  function missing(field, value, set) {
    const own = set.own[field.font];
    return [...new Set(shown(value))].filter((c) => c !== "\n" && !own.has(c) && !set.fallback.has(c));
  }

  /* Lines of a value in its field: {lines, size, cut}; the type shrinks in steps, then the rest is cut. */
  function layout(field, value, set) {
    const own = set.own[field.font];
    const find = (c) => own.get(c) || set.fallback.get(c) || own.get("?");
    const width = (text) => Array.from(text).reduce((sum, c) => sum + find(c)[1], 0);
    const text = shown(value), many = field.multiline;
    const smallest = Math.min(field.fontSize, many ? SMALLEST_TEXT : SMALLEST_LINE);
    for (let size = field.fontSize; ; size = Math.max(size - 0.5, smallest)) {
      const room = ((field.width - 2 * PADDING) * 1000) / size;
      const rows = Math.max(1, Math.floor((field.height - 2 * PADDING) / (size * LEADING)));
      const lines = many ? text.split("\n").flatMap((line) => wrap(line, room, width))
        : [text.replace(/\n/g, " ")];
      const fits = many ? lines.length <= rows : width(lines[0]) <= room;
      if (fits || size <= smallest) return { lines: many ? lines.slice(0, rows) : lines, size, cut: !fits };
    }
  }

  /* One paragraph in lines no wider than the room; a word that is too long is broken. */
  function wrap(paragraph, room, width) {
    const lines = [];
    let line = "";
    for (let word of paragraph.split(/(?<= )/)) {
      if (line && width((line + word).trimEnd()) > room) { lines.push(line.trimEnd()); line = ""; }
      while (width(word.trimEnd()) > room && word.length > 1) {
        const signs = Array.from(word);
        let n = signs.length - 1;
        while (n > 1 && width(signs.slice(0, n).join("")) > room) n--;
        lines.push(signs.slice(0, n).join(""));
        word = signs.slice(n).join("");
      }
      line += word;
    }
    return [...lines, line.trimEnd()];
  }

  /* What a person must be told before saving: letters that cannot be shown, and answers that are cut. */
  function check(form, values, fallback) {
    const set = faces(form, fallback), found = { letters: new Set(), cut: [], without: [] };
    for (const [name, field, value] of texts(form, values)) {
      const lacking = missing(field, value, set);
      lacking.forEach((letter) => found.letters.add(letter));
      if (lacking.length) found.without.push(name);
      if (layout(field, value, set).cut) found.cut.push(name);
    }
    return found;
  }

  function* texts(form, values) {
    for (const [name, field] of Object.entries(form.fields))
      if (field.width && values[name]) yield [name, field, values[name]];
  }

  /* The bytes of the PDF with the values in it: text, "on" for a tick, the number of a choice from 0. */
  function write(form, values, fallback) {
    const set = faces(form, fallback), objects = new Map();
    let next = form.size;
    const add = (body, number = next++) => { objects.set(number, body); return `${number} 0 R`; };
    const fallbackNumber = next++; // Its object follows when it is known which letters are used.
    for (const [name, field] of Object.entries(form.fields)) {
      const value = values[name];
      if (!value) continue;
      if (field.kind === "checkbox") add(`${field.dict} /V ${field.on} /AS ${field.on} >>`, field.object);
      else if (field.kind === "radio") {
        const chosen = field.kids[Number(value)];
        add(`${field.dict} /V ${chosen.on} >>`, field.object);
        for (const kid of field.kids) add(`${kid.dict} /AS ${kid === chosen ? kid.on : "/Off"} >>`, kid.object);
      } else {
        const drawn = add(appearance(field, value, form, set, fallbackNumber));
        add(`${field.dict} /V ${string(value)} /AP << /N ${drawn} >> >>`, field.object);
      }
    }
    if (set.used.size) embed(fallback, set.used, add, fallbackNumber);
    return update(form, objects, next);
  }

  function appearance(field, value, form, set, fallbackNumber) {
    const { lines, size } = layout(field, value, set), own = set.own[field.font];
    const w = field.width, h = field.height;
    const first = field.multiline ? h - PADDING - size : (h - 0.714 * size) / 2; // 0.714: height of capitals
    // White beneath, so that the lines for a pen do not run through the words.
    let drawn = `1 g 0 0 ${w} ${h} re f /Tx BMC q 1 1 ${w - 2} ${h - 2} re W n BT 0 g ${size * LEADING} TL ` +
      `${PADDING} ${first.toFixed(2)} Td\n`;
    for (const line of lines) {
      for (const run of runs(line, own, set))
        drawn += `/${run.own ? field.font : "DBFill"} ${size} Tf <${run.hex}> Tj `;
      drawn += "T*\n";
    }
    drawn += "ET Q EMC";
    const extra = /\/DBFill /.test(drawn) ? ` /DBFill ${fallbackNumber} 0 R` : "";
    return stream(`/Type /XObject /Subtype /Form /BBox [0 0 ${w} ${h}] /Resources << /Font << ` +
      `/${field.font} ${form.fonts[field.font].object}${extra} >> >>`, drawn);
  }

  /* A line in pieces of one face each; what no face has was told of before, and becomes a “?”. */
  function runs(line, own, set) {
    const found = [];
    for (const c of line) {
      const isOwn = own.has(c) || !set.fallback.has(c);
      const [glyph, wide] = isOwn ? own.get(c) || own.get("?") : set.fallback.get(c);
      if (!isOwn) set.used.set(glyph, [c, wide]);
      if (!found.length || found.at(-1).own !== isOwn) found.push({ own: isOwn, hex: "" });
      found.at(-1).hex += hex(glyph);
    }
    return found;
  }

  /* A Type 0 font with the whole face (9.7); widths and ToUnicode of the letters used. */
  function embed(face, used, add, number) {
    const sorted = [...used].sort((a, b) => a[0] - b[0]);
    const maps = sorted.map(([glyph, [c]]) => `<${hex(glyph)}> <${utf16(c)}>`);
    let cmap = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo << /Registry (Adobe) " +
      "/Ordering (UCS) /Supplement 0 >> def /CMapName /Adobe-Identity-UCS def /CMapType 2 def\n" +
      "1 begincodespacerange <0000> <FFFF> endcodespacerange\n";
    for (let i = 0; i < maps.length; i += 100) { // Not more at a time (CMap specification, 5014).
      const some = maps.slice(i, i + 100);
      cmap += `${some.length} beginbfchar\n${some.join("\n")}\nendbfchar\n`;
    }
    const unicode = add(stream("", cmap + "endcmap CMapName currentdict /CMap defineresource pop end end"));
    const file = add(stream(`/Filter /FlateDecode /Length1 ${face.length}`, atob(face.file)));
    const descriptor = add(`<< /Type /FontDescriptor /FontName /${face.name} /Flags 4 /FontBBox [${face.box.join(" ")}] ` +
      `/ItalicAngle 0 /Ascent ${face.ascent} /Descent ${face.descent} /CapHeight ${face.cap} /StemV 80 /FontFile2 ${file} >>`);
    const widths = sorted.map(([glyph, [, wide]]) => `${glyph} [${wide}]`).join(" ");
    const cid = add(`<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${face.name} /CIDSystemInfo << /Registry (Adobe) ` +
      `/Ordering (Identity) /Supplement 0 >> /CIDToGIDMap /Identity /FontDescriptor ${descriptor} /W [${widths}] >>`);
    add(`<< /Type /Font /Subtype /Type0 /BaseFont /${face.name} /Encoding /Identity-H /DescendantFonts [${cid}] ` +
      `/ToUnicode ${unicode} >>`, number);
  }

  /* The old bytes, the new objects, and a cross-reference stream that leads back to the old one (7.5.8). */
  function update(form, objects, next) {
    const before = bytes(atob(form.pdf)), places = new Map();
    let added = "\n";
    for (const [number, body] of [...objects].sort((a, b) => a[0] - b[0])) {
      places.set(number, before.length + added.length);
      added += `${number} 0 obj\n${body}\nendobj\n`;
    }
    const start = before.length + added.length;
    places.set(next, start);
    let index = "", table = "";
    for (const [number, place] of places) {
      index += ` ${number} 1`;
      table += String.fromCharCode(1, place >>> 24, (place >>> 16) & 255, (place >>> 8) & 255, place & 255, 0);
    }
    const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
    added += `${next} 0 obj\n` + stream(`/Type /XRef /Size ${next + 1} /Root ${form.root}` +
      `${form.info && ` /Info ${form.info}`} /ID [<${form.id}> <${id}>] /Prev ${form.start} /W [1 4 1] /Index [${index} ]`,
      table) + `\nendobj\nstartxref\n${start}\n%%EOF\n`;
    const whole = new Uint8Array(before.length + added.length);
    whole.set(before);
    whole.set(bytes(added), before.length);
    return whole;
  }

  function stream(keys, data) { return `<< ${keys} /Length ${data.length} >>\nstream\n${data}\nendstream`; }
  function bytes(latin) { return Uint8Array.from(latin, (c) => c.charCodeAt(0)); }
  function hex(number) { return number.toString(16).toUpperCase().padStart(4, "0"); }
  function utf16(text) { return Array.from({ length: text.length }, (_, i) => hex(text.charCodeAt(i))).join(""); }
  function string(text) { return `<FEFF${utf16(text.replace(/\r\n?/g, "\n"))}>`; }

  return { check, write };
})();
