// @ts-check
// A network as a Plotly figure: all links of one look are one path, agents are one trace, notes another.

import { arrowhead, INK, segment, still, stroke } from "./figure.js";
/** @import { Line, NetworkPanel, Places } from "./types.js" */

/** @type {Record<string, {color: string, width: number, dash?: string}>} */
const strokes = {
  down: { color: "#9AA3AB", width: 1.5, dash: "2px,6px" },
  cut: { color: "#B34700", width: 2, dash: "4px,7px" },
  lit: { color: "#000000", width: 7 },
  oneway: { color: "#4A3AA7", width: 2.5 },
};

/** Paths by look: a name in `strokes`, or a colour where links work. @param {NetworkPanel} net @param {Places} at */
function linkPaths(net, at) {
  const [cut, down, lit] = [net.cut, net.down, net.lit].map((links) => new Set(links));
  const oneway = new Map(net.oneway);
  /** @type {Map<string, string[]>} */
  const paths = new Map();
  /** @param {string} look @param {string[]} parts */
  const add = (look, ...parts) => {
    const path = paths.get(look) ?? [];
    path.push(...parts);
    paths.set(look, path);
  };
  net.links.forEach(([a, b], i) => {
    const way = oneway.get(i);
    const [from, to] = way && way < 0 ? [b, a] : [a, b];
    /** @type {Line} */
    const ends = [at.x[from], at.y[from], at.x[to], at.y[to]];
    const line = segment(ends);
    if (lit.has(i) && !cut.has(i) && !down.has(i)) add("lit", line);
    if (cut.has(i)) add("cut", line);
    else if (down.has(i)) add("down", line);
    else if (way) add("oneway", line, arrowhead(ends, at.size));
    else add(net.wire ?? net.fill[a], line);
  });
  return paths;
}

/** @param {NetworkPanel} net @param {Places} at @param {number} width @param {number} height */
export function networkFigure(net, at, width, height) {
  const paths = linkPaths(net, at);
  const order = ["down", "cut", "lit"];
  const rest = [...paths.keys()].filter((look) => !order.includes(look)).sort();
  const plain = net.links.length > 400 ? 0.7 : net.thin ? 1.5 : 3;
  const shapes = [...order, ...rest].flatMap((look) => {
    const path = paths.get(look)?.join("");
    return path ? [stroke(path, strokes[look] ?? { color: look, width: plain }, look === "oneway")] : [];
  });
  const font = at.size >= 28 ? 17 : at.size >= 21 ? 13 : 0;
  const agents = {
    type: "scatter", mode: font ? "markers+text" : "markers", x: at.x, y: at.y, cliponaxis: false,
    text: net.name.map((name, i) => (net.letter[i] ? `${name}<sub>${net.letter[i]}</sub>` : name)),
    textfont: { size: font || 12, color: net.ink },
    marker: { size: at.size, opacity: 1, color: net.fill, symbol: net.symbol,
              line: { color: net.edge, width: net.edge.map((color) => (color === "#5B6770" ? 1.5 : 4)) } },
  };
  // Only agents with a note: Plotly would not bring back a text that was empty once. Small agents have no room.
  const noted = net.name.map((_, i) => i).filter((i) => net.note[i] && at.size >= 28);
  /** @template T @param {T[]} column */
  const only = (column) => noted.map((i) => column[i]);
  const notes = {
    type: "scatter", mode: "text", x: only(at.aside.x), y: only(at.aside.y), textposition: only(at.aside.side),
    text: only(net.note), textfont: { size: 15, color: INK }, cliponaxis: false,
  };
  return still(width, height, shapes, [agents, notes]);
}
