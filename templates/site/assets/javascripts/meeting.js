/* Meeting mode: a script's steps one at a time, with a clock (templates/site/meeting.html).
   Nothing is sent. sessionStorage holds what a reload needs: the choices, the place in the script and times.
   Who has spoken, initials and ticks are in this page's memory alone, and gone when it is closed. */
(() => {
  "use strict";
  const MINUTE = 60000, SWIPE_PX = 60, keyOf = (path) => `dreiebok-meeting ${path}`, KEY = keyOf(location.pathname);
  const main = document.querySelector("main"), say = main.dataset, form = find(".m-start"), steps = all(".m-step");
  const round = find(".m-round"), isRtl = document.documentElement.dir === "rtl";
  const ticks = new Map(), spoken = new Map(); // By place in the script.
  let state = null; // {plan, episodes, without, people, sound, at, spent, since, isOver}: see begin().
  let route = []; // The steps as chosen: {step, episode, ms}; ms is 0 where there is no plan.
  let initials = [], sound = null, lock = null, wasLeft = null, shown = "", asked = 0, isAll = false;

  function find(what, where = main) { return where.querySelector(what); }
  function all(what, where = main) { return [...where.querySelectorAll(what)]; }
  function words(text, values) { return text.replace(/\{(\w+)\}/g, (mark, name) => values[name] ?? mark); }
  function minutes(ms) { return Math.max(0, Math.round(ms / MINUTE)); }
  function sum(list) { return list.reduce((total, one) => total + one, 0); }

  /* The choices on the first screen, as a state that has not begun. */
  function chosen() {
    const plan = form.querySelector("[name=plan]:checked"), episodes = form.querySelector("[name=episodes]:checked");
    return {
      plan: Number(plan?.value || 0), episodes: Number(episodes?.value || 1),
      without: all("[name=with]:not(:checked)", form).map((box) => Number(box.value)),
      people: Math.min(40, Math.max(1, Math.round(Number(form.people.value)) || 1)), sound: form.sound.checked,
    };
  }

  /* The steps of a meeting in order. Those of an episode, from the first to the last, come once for each, and
     share their minutes, because the time that people have does not grow. */
  function routeOf(choice) {
    const input = find(`[name=plan][value="${choice.plan}"][data-minutes]`, form);
    const planned = input ? input.dataset.minutes.trim().split(/\s+/).map(Number) : [];
    const kept = steps.map((step, n) => n).filter((n) => !choice.without.includes(n));
    const each = kept.filter((n) => "each" in steps[n].dataset), first = each[0], last = each[each.length - 1];
    const again = kept.filter((n) => n >= first && n <= last), made = [];
    const add = (n, episode, share) => made.push({ step: n, episode, ms: (planned[n] || 0) * MINUTE / share });
    for (const n of kept) {
      if (!again.includes(n)) add(n, 0, 1);
      else if (n === again[0]) for (let episode = 1; episode <= choice.episodes; episode++)
        for (const one of again) add(one, choice.episodes > 1 ? episode : 0, choice.episodes);
    }
    return made;
  }

  /* Tell on the first screen what the choices make. */
  function preview() {
    const choice = chosen(), found = routeOf(choice), total = minutes(sum(found.map((one) => one.ms)));
    find(".m-sum").textContent = words(choice.plan ? say.sum : say.steps, { steg: found.length, min: total });
    for (const note of all("[data-plan]", form)) note.hidden = note.dataset.plan !== String(choice.plan);
    for (const note of all("[data-episodes]", form)) note.hidden = choice.episodes === 1;
    find("[type=submit]", form).disabled = !found.length;
    find(".m-resume").hidden = !state;
    if (state) find("[data-do=resume]").textContent = words(say.resume, { n: state.at + 1 });
  }

  function begin() {
    const choice = chosen();
    initials = form.initials.value.split(/[\s,;.]+/).filter(Boolean).map((one) => [...one].slice(0, 3).join(""));
    choice.people = Math.max(choice.people, Math.min(initials.length, 40));
    ticks.clear();
    spoken.clear();
    // at: place in the route; spent: ms used on each place; since: when the clock last went on, null while it stands.
    state = { ...choice, at: 0, spent: routeOf(choice).map(() => 0), since: Date.now() };
    if (state.sound) openSound();
    run();
  }

  /* What a reload brings back, if it is ours and fits the script as it is today. */
  function restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY));
      const isSound = kept && Array.isArray(kept.without) && Array.isArray(kept.spent) && kept.spent.every(Number.isFinite)
        && kept.at >= 0 && kept.at < kept.spent.length && (kept.since === null || Number.isFinite(kept.since))
        && kept.people >= 1 && kept.people <= 40 && kept.episodes >= 1 && kept.episodes <= 3;
      if (isSound && routeOf(kept).length === kept.spent.length) state = kept;
    } catch { /* Storage is off, or holds something else: the meeting begins anew. */ }
  }

  /* `key`: another language goes on with the same meeting where this one stands. */
  function keep(key = KEY) {
    try {
      if (state) sessionStorage.setItem(key, JSON.stringify(state)); else sessionStorage.removeItem(key);
    } catch { /* Without storage the meeting works; only a reload begins anew. */ }
  }

  /* Show one of the three screens: start, run, end. */
  function screen(name) {
    shown = name;
    document.body.className = `m-is-${name}`;
    form.hidden = name !== "start";
    find(".m-end").hidden = name !== "end";
    for (const part of [...all(".m-bar"), round]) part.hidden = name !== "run";
    if (name !== "run") for (const step of steps) step.hidden = true;
    wake();
    scrollTo(0, 0);
  }

  function run() {
    route = routeOf(state);
    find("[data-do=sound]").setAttribute("aria-pressed", state.sound);
    people();
    screen("run");
    show();
  }

  function leave() {
    screen("start");
    preview();
    find("[data-do=resume]").focus();
  }

  function end() {
    settle();
    const used = sum(state.spent), planned = sum(route.map((one) => one.ms));
    find(".m-spent").textContent = words(say.done, { n: minutes(used) })
      + (planned ? ` ${words(say.planned, { n: minutes(planned) })}` : "");
    state = null;
    initials = [];
    ticks.clear();
    spoken.clear();
    form.initials.value = "";
    keep();
    screen("end");
    find(".m-end h2").focus();
  }

  /* Show the step at hand, and lead people who see and people who listen to its heading. */
  function show() {
    const place = route[state.at], step = steps[place.step];
    for (const one of steps) one.hidden = one !== step;
    const where = words(say.step, { n: state.at + 1, alle: route.length });
    find(".m-where", step).textContent = place.episode
      ? `${where} · ${words(say.episode, { n: place.episode, alle: state.episodes })}` : where;
    find(".m-where", step).hidden = false;
    ring(find(".m-ring", step));
    asked = 0;
    isAll = false;
    questions();
    const done = ticks.get(state.at) || new Set();
    all(".m-done input", step).forEach((box, n) => { box.checked = done.has(n); });
    marks();
    const isLast = state.at === route.length - 1;
    find("[data-do=back]").disabled = state.at === 0;
    find("[data-do=next] .m-word").textContent = isLast ? say.finish : say.next;
    wasLeft = null;
    keep();
    tick();
    scrollTo(0, 0);
    find("h2", step).focus({ preventScroll: true });
    tell(find(".m-where", step).textContent + (place.ms ? `. ${words(say.min, { n: minutes(place.ms) })}` : ""));
  }

  /* The round of the meeting: one arc a step, this one's thick; it turns the way the language is read. */
  function ring(box) {
    const name = "http://www.w3.org/2000/svg", svg = document.createElementNS(name, "svg"), count = route.length;
    svg.setAttribute("viewBox", "-50 -50 100 100");
    for (let n = 0; n < count; n++) {
      const arc = document.createElementNS(name, "circle");
      const marks = { r: 43, pathLength: count, "stroke-dasharray": count > 1 ? `0.84 ${count - 0.84}` : "1 0",
        "stroke-dashoffset": -n - 0.08, transform: `${isRtl ? "scale(-1 1) " : ""}rotate(-90)`,
        class: n === state.at ? "m-now" : n < state.at ? "m-past" : "m-to-come" };
      for (const [key, value] of Object.entries(marks)) arc.setAttribute(key, value);
      svg.append(arc);
    }
    find("svg", box)?.remove();
    box.prepend(svg);
    find("span", box).textContent = state.at + 1;
  }

  function go(by) {
    const to = state.at + by;
    if (to < 0) return;
    if (to >= route.length) { end(); return; }
    settle();
    state.at = to;
    show();
  }

  /* Put the time that has gone to the step at hand. */
  function settle() {
    if (state.since === null) return;
    const now = Date.now();
    state.spent[state.at] += Math.max(0, now - state.since);
    state.since = now;
  }

  function pause() {
    settle();
    state.since = state.since === null ? Date.now() : null;
    keep();
    tick();
    tell(state.since === null ? say.paused : say.go);
  }

  /* Write the clocks. Over time is said in words and counted up; nothing flashes. */
  function tick() {
    if (shown !== "run") return;
    const going = state.since === null ? 0 : Math.max(0, Date.now() - state.since);
    const planned = route[state.at].ms, used = state.spent[state.at] + going, left = planned - used;
    const total = sum(route.map((one) => one.ms)), usedInAll = sum(state.spent) + going, leftInAll = total - usedInAll;
    const isOver = planned > 0 && left < 0;
    write(find(".m-time"), clock(!planned ? used : isOver ? -left : Math.ceil(left / 1000) * 1000));
    write(find(".m-kind"), !planned ? say.used : isOver ? say.over : say.left);
    // Who left a step early has minutes to spare in all; the whole is over only when they are gone too.
    const whole = !total ? [say.allUsed, usedInAll] : leftInAll < -MINUTE / 2 ? [say.allOver, -leftInAll] : [say.allLeft, leftInAll];
    write(find(".m-whole"), words(whole[0], { n: minutes(whole[1]) }));
    find(".m-clock").classList.toggle("m-over", isOver);
    find(".m-clock").classList.toggle("m-still", state.since === null);
    write(find("[data-do=pause]"), state.since === null ? say.go : say.pause);
    if (planned && wasLeft > 0 && left <= 0) { chime(); tell(say.out); }
    wasLeft = left;
  }

  function write(element, text) { if (element.textContent !== text) element.textContent = text; }

  /* 75 min 4 s as 75:04, the same in every language. */
  function clock(ms) {
    const seconds = Math.floor(ms / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  /* Browsers let a page sound only after a click or key: the one that begins the meeting, or the next. */
  function openSound() {
    const Context = window.AudioContext;
    if (!sound && Context) sound = new Context();
    if (sound?.state === "suspended") sound.resume().catch(() => {});
  }

  /* Two soft notes that die away. */
  function chime() {
    if (!state.sound || !sound) return;
    [523.25, 659.25].forEach((pitch, n) => {
      const from = sound.currentTime + n * 0.45, tone = sound.createOscillator(), loud = sound.createGain();
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.0001, from);
      loud.gain.exponentialRampToValueAtTime(0.12, from + 0.06);
      loud.gain.exponentialRampToValueAtTime(0.0001, from + 1.6);
      tone.connect(loud).connect(sound.destination);
      tone.start(from);
      tone.stop(from + 1.7);
    });
  }

  function toggleSound(button) {
    state.sound = form.sound.checked = !state.sound;
    button.setAttribute("aria-pressed", state.sound);
    if (state.sound) openSound();
    keep();
  }

  /* Questions one by one, or all. */
  function questions(by = 0) {
    const step = steps[route[state.at].step], list = all(".m-ask li", step), bar = find(".m-ask-do", step);
    if (!bar) return;
    asked = Math.min(list.length - 1, Math.max(0, asked + by));
    list.forEach((one, n) => { one.hidden = !isAll && n !== asked; });
    find(".m-ask", step).classList.toggle("m-one", !isAll);
    bar.hidden = false;
    write(find(".m-asked", bar), isAll ? "" : words(say.question, { n: asked + 1, alle: list.length }));
    find("[data-do=question-back]", bar).hidden = find("[data-do=question-next]", bar).hidden = isAll;
    // Not `disabled`: that would throw the focus away.
    find("[data-do=question-back]", bar).setAttribute("aria-disabled", asked === 0);
    find("[data-do=question-next]", bar).setAttribute("aria-disabled", asked === list.length - 1);
    find("[data-do=question-all]", bar).textContent = isAll ? say.one : say.all;
  }

  /* A round: a button for each person, pressed when they have spoken. */
  function people() {
    find(".m-people").replaceChildren(...Array.from({ length: state.people }, (none, n) => {
      const button = document.createElement("button"), name = initials[n] || String(n + 1);
      button.type = "button";
      button.textContent = name;
      if (!initials[n]) button.setAttribute("aria-label", words(say.person, { n: name }));
      button.addEventListener("click", () => {
        const who = spoken.get(state.at) || new Set();
        if (!who.delete(n)) who.add(n);
        spoken.set(state.at, who);
        marks();
      });
      return button;
    }));
  }

  function marks() {
    const who = spoken.get(state.at) || new Set();
    all(".m-people button").forEach((button, n) => button.setAttribute("aria-pressed", who.has(n)));
    write(find(".m-said"), who.size ? words(say.said, { n: who.size, alle: state.people }) : "");
  }

  /* Said by screen readers when they are ready. */
  function tell(text) { find("[data-say]").textContent = text; }

  /* Keep the screen on while steps are shown. The browser takes the lock away from a page that is not seen. */
  async function wake() {
    const isWanted = shown === "run" && document.visibilityState === "visible";
    try {
      if (!isWanted) { const old = lock; lock = null; await old?.release(); return; }
      if (lock && !lock.released) return;
      lock = (await navigator.wakeLock?.request("screen")) || null;
      if (shown !== "run") wake(); // Left while the browser was deciding.
    } catch { lock = null; /* Not allowed here, or the battery is low: the meeting goes on. */ }
  }

  /* Light or dark as the reader chose on the other pages, or as the machine is set. */
  function colours() {
    let scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "slate" : "default";
    try {
      const base = new URL(say.base, location.href).pathname;
      scheme = JSON.parse(localStorage.getItem(`${base}.__palette`))?.color?.scheme || scheme;
    } catch { /* Storage is off. */ }
    document.body.dataset.mdColorScheme = scheme === "slate" ? "slate" : "default";
  }

  const acts = {
    leave, pause, again: () => { screen("start"); preview(); find("[type=submit]", form).focus(); }, resume: run,
    back: () => go(-1), next: () => go(1), sound: toggleSound,
    round: () => { spoken.delete(state.at); marks(); },
    "question-back": () => questions(-1), "question-next": () => questions(1),
    "question-all": () => { isAll = !isAll; questions(); },
  };
  main.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) acts[button.dataset.do](button);
    if (state?.sound) openSound();
  });
  main.addEventListener("change", (event) => {
    if (form.contains(event.target)) { preview(); return; }
    if (state && event.target.closest(".m-done"))
      ticks.set(state.at, new Set(all(".m-done input", steps[route[state.at].step]).flatMap((box, n) => box.checked ? [n] : [])));
  });
  for (const link of all(".m-languages a")) link.addEventListener("click", () => keep(keyOf(link.pathname)));
  form.addEventListener("submit", (event) => { event.preventDefault(); begin(); });

  /* Keys: never those of a field, never with a modifier, and space only where it does nothing else. */
  addEventListener("keydown", (event) => {
    if (shown !== "run" || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    if (state.sound) openSound();
    const isField = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.key === "Escape") { leave(); return; }
    if (isField) return;
    const isOnControl = event.target.closest("button, a, input, summary");
    const isAtEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
    const by = { ArrowRight: isRtl ? -1 : 1, ArrowLeft: isRtl ? 1 : -1, PageDown: 1, PageUp: -1 }[event.key]
      || (event.key === " " && !isOnControl && isAtEnd ? 1 : 0);
    if (!by || event.repeat) return;
    event.preventDefault();
    go(by);
  });

  /* Swipe: one finger, mostly sideways, not from the edge, where the browser has its own. */
  let touch = null;
  addEventListener("touchstart", (event) => {
    const one = event.touches[0], isEdge = one.clientX < 24 || one.clientX > innerWidth - 24;
    touch = event.touches.length === 1 && !isEdge && !event.target.closest("input") ? { x: one.clientX, y: one.clientY } : null;
  }, { passive: true });
  addEventListener("touchend", (event) => {
    if (!touch || shown !== "run" || visualViewport?.scale > 1.05) return;
    const x = event.changedTouches[0].clientX - touch.x, y = event.changedTouches[0].clientY - touch.y;
    touch = null;
    if (Math.abs(x) >= SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) go(x < 0 !== isRtl ? 1 : -1);
  }, { passive: true });

  addEventListener("visibilitychange", () => { wake(); tick(); }, true);
  setInterval(tick, 250);
  find(".m-plain").hidden = true;
  colours();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", colours);
  restore();
  if (state) run(); else { screen("start"); preview(); }
  // Over https (or on this machine) the browser keeps what meeting mode needs; a page from the disk has it already.
  if (/^https?:$/.test(location.protocol)) navigator.serviceWorker?.register(new URL(say.worker, location.href)).catch(() => {});
})();
