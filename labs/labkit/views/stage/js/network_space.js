// @ts-check
// Where the agents of a network are, in pixels of the space there is, and what lies under the pointer.
// (Plotly would report the point that was hovered last, and lines only at their ends.)

import { nearness } from "./figure.js";
/** @import { NetworkHit, NetworkPanel, Places } from "./types.js" */

/** @param {NetworkPanel} net @param {number} width @param {number} height @returns {Places} */
export function fit(net, width, height) {
  const [left, right] = [Math.min(...net.x), Math.max(...net.x)];
  const [low, high] = [Math.min(...net.y), Math.max(...net.y)];
  const margin = Math.min(net.margin ?? 44, width / 3.4);
  const above = Math.min(44, width / 8, height / 3);
  const scale = Math.min((width - 2 * margin) / (right - left || 1), (height - 2 * above) / (high - low || 1));
  const x = net.x.map((v) => width / 2 + scale * (v - (left + right) / 2));
  const y = net.y.map((v) => height / 2 - scale * (v - (low + high) / 2));
  let nearest = 60;
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j < i; j++) nearest = Math.min(nearest, Math.hypot(x[i] - x[j], y[i] - y[j]));
  const size = Math.max(8, Math.min(net.big ?? 42, 0.74 * nearest));
  return { x, y, size, aside: asides(net.links, x, y, size) };
}

/** @type {[string, number][]} */
const SIDES = [
  ["top center", -Math.PI / 2], ["middle right", 0], ["middle left", Math.PI], ["bottom center", Math.PI / 2],
];

/**
 * Where beside each agent a note stands clear of its links: above, below, left or right of it.
 * @param {NetworkPanel["links"]} links @param {number[]} x @param {number[]} y @param {number} size
 */
export function asides(links, x, y, size) {
  /** @type {number[][]} */
  const taken = x.map(() => []);
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

/**
 * The nearest agent, else the nearest link, with the end that is nearer.
 * @param {NetworkPanel} net @param {Places} at @param {number} px @param {number} py
 * @returns {NetworkHit | null}
 */
export function hit(net, at, px, py) {
  let best = Math.max(at.size / 2 + 4, 11);
  /** @type {NetworkHit | null} */
  let found = null;
  at.x.forEach((x, i) => {
    const away = Math.hypot(x - px, at.y[i] - py);
    if (away < best) [best, found] = [away, { agent: net.name[i] }];
  });
  if (found) return found;
  best = 10;
  for (const [a, b] of net.links) {
    const { away, along } = nearness(px, py, [at.x[a], at.y[a], at.x[b], at.y[b]]);
    if (away >= best) continue;
    best = away;
    found = { link: [net.name[a], net.name[b]], near: net.name[along < 0.5 ? a : b], line: [a, b] };
  }
  return found;
}
