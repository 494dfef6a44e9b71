// @ts-check
// A network in pixels: as a Plotly figure (all links of one look are one path, agents one trace, notes another), and
// what lies under the pointer. (Plotly would report the point that was hovered last, and lines only at their ends.)

import { arrowhead, INK, literal, nearness, segment, still, stroke } from "./figure.js";
/** @import { Line, NetworkHit, NetworkPanel, Places, Strokes } from "./types.js" */

/** @type {Strokes} */
const strokes = {
  down: { color: "#9AA3AB", width: 1.5, dash: "2px,6px" },
  cut: { color: "#B34700", width: 2, dash: "4px,7px" },
  marked: { color: "#56B4E9", width: 14 },
  faint: { color: "#A5AEB6", width: 7 },
  lit: { color: "#000000", width: 7 },
  oneway: { color: "#4A3AA7", width: 2.5 },
};

/** Paths by look: a name in `strokes`, or a colour where links work. @param {NetworkPanel} net @param {Places} at */
function linkPaths(net, at) {
  const { cut: closed, down: idle, lit: told, faint: again = [], marked: next = [] } = net;
  const [cut, down, lit, faint, marked] = [closed, idle, told, again, next].map((links) => new Set(links));
  const oneway = new Map(net.oneway);
  /** @type {Map<string, string>} */ const paths = new Map();
  /** @param {string} look @param {string} path */
  const add = (look, path) => paths.set(look, (paths.get(look) ?? "") + path);
  net.links.forEach(([a, b], i) => {
    const way = oneway.get(i);
    const [from, to] = way && way < 0 ? [b, a] : [a, b];
    /** @type {Line} */ const ends = [at.x[from], at.y[from], at.x[to], at.y[to]];
    const line = segment(ends);
    if (marked.has(i)) add("marked", line);
    if ((lit.has(i) || faint.has(i)) && !cut.has(i) && !down.has(i)) add(lit.has(i) ? "lit" : "faint", line);
    if (cut.has(i)) add("cut", line);
    else if (down.has(i)) add("down", line);
    else if (way) add("oneway", line + arrowhead(ends, at.size));
    else add(net.wire ?? net.fill[a], line);
  });
  return paths;
}

/** @param {NetworkPanel} net @param {Places} at @param {number} width @param {number} height */
export function networkFigure(net, at, width, height) {
  const paths = linkPaths(net, at);
  const order = ["marked", "faint", "lit", "down", "cut"];
  const rest = [...paths.keys()].filter((look) => !order.includes(look)).sort();
  const plain = net.links.length > 400 ? 0.7 : net.thin ? 1.5 : 3;
  const shapes = [...order, ...rest].flatMap((look) => {
    const path = paths.get(look);
    return path ? [stroke(path, strokes[look] ?? { color: look, width: plain }, look === "oneway")] : [];
  });
  const { times = 1 } = at;
  const font = at.size >= 28 ? 17 * times : at.size >= 21 ? 13 * times : 0;
  const agents = {
    type: "scatter", mode: font ? "markers+text" : "markers", x: at.x, y: at.y, cliponaxis: false,
    text: net.name.map((name, i) => inAgent(name) + (net.letter[i] ? `<sub>${net.letter[i]}</sub>` : "")),
    textfont: { size: net.name.map((name, i) => fitting(font || 12, name, net.letter[i])), color: net.ink },
    marker: { size: at.size, opacity: 1, color: net.fill, symbol: net.symbol,
              line: { color: net.edge, width: net.edge.map((color) => (color === "#5B6770" ? 1.5 : 4)) } },
  };
  // Only agents with a note: Plotly would not bring back a text that was empty once. Small agents have no room.
  const noted = net.name.map((_, i) => i).filter((i) => net.note[i] && at.size >= 28);
  /** @template T @param {T[]} column */
  const only = (column) => noted.map((i) => column[i]);
  const notes = {
    type: "scatter", mode: "text", x: only(at.aside.x), y: only(at.aside.y),
    textposition: noted.map((i) => lean(at, i, noted)),
    text: noted.map((i) => (at.aside.side[i].startsWith("middle") ? narrow : String)(literal(net.note[i]))),
    textfont: { size: 15 * times, color: INK }, cliponaxis: false,
  };
  const asked = (net.marked ?? []).map((i) => net.links[i]);
  const questions = {
    type: "scatter", mode: "text", text: asked.map(() => "<b>?</b>"), textfont: { size: 22, color: INK },
    x: asked.map(([a, b]) => (at.x[a] + at.x[b]) / 2), y: asked.map(([a, b]) => (at.y[a] + at.y[b]) / 2),
  };
  return still(width, height, shapes, asked.length ? [agents, notes, questions] : [agents, notes]);
}

/** As much of a name as an agent has room for. @param {string} name */
function inAgent(name) {
  const letters = [...name];
  const short = letters.length > 6 ? [...letters.slice(0, 3), "…", ...letters.slice(-2)] : letters;
  return literal(short.join(""));
}

/** The size at which that fits into an agent. @param {number} size @param {string} name @param {string} letter */
function fitting(size, name, letter) {
  return Math.min(size, (size * 3.4) / (Math.min([...name].length, 6) + 0.7 * letter.length));
}

