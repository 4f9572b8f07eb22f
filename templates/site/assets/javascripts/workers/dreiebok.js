/* A search that knows inflected words, parts of compounds and other words for the same. It stands
   before the theme's own worker, whose file is named behind the "?" of its address, and changes
   what that asks of lunr: beside what was typed, the words of the index that are akin to it. The
   stemmers are those that the theme brings. `search-words.js` holds what no stemmer can know. */
(() => {
  "use strict";
  const KIN = 3, ALIKE = 0.8, PART = 0.3, SAME = 8;
  const MOST = 40, TYPED = /^[^*]+\*$/;
  // One or two letters begin so many words that titles are enough, beside the word itself.
  const SHORT = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]{1,2}$/u;
  const ALPHABET = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}'’]{5,}$/u;
  // Opened from disk this is no worker but a hidden frame, whose own address says nothing.
  const here = typeof document === "undefined" ? location.href : document.currentScript.src;
  const engine = /\?(search\.\w+\.min\.js)/.exec(here);
  const post = self.postMessage.bind(self);
  let table = { stemmer: "", nouns: [], others: [], alike: [], endings: {} };
  const stems = new Map();
  let vocabulary = null, last = null;

  self.addEventListener("message", ({ data }) => {
    // Nobody types a soft hyphen.
    if (data.type === 0) for (const doc of data.data.docs) {
      doc.title = doc.title.replace(/\u00ad/g, "");
      doc.text = doc.text.replace(/\u00ad/g, "");
    }
    if (data.type === 2) last = null;
  });
  self.postMessage = (message) => {
    if (message.type === 3 && last) tell(message.data);
    post(message);
  };
  // In a worker the scripts are there at once, in a frame a moment later.
  const loaded = importScripts(new URL("../search-words.js", here).href, new URL(engine[1], here).href);
  Promise.resolve(loaded).then(() => {
    table = { ...table, ...self.dreiebokWords };
    if (self.lunr) widen(self.lunr.Index.prototype, self.lunr.Builder.prototype);
  });

  function widen(index, builder) {
    const { search } = index, { build } = builder;
    // Here and not at the first word that is typed: it takes a moment.
    builder.build = function () {
      const built = build.call(this), tokens = Object.keys(built.invertedIndex);
      vocabulary = { index: built, tokens, stems: tokens.map(stem) };
      return built;
    };
    index.search = function (text) {
      const clauses = plain(text, this);
      return clauses ? find(this, clauses) : search.call(this, text);
    };
  }

  /* The clauses of a query, if it is nothing but words; quotation marks, fields, - and ~ stay
     the theme's business. Of several words the commonest say nothing, but for one half typed. */
  function plain(text, index) {
    const query = new lunr.Query(index.fields);
    new lunr.QueryParser(text, query).parse();
    const isPlain = query.clauses.every((clause) => clause.presence === lunr.Query.presence.OPTIONAL
      && !clause.editDistance && clause.boost === 1 && TYPED.test(clause.term)
      && clause.fields.length === index.fields.length);
    return isPlain && query.clauses.filter((clause, place, { length }) =>
      place === length - 1 || !isCommon(clause.term.slice(0, -1)));
  }

  function language() {
    return table.stemmer === "en" ? lunr : lunr[table.stemmer] || {};
  }

  function isCommon(word) {
    return Boolean(language().stopWordFilter) && !language().stopWordFilter(word);
  }

  function find(index, clauses) {
    const words = clauses.map((clause) => clause.term.slice(0, -1));
    const others = alike(words);
    const wider = words.map((word, place) => expand(word, others[place]));
    let results = ask(index, clauses.map((clause, place) =>
      (SHORT.test(words[place]) ? { ...clause, fields: ["title"], boost: PART } : clause)), wider);
    if (!results.length) results = ask(index, clauses, wider);
    last = { words, found: new Map() };
    for (const result of results) {
      const tokens = Object.keys(result.matchData.metadata);
      const hits = words.map((word, place) =>
        tokens.filter((token) => token.startsWith(word) || wider[place].has(token)));
      result.score *= (hits.filter((hit) => hit.length).length / words.length) ** 2;
      last.found.set(result.ref, hits);
    }
    return results.sort((a, b) => b.score - a.score);
  }

  function ask(index, clauses, wider) {
    return index.query((query) => {
      for (const clause of clauses) query.clause({ ...clause });
      for (const found of wider) {
        const best = [...found].sort((a, b) => b[1] - a[1]).slice(0, MOST);
        for (const [token, boost] of best)
          query.term(token, { boost, fields: ["title", "text"], usePipeline: false });
      }
    });
  }

  /* The words of the index that are akin to one that was typed, each with its weight. What begins
     with it is found anyway, and only the exact word is to stand before that. */
  function expand(word, others) {
    const found = new Map(), root = stem(word), forms = kin(word);
    // Chinese stands without spaces; what is searched for lies inside a longer piece.
    const isShort = SHORT.test(word), inside = /\p{Script=Han}/u.test(word) ? 2 : 4;
    const roots = new Set([...forms].map(stem).concat(root));
    const nouns = table.nouns.filter((group) => group.includes(word)).flat();
    const otherRoots = new Set([...others].map(stem));
    vocabulary.tokens.forEach((token, place) => {
      const its = vocabulary.stems[place];
      if (token === word) found.set(token, SAME);
      else if (forms.has(token)) found.set(token, KIN);
      else if (others.has(token) || otherRoots.has(its)) found.set(token, ALIKE);
      else if (isShort) return;
      else if (roots.has(its) || token === root || its === word) found.set(token, KIN);
      else if (token.startsWith(word)) return;
      else if ((root.length >= 4 && token.startsWith(root))
        || (word.length >= inside && token.includes(word, 1))
        || (root.length >= 5 && token.includes(root, 1))
        || nouns.some((noun) => token.length > noun.length + 2 && token.endsWith(noun))) found.set(token, PART);
    });
    return found;
  }

  /* What a stemmer leaves of a word. Where a language has none, words that are alike but for
     their last three letters are taken for one: weak, but better than nothing in Slavic tongues. */
  function stem(word) {
    if (!stems.has(word)) stems.set(word, stemmed(word));
    return stems.get(word);
  }

  function stemmed(word) {
    if (!table.stemmer) return ALPHABET.test(word) ? word.slice(0, Math.max(4, word.length - 3)) : word;
    const { stemmer } = language();
    return stemmer ? stemmer({ update: (change) => change(word.replace(/['’]s$/, "")) }) : word;
  }

  /* The other forms of a word that has them in the table, also as the last part of a compound. */
  function kin(word) {
    const found = new Set([word]);
    for (const [ending, other] of Object.entries(table.endings))
      if (word.length > ending.length + 2 && word.endsWith(ending))
        found.add(word.slice(0, -ending.length) + other);
    for (const group of [...table.nouns, ...table.others]) for (const form of group) {
      const head = word.slice(0, -form.length);
      if (word.endsWith(form) && (!head || (head.length > 2 && form.length > 2)))
        for (const other of group) found.add(head + other);
    }
    return found;
  }

  /* For each word typed what else may stand for it; a group of the table may have several words
     in the place of one: of those the rarest is looked for. */
  function alike(words) {
    const found = words.map(() => new Set());
    const roots = words.map((word) => new Set([...kin(word)].flatMap((form) => [form, stem(form)])));
    for (const group of table.alike) for (const name of group) {
      const parts = name.split(" ");
      words.forEach((word, place) => {
        const whole = parts.every((part, n) => roots[place + n]
          && (roots[place + n].has(part) || roots[place + n].has(stem(part))));
        const tail = parts.length === 1 && name.length > 4 && word.startsWith(name) && word.slice(name.length);
        if (whole) for (const other of group) {
          const rarest = other === name ? "" : rare(other.split(" "));
          if (rarest) parts.forEach((_, n) => found[place + n].add(rarest));
        } else if (tail) for (const other of group) found[place].add(other + tail);
      });
    }
    return found;
  }

  function rare(words) {
    if (words.length === 1) return words[0];
    const count = (word) => documents(vocabulary.tokens.filter((_, n) => vocabulary.stems[n] === stem(word)));
    const known = words.filter((word) => !isCommon(word)).map((word) => [count(word), word])
      .sort(([a], [b]) => a - b);
    return known.length && known[0][0] ? known[0][1] : "";
  }

  function documents(tokens) {
    return tokens.reduce((sum, token) => sum + vocabulary.index.fields.reduce((all, field) =>
      all + Object.keys(vocabulary.index.invertedIndex[token][field]).length, 0), 0);
  }

  /* Put into the answer what was found for each word: the page marks it, and says what is missing.
     Where nothing was found, what may have been meant. */
  function tell(data) {
    for (const item of data.items.flat()) {
      const hits = last.found.get(item.location);
      if (!hits || !item.score) continue;
      item.terms = {};
      last.words.forEach((word, place) => {
        const begins = hits[place].some((token) => token.startsWith(word));
        const other = hits[place].filter((token) => !token.startsWith(word) && token.length > 2);
        for (const token of (begins ? [word] : []).concat(other.slice(0, 4))) item.terms[token] = true;
        if (!hits[place].length) item.terms[word] = false;
      });
    }
    if (!data.items.length) data.nearest = nearest(last.words);
  }

  /* Up to three queries that find something: each word that finds nothing is changed for one of
     the index that is written nearly so, or that is the beginning or the end of it. */
  function nearest(words) {
    const choices = words.map((word) => {
      const reach = word.length < 4 ? 1 : word.length < 8 ? 2 : 3;
      const near = [];
      for (const token of vocabulary.tokens) {
        if (token.length < 3 || /\d/.test(token)) continue;
        const part = token.length > 3 && (word.startsWith(token) || word.endsWith(token));
        const away = part ? reach + 1 - token.length / word.length : distance(word, token, reach);
        if (away <= reach + 1 && (part || away <= reach)) near.push([away, token]);
      }
      near.sort((a, b) => a[0] - b[0] || documents([b[1]]) - documents([a[1]]));
      return near.filter(([away]) => away <= near[0][0] + 1).slice(0, 3).map(([, token]) => token);
    });
    const most = Math.max(...choices.map((choice) => choice.length));
    return Array.from({ length: most }, (_, n) => choices
      .map((choice, place) => choice[Math.min(n, choice.length - 1)] || (words.length > 1 ? "" : words[place]))
      .filter(Boolean).join(" "));
  }

  /* How many letters are changed, added, left out or exchanged with their neighbour (optimal string
     alignment), or more than `most`. */
  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [], row = Array.from({ length: b.length + 1 }, (_, n) => n);
    for (let i = 1; i <= a.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= b.length; j += 1) {
        const cost = a[i - 1] === b[j - 1] ? 0 : 1;
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + cost);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      if (Math.min(...next) > most) return most + 1;
      before = row;
      row = next;
    }
    return row[b.length];
  }
})();
