// @ts-check
// The axes of the space–time diagram, in pixels, and what lies under the pointer.

import { nearness } from "./figure.js";
/** @import { Arrow, Axes, ChartHit, Line, SpacetimePanel } from "./types.js" */

/** @param {SpacetimePanel} panel @param {number} width @param {number} height @returns {Axes} */
export function chartSpace(panel, width, height) {
  const left = 20 + 9 * Math.max(...panel.agents.map((name) => name.length), 1);
  const [top, bottom] = [22, height - 30];
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
  const before = x0 < at.left && x1 > at.left ? (at.left - x0) / (x1 - x0) : 0; // sent before what is on show
  return [x0 + before * (x1 - x0), y0 + before * (y1 - y0), x1, y1];
}

/**
 * A mark, else the nearest arrow; else only a time.
 * @param {SpacetimePanel} panel @param {Axes} at @param {number} px @param {number} py
 * @returns {ChartHit | null}
 */
export function chartHit(panel, at, px, py) {
  let best = 11;
  /** @type {ChartHit | null} */
  let found = null;
  for (const [row, time, , , text] of panel.marks) {
    const away = Math.hypot(at.x(time) - px, at.y(row) - py);
    if (away < best) [best, found] = [away, { text }];
  }
  if (found) return found;
  best = 8;
  for (const arrow of panel.arrows) {
    const { away } = nearness(px, py, arrowEnds(arrow, at));
    if (away < best) [best, found] = [away, { text: arrow[7], packet: arrow[5] === "flight" ? arrow[0] : undefined }];
  }
  return found ?? (px > at.left ? { time: Math.round(at.time(px)) } : null);
}
