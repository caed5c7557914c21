"use strict";
const data = /*DATA*/ null;
const WIDTH = 214, HEIGHT = 40, ACROSS = 300, DOWN = 52, MOST_HITS = 40;
const SVG = "http://www.w3.org/2000/svg";
const $ = (selector) => document.querySelector(selector);
const picture = $("#picture"), scene = $("#scene"), panel = $("aside"), input = $("input"), hits = $("#hits");
const nodes = data.nodes, all = nodes.map((_, index) => index);
const neighbours = (pairs) => {
  const after = new Map(), before = new Map();
  const add = (map, from, to) => map.has(from) ? map.get(from).push(to) : map.set(from, [to]);
  for (const [from, to] of pairs) { add(after, from, to); add(before, to, from); }
  return { after, before };
};
const flow = neighbours(data.edges);
const key = (node, column) => node + "/" + column;
const fields = neighbours(data.fields.map(([a, b, c, d]) => [key(a, b), key(c, d)]));
const state = { node: null, column: null, hidden: new Set(), alone: false, x: 0, y: 0, scale: 1 };
let position = new Map();

function element(name, attributes = {}, text = "") {
  const made = name.startsWith("svg:") ? document.createElementNS(SVG, name.slice(4)) : document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  if (text) made.textContent = text;
  return made;
}

function reach(start, map) {
  const found = new Set([start]), open = [start];
  while (open.length) {
    for (const next of map.get(open.pop()) || []) if (!found.has(next)) { found.add(next); open.push(next); }
  }
  return found;
}

/** Nodes before and behind what is chosen; of a column only those its values come through. */
function around() {
  if (state.node === null) return { up: new Set(), down: new Set() };
  if (state.column === null) return { up: reach(state.node, flow.before), down: reach(state.node, flow.after) };
  const owner = (found) => new Set([...found].map((each) => Number(each.split("/")[0])));
  const chosen = key(state.node, state.column);
  return { up: owner(reach(chosen, fields.before)), down: owner(reach(chosen, fields.after)) };
}

function visible() {
  const { up, down } = around();
  const only = state.alone && state.node !== null;
  return all.filter((n) => n === state.node || (!state.hidden.has(nodes[n].engine) && (!only || up.has(n) || down.has(n))));
}

/** Columns without members take no room, and the members of each stand around one middle. */
function layOut(shown) {
  const layers = new Map();
  for (const n of shown) {
    if (!layers.has(nodes[n].layer)) layers.set(nodes[n].layer, []);
    layers.get(nodes[n].layer).push(n);
  }
  position = new Map();
  [...layers.keys()].sort((a, b) => a - b).forEach((layer, column) => {
    const members = layers.get(layer).sort((a, b) => nodes[a].row - nodes[b].row);
    members.forEach((n, row) => position.set(n, { x: column * ACROSS, y: (row - (members.length - 1) / 2) * DOWN }));
  });
}

/** Edges between shown nodes; a way that leads only through hidden ones is a bridge. */
function shownEdges() {
  if (state.column !== null) return columnEdges();
  const found = [];
  for (const from of position.keys()) {
    const direct = new Set(flow.after.get(from) || []), seen = new Set(direct), open = [...direct];
    while (open.length) {
      const to = open.pop();
      if (position.has(to)) { found.push([from, to, !direct.has(to)]); continue; }
      for (const next of flow.after.get(to) || []) if (!seen.has(next)) { seen.add(next); open.push(next); }
    }
  }
  return found;
}

/** The ways of a column's values; one that passes a node by, as through a view of Flink's, is a bridge. */
function columnEdges() {
  const chosen = key(state.node, state.column), found = new Map();
  const sides = [reach(chosen, fields.before), reach(chosen, fields.after)];
  for (const [a, b, c, d] of data.fields) {
    const inside = sides.some((side) => side.has(key(a, b)) && side.has(key(c, d)));
    if (inside && a !== c && position.has(a) && position.has(c)) {
      found.set(key(a, c), [a, c, !(flow.after.get(a) || []).includes(c)]);
    }
  }
  return [...found.values()];
}

function drawEdge([from, to, bridge], { up, down }) {
  const a = position.get(from), b = position.get(to);
  const x = a.x + WIDTH, y = a.y + HEIGHT / 2, u = b.x, v = b.y + HEIGHT / 2, bend = Math.max(40, Math.abs(u - x) / 2);
  const path = `M${x},${y} C${x + bend},${y} ${u - bend},${v} ${u},${v}`;
  const side = up.has(from) && up.has(to) ? " up" : down.has(from) && down.has(to) ? " down" : "";
  return element("svg:path", { class: "edge" + side + (bridge ? " bridge" : ""), d: path });
}

