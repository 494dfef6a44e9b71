// @ts-check
// Presenter mode: what is drawn larger, the line of keys, and what the page does at a key.

import { element } from "./dom.js";
/** @import { KeysPanel } from "./types.js" */

const [SCREEN, CONTROLS] = ["f", "c"];

/** How many times larger what is drawn in this panel has to be. @param {Element} root */
export function scale(root) {
  return root.closest(".day13-large") ? 1.3 : 1;
}

/** A layout of Plotly with all its letters larger. @template T @param {T} layout @param {number} times @returns {T} */
export function enlarged(layout, times) {
  if (times === 1 || typeof layout !== "object" || layout === null) return layout;
  if (Array.isArray(layout)) return /** @type {T} */ (layout.map((part) => enlarged(part, times)));
  const parts = Object.entries(layout).map(([name, part]) => {
    const font = name.endsWith("font") && typeof part?.size === "number";
    return [name, font ? { ...part, size: Math.round(part.size * times) } : enlarged(part, times)];
  });
  return /** @type {T} */ (Object.fromEntries(parts));
}

/** The keys that the widget listens to. @param {HTMLElement} root */
export function keys(root) {
  return (/** @type {KeysPanel} */ { items }) => {
    const own = [[CONTROLS, "controls"], [SCREEN, "full screen"]];
    const all = items.length ? [["click the picture, then", ""], ...items, ...own] : [];
    root.replaceChildren(...all.map(([key, words]) => {
      const item = element("span", "", words ? ` ${words}` : key);
      if (words) item.prepend(element("kbd", "", key));
      item.classList.toggle("day13-tucked", key === CONTROLS);
      return item;
    }));
  };
}

/** Whether a key is meant for the widget: pressed in it, and not where it would write or move a slider.
 * @param {EventTarget | null} target @param {Element} root */
export function meant(target, root) {
  const lab = root.closest(".day13-lab") ?? root;
  if (!(target instanceof Element) || !lab.contains(target)) return false;
  if ((target.closest(".day13-lab") ?? root) !== lab) return false; // a widget in this one
  return !target.closest("input, textarea, select, [contenteditable], [role=slider], summary");
}

/** What the page itself does at a key: the widget on the whole screen or back, its controls where there is little room
 * for them. @param {string} key @param {Element} root */
export function done(key, root) {
  const lab = root.closest(".day13-lab");
  if (key === CONTROLS) lab?.classList.toggle("day13-handled");
  else if (key === SCREEN) {
    const turned = document.fullscreenElement ? document.exitFullscreen() : lab?.requestFullscreen();
    turned?.catch((problem) => console.warn(problem)); // a page may forbid it
  } else return false;
  return true;
}