/** What a click there will do, in words. @param {NetworkPanel} net @param {NetworkHit} found */
export function deed(net, { agent, link, near = "", number = -1 }) {
  if (!link) return net.acts ? `click: ${net.acts[net.name.indexOf(agent ?? "")]}` : `agent ${agent}`;
  const [a, b] = link;
  if (!net.ways) return `link ${a} – ${b}`;
  const far = near === a ? b : a;
  const [from, to] = net.ways === "←" ? [near, far] : [far, near];
  const name = net.ways === "–" ? link.join("–") : `${from}→${to}`;
  if (net.down.includes(number)) return `click: cut or heal ${name}`; // whether it is cut as well, is not drawn
  const oneway = net.oneway.find(([which]) => which === number);
  const works = !oneway || net.ways === "–" || (oneway[1] > 0) === (from === a);
  return `click: ${works && !net.cut.includes(number) ? "cut" : "heal"} ${name}`;
}

/** Where the note of an agent stands: two side by side, both above or both below, lean away from each other.
 * @param {Places} at @param {number} i @param {number[]} noted */
export function lean(at, i, noted) {
  const side = at.aside.side[i];
  const beside = noted.filter((j) => j !== i && at.aside.side[j] === side && Math.abs(at.y[j] - at.y[i]) < 25
    && Math.abs(at.x[j] - at.x[i]) < 160);
  const [lefts, rights] = [beside.some((j) => at.x[j] < at.x[i]), beside.some((j) => at.x[j] > at.x[i])];
  if (!side.endsWith("center") || lefts === rights) return side;
  return side.replace("center", rights ? "left" : "right");
}

/** A note on short lines, for there is little room left and right of an agent. @param {string} note */
export function narrow(note) {
  return (note.match(/\S{11,}|\S.{0,10}(?= |$)/g) ?? []).join("<br>");
}

/** times: how much larger than usual. @param {NetworkPanel} net @param {number} width @param {number} height
 * @param {number} [times] @returns {Places} */
export function fit(net, width, height, times = 1) {
  const [left, right] = [Math.min(...net.x), Math.max(...net.x)];
  const [low, high] = [Math.min(...net.y), Math.max(...net.y)];
  const margin = Math.min(net.margin ? net.margin * times : 44, width / 3.2);
  const above = Math.min(44 * times, width / 8, height / 3);
  const scale = Math.min((width - 2 * margin) / (right - left || 1), (height - 2 * above) / (high - low || 1));
  const x = net.x.map((v) => width / 2 + scale * (v - (left + right) / 2));
  const y = net.y.map((v) => height / 2 - scale * (v - (low + high) / 2));
  let nearest = 60 * times;
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j < i; j++) nearest = Math.min(nearest, Math.hypot(x[i] - x[j], y[i] - y[j]));
  const size = Math.max(8, Math.min((net.big ?? 42) * times, 0.74 * nearest, times > 1 ? height / 6 : height));
  return { x, y, size, aside: asides(net.links, x, y, size), times };
}

/** @type {[string, number][]} */
const SIDES = [
  ["top center", -Math.PI / 2], ["middle right", 0], ["middle left", Math.PI], ["bottom center", Math.PI / 2],
];

/** Where beside each agent a note stands clear of its links: above, below, left or right of it.
 * @param {NetworkPanel["links"]} links @param {number[]} x @param {number[]} y @param {number} size */
export function asides(links, x, y, size) {
  /** @type {number[][]} */ const taken = x.map(() => []);
  for (const [a, b] of links) {
    const angle = Math.atan2(y[b] - y[a], x[b] - x[a]);
    taken[a].push(angle);
    taken[b].push(angle + Math.PI);
  }
  /** @param {number} p @param {number} q */
  const away = (p, q) => Math.abs(Math.atan2(Math.sin(p - q), Math.cos(p - q)));
  const best = taken.map((angles) => {
    /** @param {[string, number]} side */
    const room = ([, angle]) => Math.min(2, ...angles.map((link) => away(angle, link)));
    return SIDES.reduce((one, other) => (room(other) > room(one) + 0.01 ? other : one));
  });
  const gap = size / 2 + 3;
  return {
    side: best.map(([side]) => side),
    x: best.map(([, angle], i) => x[i] + gap * Math.cos(angle)),
    y: best.map(([, angle], i) => y[i] + gap * Math.sin(angle)),
  };
}

/** The nearest agent, else the nearest link, with the end that is nearer.
 * @param {NetworkPanel} net @param {Places} at @param {number} px @param {number} py @returns {NetworkHit | null} */
export function hit(net, at, px, py) {
  let best = Math.max(at.size / 2 + 4, 11);
  /** @type {NetworkHit | null} */ let found = null;
  at.x.forEach((x, i) => {
    const away = Math.hypot(x - px, at.y[i] - py);
    if (away < best) [best, found] = [away, { agent: net.name[i] }];
  });
  if (found) return found;
  best = 10;
  for (const [i, [a, b]] of net.links.entries()) {
    const { away, along } = nearness(px, py, [at.x[a], at.y[a], at.x[b], at.y[b]]);
    if (away >= best) continue;
    best = away;
    found = { link: [net.name[a], net.name[b]], near: net.name[along < 0.5 ? a : b], line: [a, b], number: i };
  }
  return found;
}
