// @ts-check
// Messages on the links of a network: each glides to where it is now, and a click drops it.

import { element } from "./dom.js";
/** @import { Packet, Places } from "./types.js" */

/** @param {HTMLElement} plot @param {(id: number) => void} drop */
export function packets(plot, drop) {
  /** @type {Map<number, HTMLElement>} */
  const shown = new Map();
  return (/** @type {Packet[]} */ list, /** @type {Places} */ at) => {
    const here = new Set(list.map(([id]) => id));
    for (const [id, mark] of shown) {
      if (here.has(id)) continue;
      mark.remove();
      shown.delete(id);
    }
    /** @type {Map<string, number>} */
    const beside = new Map(); // how many are on the same spot
    const crowd = list.length > 6; // then without words: they would hide each other and the agents
    for (const [id, from, to, share, word, words] of list) {
      const mark = shown.get(id) ?? element("button", "day13-packet", word);
      if (!shown.has(id)) {
        mark.tabIndex = -1;
        mark.title = `${words} (click to drop it)`;
        mark.addEventListener("click", (event) => {
          event.stopPropagation();
          drop(id);
        });
        plot.append(mark);
        shown.set(id, mark);
      }
      const spot = `${from} ${to} ${Math.round(share * 8)}`;
      const nth = beside.get(spot) ?? 0;
      beside.set(spot, nth + 1);
      const [dx, dy] = [at.x[to] - at.x[from], at.y[to] - at.y[from]];
      const far = Math.hypot(dx, dy) || 1;
      const edge = Math.min(0.4, (at.size / 2 + 12) / far); // not under the agents
      const along = edge + share * (1 - 2 * edge);
      const aside = crowd ? 6 + 10 * nth : 9 + 22 * nth; // right of its way: tells the two directions apart
      const [x, y] = [at.x[from] + along * dx - (aside * dy) / far, at.y[from] + along * dy + (aside * dx) / far];
      mark.classList.toggle("day13-dot", crowd);
      mark.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px)`;
    }
  };
}
