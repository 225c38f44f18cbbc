// Shows traced texts: a strip of tokens, the waterfall of the chosen one, a map of parts by step, where a head read.
// The data are in traceData.
"use strict";
(() => {
  const data = traceData;
  const box = (id) => document.getElementById(id);
  const nComponents = data.layers * (data.heads + 1);
  const chosen = {text: 0, step: 0, view: 0, rows: "layers", head: -1};

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const svg = (name, attributes, text) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const signed = (value) => (value < 0 ? "\u2212" : "+") + Math.abs(value).toFixed(2);
  const percent = (p) => (100 * p).toFixed(p < 0.01 ? 3 : 1) + "\u00a0%";
  const shown = (token) => token.replace(/\n/g, "\u23ce");
  const breaks = (token) => token.includes("\n") ? ["\n"] : [];  // a line ends behind the token's own box
  const quoted = (token) => "\u201c" + token.replace(/\n/g, "\u23ce").replace(/^ /, "\u2423") + "\u201d";
  const name = (c) => c === nComponents ? "embedding" : c === nComponents + 1 ? "biases"
    : c < data.layers * data.heads ? `L${Math.floor(c / data.heads)}H${c % data.heads}`
      : `L${c - data.layers * data.heads}MLP`;
  const sum = (values) => values.reduce((all, v) => all + v, 0);
  const text = () => data.texts[chosen.text];
  const view = () => data.views[chosen.view];
  const over = (s) => view().spread ? "against all other tokens"
    : `over ${quoted(Array.isArray(view().over) ? view().over[s] : view().over)}`;
  const spread = (s) => view().spread ? view().spread[s] : 0;

  const strip = () => {
    const line = [element("span", text().prompt.join(""))];
    for (let i = 0; i < text().n; ++i) {
      const s = text().first + i, step = data.steps[s], p = Math.exp(step.logProb);
      const button = element("button", shown(step.token), {"aria-pressed": s === chosen.step,
        title: `${percent(p)}, ${signed(sum(view().parts[s]) - spread(s))} ${over(s)}`});
      button.style.setProperty("--doubt", `${Math.round(85 * (1 - p))}%`);
      button.addEventListener("click", () => choose({step: s}));
      line.push(button, ...breaks(step.token));
    }
    box("strip").replaceChildren(...line);
  };

  // Rows of the waterfall: the parts that push most, all others together, what is held, and the margin.
  const bars = (s) => {
    const parts = view().parts[s].map((value, c) => ({label: name(c), value, c}));
    parts.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    const most = parts.slice(0, 14), rest = parts.slice(14).filter((part) => part.value !== 0);
    if (rest.length > 0) most.push({label: `${rest.length} other parts`, value: sum(rest.map((part) => part.value))});
    if (view().spread) most.push({label: "spread of the rivals", value: -view().spread[s], kind: "held"});
    let at = 0;
    for (const bar of most) {
      bar.from = at;
      at += bar.value;
    }
    most.push({label: view().spread ? "log-odds" : "margin", from: 0, value: at, kind: "total"});
    return most;
  };

  const waterfall = () => {
    const s = chosen.step, step = data.steps[s], rows = bars(s), height = 22, left = 150, width = 620, right = 70;
    box("step-title").textContent = `${quoted(step.token)} ${over(s)}`;
    box("step-note").textContent = `Token ${s - text().first + 1} of ${text().n}, probability ` +
      `${percent(Math.exp(step.logProb))}. Each bar begins where the one above it ends; the parts sum to the last ` +
      `bar, with an error of at most ${step.certificate.toExponential(1)} of the largest logit.`;
    const ends = rows.flatMap((bar) => [bar.from, bar.from + bar.value]).concat(0);
    const low = Math.min(...ends), high = Math.max(...ends), scale = width / (high - low || 1);
    const x = (value) => left + (value - low) * scale;
    const picture = svg("svg", {width: left + width + right, height: rows.length * height + 6, role: "img"});
    picture.append(svg("line", {x1: x(0), x2: x(0), y1: 0, y2: rows.length * height, class: "level"}));
    rows.forEach((bar, i) => {
      const y = i * height + 3, begin = Math.min(bar.from, bar.from + bar.value), isHead = bar.label.includes("H");
      const label = svg("text", {x: left - 10, y: y + 13, class: `end${bar.kind === "total" ? " strong" : ""}`}, bar.label);
      if (isHead && data.reads.length > 0) {
        label.classList.add("name");
        label.addEventListener("click", () => choose({head: bar.c}));
      }
      picture.append(label, svg("rect", {x: x(begin), y, width: Math.max(1, Math.abs(bar.value) * scale), height: 16,
        rx: 2, class: bar.kind || (bar.value < 0 ? "below" : "above")}));
      picture.append(svg("text", {x: x(begin + Math.abs(bar.value)) + 6, y: y + 13, class: "small muted"}, signed(bar.value)));
      if (i + 1 < rows.length && !bar.kind)
        picture.append(svg("line", {x1: x(bar.from + bar.value), x2: x(bar.from + bar.value), y1: y + 16,
          y2: y + height, class: "leader"}));
    });
    box("waterfall").replaceChildren(picture);
  };

  // Rows of the map, from the top layer down: whole layers, MLPs and heads apart, or the parts of one layer.
  const mapRows = () => {
    const heads = (l) => Array.from({length: data.heads}, (_, h) => l * data.heads + h);
    const mlp = (l) => data.layers * data.heads + l;
    const layers = Array.from({length: data.layers}, (_, i) => data.layers - 1 - i);
    if (chosen.rows === "layers") return layers.map((l) => ({label: `layer ${l}`, parts: [...heads(l), mlp(l)]}));
    if (chosen.rows === "heads") return layers.map((l) => ({label: `heads of layer ${l}`, parts: heads(l)}));
    if (chosen.rows === "mlps") return layers.map((l) => ({label: name(mlp(l)), parts: [mlp(l)]}));
    const l = Number(chosen.rows);
    return [mlp(l), ...heads(l)].map((c) => ({label: name(c), parts: [c]}));
  };

  const map = () => {
    const rows = mapRows(), size = 18, left = 130, top = 84, first = text().first, n = text().n;
    const values = rows.map((row) => Array.from({length: n}, (_, i) =>
      sum(row.parts.map((c) => view().parts[first + i][c]))));
    const largest = Math.max(1e-9, ...values.flat().map(Math.abs));
    const picture = svg("svg", {width: left + n * size + 90, height: top + rows.length * size + 8, role: "img"});
    for (let i = 0; i < n; ++i) {
      const x = left + i * size + 13, token = data.steps[first + i].token.replace(/\n/g, "\u23ce");
      picture.append(svg("text", {x, y: top - 8, class: `small${first + i === chosen.step ? " strong" : " muted"}`,
        transform: `rotate(-55 ${x} ${top - 8})`}, token.length > 12 ? token.slice(0, 11) + "\u2026" : token));
    }
    rows.forEach((row, r) => {
      const y = top + r * size, head = row.parts.length === 1 && row.parts[0] < data.layers * data.heads;
      picture.append(svg("text", {x: left - 8, y: y + 13, class: "end small"}, row.label));
      for (let i = 0; i < n; ++i) {
        const value = values[r][i], x = left + i * size;
        picture.append(svg("rect", {x, y, width: size - 1, height: size - 1, class: "ground"}),
          svg("rect", {x, y, width: size - 1, height: size - 1, class: value < 0 ? "below" : "above",
            "fill-opacity": Math.sqrt(Math.abs(value) / largest)}));
        const pick = svg("rect", {x, y, width: size, height: size, class: "pick"});
        pick.append(svg("title", {}, `${row.label} at ${quoted(data.steps[first + i].token)}: ${signed(value)}`));
        pick.addEventListener("click", () => choose({step: first + i, ...(head ? {head: row.parts[0]} : {})}));
        picture.append(pick);
      }
      picture.append(svg("text", {x: left + n * size + 8, y: y + 13, class: "small muted"}, signed(sum(values[r]))));
    });
    const x = left + (chosen.step - first) * size - 0.5;
    picture.append(svg("rect", {x, y: top - 1, width: size, height: rows.length * size + 1, class: "outline"}));
    box("map-note").textContent = `What each row adds to the ${view().title}, for (blue) or against (orange) the token; ` +
      `the darkest cell is ${largest.toFixed(2)}. At the right: the sum over all tokens.`;
    box("map").replaceChildren(picture);
  };

  const strongestHead = (s) => {
    const heads = view().parts[s].slice(0, data.layers * data.heads);
    return heads.reduce((best, value, c) => Math.abs(value) > Math.abs(heads[best]) ? c : best, 0);
  };

  const read = () => {
    box("read-section").hidden = data.reads.length === 0;
    if (data.reads.length === 0) return;
    const head = chosen.head < 0 ? strongestHead(chosen.step) : chosen.head, i = chosen.step - text().first;
    box("read-title").textContent = `Where ${name(head)} read`;
    const pushes = new Map(data.reads[chosen.step][head]), largest = Math.max(1e-9, ...[...pushes.values()].map(Math.abs));
    const before = data.steps.slice(text().first, text().first + i).map((step) => step.token);
    box("read").replaceChildren(...[...text().prompt, ...before].flatMap((token, t) => {
      const made = element("span", shown(token)), push = pushes.get(t);
      if (push === undefined) return [made, ...breaks(token)];
      made.className = "read";
      made.title = signed(push);
      made.style.background = `color-mix(in srgb, var(--${push < 0 ? "bad" : "good"}) ` +
        `${Math.round(10 + 60 * Math.abs(push) / largest)}%, transparent)`;
      return [made, ...breaks(token)];
    }));
  };

  const choose = (change) => {
    Object.assign(chosen, change);
    if (change.text !== undefined) chosen.step = text().first;
    if (text().n === 0) return;
    for (const show of [strip, waterfall, map, read]) show();
  };

  const fill = (id, options, key, convert) => {
    box(id).replaceChildren(...options.map(([value, label]) => element("option", label, {value})));
    box(id).addEventListener("change", () => choose({[key]: convert(box(id).value)}));
  };
  const beginning = (t) => t.prompt.join("").slice(0, 60);
  fill("text", data.texts.map((t, i) => [i, `${i + 1}: ${beginning(t)}`]), "text", Number);
  fill("view", data.views.map((v, i) => [i, v.title]), "view", Number);
  fill("rows", [["layers", "whole layers"], ["heads", "attention of each layer"], ["mlps", "MLPs"],
    ...Array.from({length: data.layers}, (_, l) => [l, `parts of layer ${l}`])], "rows", String);
  box("text-label").hidden = data.texts.length < 2;
  document.addEventListener("keydown", (event) => {
    if (event.target.tagName === "SELECT") return;
    const move = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (move === undefined) return;
    const step = chosen.step + move;
    if (step >= text().first && step < text().first + text().n) choose({step});
  });
  choose({text: 0});
})();