function drawNode(n, { up, down }) {
  const node = nodes[n], { x, y } = position.get(n);
  const side = n === state.node ? " chosen" : up.has(n) ? " up" : down.has(n) ? " down" : "";
  const group = element("svg:g", {
    class: "node" + side, transform: `translate(${x},${y})`, tabindex: 0, role: "button", "data-node": n,
  });
  const label = node.name.length > 29 ? node.name.slice(0, 13) + "…" + node.name.slice(-15) : node.name;
  group.append(
    element("svg:title", {}, `${node.kind}.${node.name}`),
    element("svg:rect", { class: "card", width: WIDTH, height: HEIGHT, rx: 7 }),
    element("svg:rect", { width: 4, height: HEIGHT - 14, x: 7, y: 7, rx: 2, style: `fill:var(--${node.engine})` }),
    element("svg:text", { class: "kind", x: 19, y: 15 }, node.kind.replaceAll("_", " ")),
    element("svg:text", { x: 19, y: 31 }, label),
  );
  return group;
}

function draw() {
  layOut(visible());
  const sides = around();
  scene.setAttribute("class", state.node === null ? "" : "focused");
  $("#edges").replaceChildren(...shownEdges().map((edge) => drawEdge(edge, sides)));
  $("#nodes").replaceChildren(...[...position.keys()].map((n) => drawNode(n, sides)));
  $("#isolate").disabled = state.node === null;
  $("#isolate").setAttribute("aria-pressed", String(state.alone));
  drawPanel();
}

function chooser(text, quiet, choose, chosen = false) {
  const item = element("li", { tabindex: 0, role: "button", class: chosen ? "chosen" : "" }, text);
  for (const line of quiet) item.append(element("span", { class: "quiet" }, line));
  item.addEventListener("click", choose);
  item.addEventListener("keydown", (event) => { if (event.key === "Enter") choose(); });
  return item;
}

function drawPanel() {
  panel.hidden = state.node === null;
  panel.replaceChildren();
  if (state.node === null) return;
  const node = nodes[state.node];
  panel.append(element("p", { class: "quiet" }, `${node.engine} · ${node.kind.replaceAll("_", " ")}`), element("h2", {}, node.name));
  if (node.path) panel.append(element("p", { class: "quiet" }, node.path));
  if (node.unknown) panel.append(element("p", { class: "quiet warning" }, "unknown columns: " + node.unknown));
  if (node.columns.length) {
    panel.append(element("h3", {}, `${node.columns.length} columns and what they are made from`));
    panel.append(element("ul"));
    node.columns.forEach((name, column) => {
      const sources = (fields.before.get(key(state.node, column)) || []).map(nameOf);
      const choose = () => select(state.node, column === state.column ? null : column);
      panel.lastChild.append(chooser(name, sources.map((source) => "← " + source), choose, column === state.column));
    });
  }
  for (const [title, map] of [["Directly before it", flow.before], ["Directly behind it", flow.after]]) {
    const others = map.get(state.node) || [];
    if (!others.length) continue;
    panel.append(element("h3", {}, title), element("ul"));
    for (const n of others) panel.lastChild.append(chooser(`${nodes[n].kind}.${nodes[n].name}`, [], () => select(n, null, true)));
  }
}

function nameOf(field) {
  const [node, column] = field.split("/").map(Number);
  return `${nodes[node].kind}.${nodes[node].name}.${nodes[node].columns[column]}`;
}

function select(node, column = null, centre = false) {
  Object.assign(state, { node, column });
  if (node === null) state.alone = false;
  draw();
  if (centre && position.has(node)) middle(position.get(node));
  else if (state.alone) fit();
}

function move() { scene.setAttribute("transform", `translate(${state.x},${state.y}) scale(${state.scale})`); }

function middle({ x, y }) {
  const box = picture.getBoundingClientRect();
  state.scale = Math.max(state.scale, 0.75);
  state.x = box.width / 2 - (x + WIDTH / 2) * state.scale;
  state.y = box.height / 2 - (y + HEIGHT / 2) * state.scale;
  move();
}

