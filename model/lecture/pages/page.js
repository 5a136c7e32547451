// The script of a page of a boot (see packing.py for what it reads): every moment is unpacked when it is
// looked at, and what is drawn is made of text and elements only, never of markup.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { steps, pool, kinds, words } = data;
  const $ = (id) => document.getElementById(id);
  const SVG = "http://www.w3.org/2000/svg";
  const MARKS = { "+": "new", "~": "changed", "-": "gone" };
  let here = -1;
  let playing = 0;

  // ---- what is packed ----

  const joined = (before, [head, tail, middle]) =>
    [...before.slice(0, head), ...middle, ...before.slice(before.length - tail)];

  const moments = [];
  {
    let last = { parts: {}, map: [], log: [], logged: 0 };
    for (const step of steps) {
      const parts = { ...last.parts };
      for (const [id, now] of Object.entries(step.parts)) {
        const before = parts[id] || { rows: [], caption: ["", 0] };
        parts[id] = {
          rows: now.rows ? joined(before.rows, now.rows) : before.rows,
          caption: now.caption || before.caption,
        };
      }
      last = {
        parts,
        map: step.map ? joined(last.map, step.map) : last.map,
        log: step.log ? joined(last.log, step.log) : last.log,
        logged: step.logged ?? last.logged,
      };
      moments.push(last);
    }
  }

  // ---- small helpers ----

  const said = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function made(tag, attributes = {}, ...inside) {
    const element = tag in DRAWN ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  }
  const DRAWN = { svg: 1, g: 1, rect: 1, text: 1, path: 1, title: 1, desc: 1 };

  function badge(mark) {
    const name = MARKS[mark];
    return made("span", { class: `mark ${name}` }, made("span", { "aria-hidden": "true" }, mark),
      made("span", { class: "vh" }, words[name]));
  }

  // ---- the story ----

  function tell(step) {
    $("phase").textContent = data.phases[step.phase];
    $("title").textContent = step.title;
    $("name").textContent = step.name;
    $("call").textContent = step.call || "";
    $("told").replaceChildren(...step.told.map((each) => made("p", {}, each)));
    $("asked").hidden = !step.asked;
    if (step.asked) {
      $("line").textContent = `: ${step.asked[0]}`;
      $("reply").textContent = step.asked[1];
    }
    $("questions").replaceChildren(...(step.questions || []).map(asked));
  }

  function asked(question, number) {
    const answer = made("p", { class: "answer", role: "status" });
    const labels = question.choices.map((choice) =>
      made("label", {}, made("input", { type: "radio", name: `question${number}`, value: choice }), choice));
    const reveal = made("button", { type: "button", class: "reveal" }, words.reveal);
    reveal.addEventListener("click", () => {
      for (const label of labels) {
        const input = label.firstChild;
        if (input.value === question.answer) label.className = "right";
        else if (input.checked) label.className = "wrong";
      }
      answer.replaceChildren(made("b", {}, question.answer), question.why ? ` — ${question.why}` : "");
      reveal.hidden = true;
    });
    return made("fieldset", { class: "question" }, made("legend", {}, question.text), ...labels, reveal, answer);
  }

  function where(step) {
    const rows = step.frames.map(([name, place]) => made("li", {}, made("code", {}, name), made("small", {}, place)));
    $("frames").replaceChildren(...(rows.length ? rows : [made("li", { class: "quiet" }, words.nowhere)]));
  }

  function happened(step) {
    const list = step.changed.map(([mark, part, text]) => {
      if (!mark) return made("li", { class: "quiet" }, text);
      const link = made("button", { type: "button" }, titles[part]);
      link.addEventListener("click", () => show(part));
      return made("li", {}, badge(mark), made("span", { class: "words" }, link, text));
    });
    $("changes").replaceChildren(...list);
    $("unchanged").hidden = list.length > 0;
    $("unchanged").textContent = here ? words.unchanged : words.beginning;
  }

  function show(part) {
    const card = cards[part].card;
    card.open = true;
    card.firstElementChild.focus();
    card.scrollIntoView({ block: "start" });
  }

  function log(step, moment) {
    const first = moment.log.length - (step.new || 0);
    $("lines").replaceChildren(...moment.log.map((line, at) =>
      made("span", at >= first && here ? { class: "new" } : {}, pool[line] || " ")));
    $("logged").textContent = said(words.logged, { count: moment.logged });
  }

  // ---- the map ----

  const LETTER = 6.4, GUTTER = 92;

  function fitted(text, width) {
    const most = Math.floor(width / LETTER);
    return text.length <= most ? text : most > 2 ? `${text.slice(0, most - 1)}…` : "";
  }

  function drawMap(step, moment) {
    const width = Math.max($("map").clientWidth, 240), room = width - GUTTER - 2;
    const height = data.map_height + 14;
    const fresh = new Set(step.fresh || []);
    const picture = made("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-labelledby": "map-name",
      "aria-describedby": "map-words" });
    picture.append(made("title", { id: "map-name" }, words.map), made("desc", { id: "map-words" }, words.map_words));
    for (const number of moment.map) picture.append(drawn(pool[number], fresh.has(number), room));
    if (!moment.map.some((number) => pool[number][6].length))
      picture.append(made("text", { x: GUTTER + 10, y: height / 2, class: "hole" }, words.no_memory));
    $("map").replaceChildren(picture);
  }

  function drawn([top, height, address, name, size, told, parts], isFresh, room) {
    const y = top + 2, middle = y + height / 2 + 4;
    const isFree = parts.length === 1 && parts[0][0] === kinds.length - 1;
    const group = made("g", isFresh && parts.length && !isFree ? { class: "fresh" } : {}, made("title", {}, told));
    if (address && height > 8)
      group.append(made("text", { class: "a", x: GUTTER - 8, y: y + height - 1, "text-anchor": "end" }, address),
        made("path", { d: `M${GUTTER - 5} ${y + height}h5` }));
    if (!parts.length) {
      if (address) {
        group.append(made("path", { class: "hole", d: `M${GUTTER} ${middle - 4}h${room}` }));
      }
      return group;
    }
    for (const [kind, left, wide] of parts)
      group.append(made("rect", { class: `k${kind}`, x: GUTTER + (room * left) / 1000, y: y + 0.5,
        width: Math.max((room * wide) / 1000, 0.5), height: Math.max(height - 1, 1) }));
    group.append(
      made("text", { x: GUTTER + 7, y: middle }, fitted(name, room - 20 - size.length * LETTER)),
      made("text", { class: "s", x: GUTTER + room - 7, y: middle, "text-anchor": "end" }, size));
    if (group.getAttribute("class"))
      group.append(made("rect", { class: "frame", x: GUTTER, y: y + 0.5, width: room, height: Math.max(height - 1, 1) }));
    return group;
  }

  function amounts(moment) {
    const part = moment.parts.amounts;
    const rows = part ? part.rows.map((number) => pool[number]) : [];
    $("amounts").replaceChildren(...rows.map(([kind, name, size, share]) => {
      const bar = made("span", { class: `k${kind}`, title: `${name} ${size}` });
      bar.style.flexGrow = parseFloat(share) || 0;
      return bar;
    }));
    $("amounts").hidden = !rows.length;
    $("legend").replaceChildren(...rows.map(([kind, name, size, share]) =>
      made("li", {}, made("i", { class: `swatch k${kind}`, "aria-hidden": "true" }), name,
        made("span", { class: "amount" }, `${size} · ${share}`))));
  }

  // ---- tables ----

  const titles = Object.fromEntries(data.parts.map(([id, title]) => [id, title]));
  const cards = {};
  const OPEN = new Set(["memory", "reserved", "zones"]);

  for (const [id, title, headings] of data.parts) {
    if (id === "amounts") continue;
    const caption = made("span", { class: "caption" }), marks = made("span", { class: "counts" });
    const body = made("tbody"), more = made("p", { class: "quiet" });
    const columns = headings.map((each) => made("th", { scope: "col" }, each));
    const head = made("tr", {}, made("th", { scope: "col" }, made("span", { class: "vh" }, words.mark)), ...columns);
    const table = made("table", {}, made("caption", { class: "vh" }, title), made("thead", {}, head), body);
    const wide = made("div", { class: "wide", tabindex: "0", role: "region", "aria-label": title }, table, more);
    const card = made("details", { class: "card", "data-part": id },
      made("summary", {}, made("h2", {}, title), caption, marks), wide);
    card.open = OPEN.has(id);
    cards[id] = { card, caption, marks, body, more, columns, shown: null };
    $("tables").append(card);
  }

  function tables(step, moment) {
    const looked = new Set(step.look || []), lit = new Set(step.lit || []);
    for (const card of document.querySelectorAll("[data-part]"))
      card.classList.toggle("look", looked.has(card.dataset.part));
    for (const [id, its] of Object.entries(cards)) {
      const part = moment.parts[id] || { rows: [], caption: ["", 0] };
      const marks = (step.parts[id] || {}).marks || [];
      its.card.hidden = !part.rows.length && !marks.length;
      if (looked.has(id) !== !!its.isLooked) {
        if (looked.has(id)) its.wasOpen = its.card.open;
        its.card.open = looked.has(id) || its.wasOpen;
        its.isLooked = looked.has(id);
      }
      if (its.shown === part && !its.marked && !marks.length && !its.lit && !looked.has(id)) continue;
      its.shown = part;
      its.marked = marks.length > 0;
      its.lit = its.isLooked;
      its.caption.textContent = part.caption[0];
      its.more.textContent = part.caption[1] ? said(words.more, { count: part.caption[1] }) : "";
      its.marks.replaceChildren(...Object.keys(MARKS)
        .map((mark) => [mark, marks.filter((each) => each[1] === mark).length])
        .filter(([, count]) => count)
        .map(([mark, count]) => made("span", { class: `mark ${MARKS[mark]} count`, title: words[MARKS[mark]] },
          `${mark}${count}`)));
      const rows = rowsOf(part.rows, marks)
        .map(([number, mark]) => [pool[number], mark, its.lit && lit.has(number) && mark !== "-"]);
      const isEmpty = its.columns.map((_, at) => rows.every(([row]) => !row[at + 1]));
      its.columns.forEach((column, at) => { column.hidden = isEmpty[at]; });
      its.body.replaceChildren(...rows.map(([row, mark, isLit]) => tableRow(row, mark, isEmpty, isLit)));
    }
  }

  /** The rows of a table with their marks; those that are gone are put where they were. */
  function rowsOf(numbers, marks) {
    const marked = new Map(marks.map((each) => [each[0], each]));
    const rows = [], rest = [...numbers];
    while (rest.length || marked.has(rows.length)) {
      const [, mark = "", gone] = marked.get(rows.length) || [];
      rows.push(mark === "-" ? [gone, mark] : [rest.shift(), mark]);
    }
    return rows;
  }

  function tableRow([kind, ...cells], mark, isEmpty, isLit) {
    const row = made("tr", { class: `${MARKS[mark] || ""}${isLit ? " lit" : ""}` },
      made("td", { class: "m" }, ...(mark ? [badge(mark)] : [])));
    cells.forEach((cell, at) => {
      if (isEmpty[at]) return;
      const isNumber = /^(0x|-?\d|$)/.test(cell);
      const swatch = !at && kind >= 0 ? [made("i", { class: `swatch k${kind}`, "aria-hidden": "true" })] : [];
      const shape = isNumber ? "n" : cell.length > 24 ? "w" : "";
      row.append(made("td", shape ? { class: shape } : {}, ...swatch, cell));
    });
    return row;
  }

  // ---- stepping ----

  function go(to, isQuiet) {
    const next = Math.min(Math.max(to, 0), steps.length - 1);
    if (next === here) return;
    here = next;
    const step = steps[here], moment = moments[here];
    tell(step); where(step); happened(step); log(step, moment);
    amounts(moment); drawMap(step, moment); tables(step, moment);
    const count = said(words.count, { step: here + 1, count: steps.length });
    $("slider").value = here + 1;
    $("slider").setAttribute("aria-valuetext", `${count}: ${step.title}`);
    $("jump").value = String(here);
    $("count").textContent = `${here + 1} / ${steps.length}`;
    $("back").disabled = here === 0;
    $("on").disabled = here === steps.length - 1;
    [...$("phases").children].forEach((bar, at) => bar.classList.toggle("on", phaseRuns[at][0] <= here));
    document.title = `${here + 1}/${steps.length} ${step.title} · ${data.title}`;
    if (!isQuiet) $("live").textContent = `${count}. ${step.title}. ${step.counts}`;
    if (location.hash !== `#${here + 1}`) {
      try { history.replaceState(null, "", `#${here + 1}`); } catch { /* a page in a frame has no address */ }
    }
  }

  function ofAddress() {
    const number = parseInt(location.hash.slice(1), 10);
    return Number.isFinite(number) ? number - 1 : 0;
  }

  function toPhase(direction) {
    const runs = phaseRuns.map(([first]) => first);
    const found = direction > 0 ? runs.find((first) => first > here) : runs.filter((first) => first < here).pop();
    go(found ?? (direction > 0 ? steps.length - 1 : 0));
  }

  /** The first step of every phase, and how many it has. */
  const phaseRuns = [];
  steps.forEach((step, at) => {
    const last = phaseRuns[phaseRuns.length - 1];
    if (last && last[2] === step.phase) last[1] += 1;
    else phaseRuns.push([at, 1, step.phase]);
  });
  for (const [first, count, phase] of phaseRuns) {
    const bar = made("span", { title: data.phases[phase] });
    bar.style.flexGrow = count;
    $("phases").append(bar);
    const group = made("optgroup", { label: data.phases[phase] });
    for (let at = first; at < first + count; at += 1)
      group.append(made("option", { value: at }, `${at + 1}. ${steps[at].title}`));
    $("jump").append(group);
  }
  $("slider").max = steps.length;

  function play(isOn) {
    clearInterval(playing);
    playing = isOn ? setInterval(() => (here < steps.length - 1 ? go(here + 1) : play(false)), 3000) : 0;
    $("play").setAttribute("aria-pressed", String(isOn));
    $("play").textContent = isOn ? "❚❚" : "▶\uFE0E";
  }

  // ---- light and dark ----

  const isDark = () => (document.documentElement.dataset.theme
    || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  function dress(theme) {
    if (theme) document.documentElement.dataset.theme = theme;
    $("theme").setAttribute("aria-pressed", String(isDark()));
  }

  function otherTheme() {
    const theme = isDark() ? "light" : "dark";
    dress(theme);
    try { localStorage.setItem("bootstep-theme", theme); } catch { /* not kept */ }
  }
  let kept = null;
  try { kept = localStorage.getItem("bootstep-theme"); } catch { /* nothing is kept */ }
  dress(kept === "dark" || kept === "light" ? kept : "");
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => dress(""));

  // ---- keys, and everything that is pressed ----

  const KEYS = {
    ArrowRight: () => go(here + 1), s: () => go(here + 1), n: () => go(here + 1),
    ArrowLeft: () => go(here - 1), S: () => go(here - 1), N: () => go(here - 1),
    Home: () => go(0), 0: () => go(0), End: () => go(steps.length - 1), $: () => go(steps.length - 1),
    PageDown: () => go(here + 1), PageUp: () => go(here - 1), // what a clicker of slides sends
    "}": () => toPhase(1), "{": () => toPhase(-1),
    p: () => play(!playing), r: () => reveal(), d: () => otherTheme(), "?": () => $("keys").showModal(),
  };

  function reveal() {
    const buttons = [...document.querySelectorAll(".reveal")].filter((each) => !each.hidden);
    if (buttons.length) buttons[0].click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || $("keys").open) return;
    const at = event.target, isMove = event.key.length > 1;
    if (at.closest("select") || (isMove && at.closest("input, .wide")) || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  $("slider").addEventListener("input", (event) => go(Number(event.target.value) - 1));
  $("jump").addEventListener("change", (event) => go(Number(event.target.value)));
  $("back").addEventListener("click", () => go(here - 1));
  $("on").addEventListener("click", () => go(here + 1));
  $("play").addEventListener("click", () => play(!playing));
  $("theme").addEventListener("click", otherTheme);
  $("help").addEventListener("click", () => $("keys").showModal());
  $("close").addEventListener("click", () => $("keys").close());
  addEventListener("hashchange", () => go(ofAddress()));
  let width = 0;
  new ResizeObserver(() => {
    if ($("map").clientWidth !== width && here >= 0) {
      width = $("map").clientWidth;
      drawMap(steps[here], moments[here]);
    }
  }).observe($("map"));

  document.documentElement.classList.add("ready");
  go(ofAddress(), true);
})();
