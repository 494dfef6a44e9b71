// @ts-check
// Panels of words: a sentence, badges, a table that unfolds.

import { element, oncePainted } from "./dom.js";
/** @import { BadgesPanel, TablePanel, TextPanel } from "./types.js" */

/** @param {HTMLElement} root */
export function text(root) {
  root.setAttribute("role", "status");
  root.setAttribute("aria-live", "polite");
  return (/** @type {TextPanel} */ panel) => {
    if (root.textContent !== panel.text) root.textContent = panel.text;
    root.dataset.tone = panel.tone;
  };
}

/** @param {HTMLElement} root */
export function badges(root) {
  return (/** @type {BadgesPanel} */ panel) => {
    root.replaceChildren(...panel.items.map(([sign, words, fill, ink]) => {
      const badge = element("span", "day13-badge");
      const mark = element("b", "", sign);
      Object.assign(mark.style, { background: fill, color: ink });
      badge.append(mark, ` ${words}`);
      return badge;
    }));
  };
}

/** @param {HTMLElement} root */
export function table(root) {
  const details = document.createElement("details");
  const [title, scroll, grid] = [element("summary"), element("div", "day13-scroll"), element("table")];
  details.append(title, scroll);
  scroll.append(grid);
  root.append(details);
  /** @type {TablePanel | undefined} */
  let latest;
  const fill = () => {
    if (!latest || !details.open) return;
    grid.replaceChildren(row(latest.head, "col"), ...latest.rows.map((cells) => row(cells, "row")));
  };
  const later = oncePainted(fill); // the picture comes first
  details.addEventListener("toggle", fill);
  return (/** @type {TablePanel} */ panel) => {
    if (!latest) details.open = panel.open;
    latest = panel;
    if (title.textContent !== panel.title) title.textContent = panel.title;
    later();
  };
}

/** Heads of columns, or a row whose first cell is its head. @param {string[]} cells @param {"col" | "row"} scope */
function row(cells, scope) {
  const line = element("tr");
  for (const [i, cell] of cells.entries()) {
    const head = scope === "col" || i === 0;
    line.append(head ? Object.assign(element("th", "", cell), { scope }) : element("td", "", cell));
  }
  return line;
}
