// @ts-check
// The space–time diagram as a Plotly figure: one line per agent, one arrow per message; time runs to the right.

import { arrowhead, INK, segment, still, stroke } from "./figure.js";
import { arrowEnds, ticks } from "./spacetime_space.js";
/** @import { Axes, SpacetimePanel } from "./types.js" */

/** @type {Record<string, {color: string, width: number, dash?: string}>} */
const strokes = {
  arrived: { color: "#5B6770", width: 1.3 },
  head: { color: "#5B6770", width: 0.5 },
  flight: { color: "#0072B2", width: 2.2 },
  lost: { color: "#B34700", width: 1.5, dash: "5px,4px" },
  "#9AA3AB": { color: "#9AA3AB", width: 1.5, dash: "2px,6px" }, // the life of an agent that is down
};

/** @param {SpacetimePanel} panel @param {Axes} at */
export function chartFigure(panel, at) {
  const high = { layer: "below", y0: 4, y1: at.bottom + 10 };
  const cuts = panel.cuts.map(([from, to]) => (
    { ...high, type: "rect", x0: at.x(from), x1: at.x(to), fillcolor: "rgba(213,94,0,0.13)", line: { width: 0 } }));
  /** Arrows in front, lives behind them. @type {Map<string, string>[]} */
  const [paths, lives] = [new Map(), new Map()];
  /** @param {Map<string, string>} map @param {string} look @param {string} path */
  const add = (map, look, path) => map.set(look, (map.get(look) ?? "") + path);
  for (const [row, from, to, color] of panel.life)
    add(lives, color, segment([at.x(from), at.y(row), at.x(to), at.y(row)]));
  /** @type {[x: number, y: number, symbol: string, color: string][]} */
  const tips = [];
  for (const arrow of panel.arrows) {
    const [fate, ends] = [arrow[5], arrowEnds(arrow, at)];
    add(paths, fate, segment(ends));
    if (fate === "arrived") add(paths, "head", arrowhead(ends, 0));
    else tips.push([ends[2], ends[3], fate === "lost" ? "x" : "square", strokes[fate].color]);
  }
  const lines = [...paths, ...lives].map(([look, path]) => (
    stroke(path, strokes[look] ?? { color: look, width: 4, dash: "solid" }, look === "head")));
  const x = Math.min(at.x(panel.now), at.right);
  const now = { ...high, type: "line", x0: x, x1: x, line: { color: "#000000", width: 2, dash: "4px,3px" } };
  const marks = points(panel.marks.map(([row, time, symbol, color]) => [at.x(time), at.y(row), symbol, color]),
    at.gap && at.gap < 20 ? 9 : 13, { color: "#000000", width: 1 });
  const font = at.gap && at.gap < 15 ? 11 : 16;
  const names = texts(panel.agents.map((name, row) => [at.left - 10, at.y(row), name]),
    { size: font, color: INK }, "middle left");
  const times = texts(ticks(panel.from, panel.to).map((time) => [at.x(time), at.height - 9, String(time)]),
    { size: 16, color: "#3E4C59" }, "middle center");
  const traces = [names, times, points(tips, 9, { color: "#FFFFFF", width: 0.5 }), marks];
  return still(at.width, at.height, [...cuts, ...lines, now], traces.filter((trace) => trace.x.length));
}

/** @param {[x: number, y: number, symbol: string, color: string][]} all @param {number} size @param {object} line */
function points(all, size, line) {
  return { type: "scatter", mode: "markers", cliponaxis: false, x: all.map(([x]) => x), y: all.map(([, y]) => y),
           marker: { size, symbol: all.map((one) => one[2]), color: all.map((one) => one[3]), line } };
}

/** @param {[x: number, y: number, text: string][]} all @param {object} textfont @param {string} textposition */
function texts(all, textfont, textposition) {
  return { type: "scatter", mode: "text", cliponaxis: false, x: all.map(([x]) => x), y: all.map(([, y]) => y),
           text: all.map((one) => one[2]), textposition, textfont };
}