function fit() {
  const places = [...position.values()];
  if (!places.length) return;
  const box = picture.getBoundingClientRect();
  const left = Math.min(...places.map((p) => p.x)), right = Math.max(...places.map((p) => p.x)) + WIDTH;
  const top = Math.min(...places.map((p) => p.y)), bottom = Math.max(...places.map((p) => p.y)) + HEIGHT;
  state.scale = Math.min(1.2, (box.width - 48) / (right - left), (box.height - 48) / (bottom - top));
  state.x = (box.width - (left + right) * state.scale) / 2;
  state.y = (box.height - (top + bottom) * state.scale) / 2;
  move();
}

function zoom(factor, x, y) {
  const scale = Math.min(3, Math.max(0.04, state.scale * factor)), by = scale / state.scale;
  Object.assign(state, { scale, x: x - (x - state.x) * by, y: y - (y - state.y) * by });
  move();
}

function search() {
  const wanted = input.value.trim().toLowerCase();
  hits.replaceChildren();
  if (!wanted) return;
  const found = [];
  for (const n of all) {
    const full = `${nodes[n].kind}.${nodes[n].name}`;
    if (full.toLowerCase().includes(wanted)) found.push([full, n, null]);
  }
  for (const n of all) {
    nodes[n].columns.forEach((column, index) => {
      const full = `${nodes[n].kind}.${nodes[n].name}.${column}`;
      const where = wanted.includes(".") ? full : column;
      if (where.toLowerCase().includes(wanted)) found.push([full, n, index]);
    });
  }
  for (const [full, n, column] of found.slice(0, MOST_HITS)) {
    const item = element("li", {}, full);
    item.addEventListener("mousedown", (event) => { event.preventDefault(); take(n, column); });
    item.take = () => take(n, column);
    hits.append(item);
  }
  if (hits.firstChild) hits.firstChild.setAttribute("aria-selected", "true");
}

function take(node, column) {
  hits.replaceChildren();
  input.value = "";
  input.blur();
  select(node, column, true);
}

function step(by) {
  const items = [...hits.children], now = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (!items.length) return;
  items[now].removeAttribute("aria-selected");
  const next = items[(now + by + items.length) % items.length];
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
}

function listen() {
  let from = null, moved = false;
  picture.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = picture.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  picture.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX - state.x, y: event.clientY - state.y, startX: event.clientX, startY: event.clientY };
    moved = false;
  });
  picture.addEventListener("pointermove", (event) => {
    if (!from) return;
    if (!moved && Math.hypot(event.clientX - from.startX, event.clientY - from.startY) < 4) return;
    if (!moved) picture.setPointerCapture(event.pointerId);
    moved = true;
    picture.classList.add("drawn");
    Object.assign(state, { x: event.clientX - from.x, y: event.clientY - from.y });
    move();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    picture.addEventListener(end, () => { from = null; picture.classList.remove("drawn"); });
  }
  picture.addEventListener("click", (event) => {
    if (moved) return;
    const node = event.target.closest(".node");
    select(node ? Number(node.dataset.node) : null);
  });
  picture.addEventListener("keydown", (event) => {
    const node = event.target.closest(".node");
    if (node && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      select(Number(node.dataset.node), null, true);
      $(`[data-node="${node.dataset.node}"]`).focus();
    }
  });
  input.addEventListener("input", search);
  input.addEventListener("blur", () => hits.replaceChildren());
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); step(event.key === "ArrowDown" ? 1 : -1); }
    const item = hits.querySelector('[aria-selected="true"]');
    if (event.key === "Enter" && item) item.take();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== input) { event.preventDefault(); input.focus(); }
    if (event.key === "Escape") { input.value = ""; hits.replaceChildren(); select(null); }
  });
  $("#fit").addEventListener("click", fit);
  $("#isolate").addEventListener("click", () => { state.alone = !state.alone; draw(); fit(); });
  $("#theme").addEventListener("click", () => {
    const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = (root.dataset.theme || (dark ? "dark" : "light")) === "dark" ? "light" : "dark";
  });
}

function offerEngines() {
  for (const engine of data.engines) {
    const button = element("button", { "aria-pressed": "true" });
    button.append(element("span", { class: "dot", style: `background:var(--${engine})` }), engine);
    button.addEventListener("click", () => {
      if (!state.hidden.delete(engine)) state.hidden.add(engine);
      button.setAttribute("aria-pressed", String(!state.hidden.has(engine)));
      draw();
      fit();
    });
    $("#engines").append(button);
  }
}

$("h1").textContent = data.title;
offerEngines();
listen();
Object.assign(state, { node: data.start, column: data.column });
draw();
fit();
