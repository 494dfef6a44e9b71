// @ts-check
// The space–time diagram: one line per agent, one arrow per message; time runs to the right. A click drops the message
// under the pointer, chooses an event that can be chosen, or goes to a time.

import { badge, element, oncePainted, plotFrame } from "./dom.js";
import { arrowhead, draw, INK, literal, nearness, segment, still, stroke } from "./figure.js";
import { enlarged, scale } from "./presenting.js";
/** @import { Arrow, Axes, ChartHit, Line, SpacetimePanel, Strokes, Tools } from "./types.js" */

/** @param {HTMLElement} root @param {Tools} tools */
export function spacetime(root, { Plotly, model, name }) {
  const frame = plotFrame(root);
  const legend = document.createElement("details"); // unfolds from the title, so it needs no room of its own
  const [title, signs] = [element("summary", "day13-title"), element("div", "day13-badges")];
  legend.append(title, signs);
  root.prepend(legend);
  /** @type {SpacetimePanel} */ let chart;
  /** @type {Axes} */ let at;
  frame.plot.addEventListener("pointermove", (event) => {
    const [x, y] = frame.at(event);
    const found = chartHit(chart, at, x, y);
    frame.say(found ? (found.text ?? `click: go to time ${found.time}`) : undefined, x, y);
  });
  frame.plot.addEventListener("pointerleave", () => frame.say(undefined));
  frame.plot.addEventListener("click", (event) => {
    const found = chartHit(chart, at, ...frame.at(event));
    frame.say(undefined);
    if (found) model.send({ click: { panel: name, packet: found.packet, time: found.time, step: found.step } });
  });
  const redraw = oncePainted(() => draw(Plotly, frame.drawing, enlarged(chartFigure(chart, at), scale(root))));
  return (/** @type {SpacetimePanel} */ panel) => {
    chart = panel;
    const wanted = 80 + (panel.row ?? 56) * panel.agents.length;
    const height = Math.round(Math.max(200, Math.min(wanted, innerHeight * 0.5)));
    at = chartSpace(panel, root.clientWidth || 480, height, scale(root));
    frame.name({ alt: panel.alt });
    title.textContent = panel.title;
    if (!signs.firstChild) signs.append(...panel.legend.map(badge));
    redraw();
  };
}

/** @type {Strokes} */
const strokes = {
  arrived: { color: "#5B6770", width: 1.3 },
  head: { color: "#5B6770", width: 0.5 },
  flight: { color: "#0072B2", width: 2.2 },
  lost: { color: "#B34700", width: 1.5, dash: "5px,4px" },
  way: { color: "#E69F00", width: 9 }, // from one chosen event to the other
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
  for (const [row, time, to, until] of panel.way ?? [])
    add(lives, "way", segment([at.x(time), at.y(row), at.x(until), at.y(to)]));
  /** @type {[x: number, y: number, symbol: string, color: string][]} */ const tips = [];
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
  const stamps = texts((panel.stamps ?? []).map(([row, time, text]) => [at.x(time), at.y(row) - 19, text]),
    { size: 16, color: INK }, "middle center");
  const font = at.gap && at.gap < 15 ? 11 : 16;
  const names = texts(panel.agents.map((name, row) => [at.left - 10, at.y(row), name]),
    { size: font, color: INK }, "middle left");
  const times = texts(ticks(panel.from, panel.to).map((time) => [at.x(time), at.height - 9, String(time)]),
    { size: 16, color: "#3E4C59" }, "middle center");
  const traces = [names, times, points(tips, 9, { color: "#FFFFFF", width: 0.5 }), marks, stamps];
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
           text: all.map((one) => literal(one[2])), textposition, textfont };
}

/** @param {SpacetimePanel} panel @param {number} width @param {number} height @param {number} [times]
 * @returns {Axes} */
export function chartSpace(panel, width, height, times = 1) {
  const left = 20 + 9 * times * Math.max(...panel.agents.map((name) => name.length), 1);
  const [top, bottom] = panel.stamps ? [38, height - 48] : [22, height - 30];
  const rows = panel.agents.length;
  const gap = rows > 1 ? (bottom - top) / (rows - 1) : 0;
  const unit = Math.max(1, width - left - 28) / (panel.to - panel.from || 1);
  return {
    x: (time) => left + (time - panel.from) * unit, y: (row) => (rows > 1 ? top + row * gap : (top + bottom) / 2),
    time: (px) => panel.from + (px - left) / unit, left, right: width - 28, bottom, gap, width, height,
  };
}

/** Round times, about six of them. @param {number} from @param {number} to */
export function ticks(from, to) {
  const every = niceStep((to - from) / 6);
  const first = Math.ceil(from / every);
  return Array.from({ length: Math.floor(to / every) - first + 1 }, (_, i) => (first + i) * every);
}

/** The smallest of 1, 2, 5, 10, 20 … that is not below. @param {number} rough */
export function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? power;
}

/** What is to be drawn of an arrow. @param {Arrow} arrow @param {Axes} at @returns {Line} */
export function arrowEnds([, source, sent, target, until, fate, share], at) {
  const [x0, y0, toX, toY] = [at.x(sent), at.y(source), at.x(until), at.y(target)];
  const [x1, y1] = fate === "arrived" ? [toX, toY] : [x0 + share * (toX - x0), y0 + share * (toY - y0)];
  if (x0 >= at.left) return [x0, y0, x1, y1];
  const before = x1 > at.left ? (at.left - x0) / (x1 - x0) : 1; // sent before what is on show
  return [at.left, y0 + before * (y1 - y0), Math.max(at.left, x1), y1];
}

/** A mark, else the nearest arrow; else only a time, or nothing where a click chooses an event.
 * @param {SpacetimePanel} panel @param {Axes} at @param {number} px @param {number} py @returns {ChartHit | null} */
export function chartHit(panel, at, px, py) {
  let best = 11;
  /** @type {ChartHit | null} */ let found = null;
  for (const [row, time, , , text, step] of panel.marks) {
    const away = Math.hypot(at.x(time) - px, at.y(row) - py);
    if (away < best) [best, found] = [away, step === undefined ? { text } : { text, step }];
  }
  if (found) return found;
  best = 8;
  for (const arrow of panel.arrows) {
    const { away } = nearness(px, py, arrowEnds(arrow, at));
    if (away < best) [best, found] = [away, { text: arrow[7], packet: arrow[5] === "flight" ? arrow[0] : undefined }];
  }
  return found ?? (px > at.left && !panel.chooses ? { time: Math.round(at.time(px)) } : null);
}
