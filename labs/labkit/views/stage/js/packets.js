// @ts-check
// The messages on the links of a network: where each is, and whether there is room for its word.

import { element } from "./dom.js";
/** @import { NetworkPanel, Packet, Places, Spot } from "./types.js" */

const FEW = 6; // words at most: more would hide each other and the agents

/** Messages on the links: each glides to where it is now, and a click drops it.
 * @param {HTMLElement} plot @param {(id: number) => void} drop */
export function packets(plot, drop) {
  /** @type {Map<number, HTMLElement>} */ const shown = new Map();
  return (/** @type {NetworkPanel} */ net, /** @type {Places} */ at) => {
    const list = net.packets ?? [];
    const here = new Set(list.map(([id]) => id));
    for (const [id, mark] of shown) {
      if (here.has(id)) continue;
      mark.remove();
      shown.delete(id);
    }
    const spots = spread(net, at);
    for (const [i, [id, , , , word, words]] of list.entries()) {
      const mark = shown.get(id) ?? element("button", "day13-packet", word);
      if (!shown.has(id)) {
        mark.tabIndex = -1;
        mark.title = `${words} – click: drop this message`;
        mark.addEventListener("click", (event) => {
          event.stopPropagation();
          drop(id);
        });
        plot.append(mark);
        shown.set(id, mark);
      }
      const { x, y, dot } = spots[i];
      mark.classList.toggle("day13-dot", dot);
      mark.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px)`;
    }
  };
}

/** Where each message is drawn: as its word where that hides no agent, no note and no other word, else as a dot.
 * @param {NetworkPanel} net @param {Places} at @returns {Spot[]} */
export function spread(net, at) {
  const { packets: list = [] } = net;
  const { times = 1 } = at;
  const crowd = list.length > (times > 1 ? FEW / 2 : FEW);
  /** @type {Spot[]} */ const taken = [...at.x.map((x, i) => ({ x, y: at.y[i], w: at.size, h: at.size, dot: false })),
    ...noted(net, at)];
  /** @type {Map<string, number>} */ const beside = new Map(); // how many are on the same spot
  return list.map((packet) => {
    const [, from, to, share, word] = packet;
    const spot = `${from} ${to} ${Math.round(share * 8)}`;
    const nth = beside.get(spot) ?? 0;
    beside.set(spot, nth + 1);
    const [w, h] = [(8.2 * [...word].length + 13) * times, 21 * times];
    const wide = { ...along(packet, at, (dx, dy) => (w * dx + h * dy) / 2 + 2, 9 + 22 * nth), w, h, dot: false };
    if (!crowd && !taken.some((other) => overlap(wide, other))) {
      taken.push(wide);
      return wide;
    }
    return { ...along(packet, at, () => 12, 6 + 10 * nth), w: 14, h: 14, dot: true };
  });
}

/** The place of a message on its way, at the right of it, which tells the two directions apart.
 * @param {Packet} packet @param {Places} at @param {(dx: number, dy: number) => number} room from the rim of an agent,
 *   in the direction of the link @param {number} aside */
function along([, from, to, share], at, room, aside) {
  const [dx, dy] = [at.x[to] - at.x[from], at.y[to] - at.y[from]];
  const far = Math.hypot(dx, dy) || 1;
  const clear = at.size / 2 + room(Math.abs(dx) / far, Math.abs(dy) / far); // not under the agents
  const edge = Math.min(0.4, clear / far);
  const way = edge + share * (1 - 2 * edge);
  return { x: at.x[from] + way * dx - (aside * dy) / far, y: at.y[from] + way * dy + (aside * dx) / far };
}

/** The room that notes beside the agents take, about. @param {NetworkPanel} net @param {Places} at @returns {Spot[]} */
function noted({ note }, { aside, size, times = 1 }) {
  return note.flatMap((text, i) => {
    if (!text || size < 28) return [];
    const [level, side] = aside.side[i].split(" ");
    const lines = level === "middle" ? Math.ceil(text.length / 11) : 1; // as `narrow` breaks them
    const [w, h] = [(8 * text.length * times) / lines, 19 * lines * times];
    const x = aside.x[i] + (side === "right" ? w / 2 : side === "left" ? -w / 2 : 0);
    const y = aside.y[i] + (level === "top" ? -h / 2 : level === "bottom" ? h / 2 : 0);
    return [{ x, y, w, h, dot: false }];
  });
}

/** @param {Spot} one @param {Spot} other */
function overlap(one, other) {
  return 2 * Math.abs(one.x - other.x) < one.w + other.w && 2 * Math.abs(one.y - other.y) < one.h + other.h;
}
