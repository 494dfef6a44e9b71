// @ts-check
// Elements of the page, and the label that follows the pointer.

/** @import { Badge } from "./types.js" */

/** @param {string} tag @param {string} [className] @param {string} [text] */
export function element(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}

/** A sign on its colour, the words beside it, and what explains them: on hover, and for screen readers.
 * @param {Badge} item */
export function badge([sign, words, fill, ink, why]) {
  const [node, mark] = [element("span", "day13-badge"), element("b", "", sign)];
  Object.assign(mark.style, { background: fill, color: ink });
  node.append(mark, ` ${words}`);
  if (why) {
    node.title = why;
    node.append(element("span", "day13-unseen", `. ${why}`));
  }
  return node;
}

/** Whatever wants to be done, once the next frame is on the screen. (A callback of the frame itself would hold it up.)
 * @param {() => void} act */
export function oncePainted(act) {
  let waits = false;
  const now = () => {
    waits = false;
    act();
  };
  return () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => setTimeout(now));
  };
}

/** Where there is something to scroll, the keyboard does it; gives what looks once more, after a change: soon, and when
 * the page is laid out next, for in between a theme may come and go.
 * @param {HTMLElement} box @param {HTMLElement} inside */
export function scrolledByKeys(box, inside) {
  const look = () => {
    const more = box.scrollHeight > box.clientHeight || box.scrollWidth > box.clientWidth;
    box.tabIndex = more ? 0 : -1;
  };
  const resized = new ResizeObserver(look);
  resized.observe(inside);
  return oncePainted(() => {
    look();
    resized.unobserve(box);
    resized.observe(box); // which makes it look at the next layout
  });
}

/** The frame of a plot: a title, the drawing, and over it a label that says what a click will hit.
 * @param {HTMLElement} root */
export function plotFrame(root) {
  const [title, plot] = [element("div", "day13-title"), element("div", "day13-plot")];
  const [drawing, over] = [element("div"), element("div", "day13-over")];
  over.hidden = true;
  plot.append(drawing, over);
  root.append(title, plot);
  return {
    plot,
    drawing,
    /** @param {{title?: string, alt: string}} panel */
    name(panel) {
      title.textContent = panel.title ?? "";
      drawing.setAttribute("role", "img");
      drawing.setAttribute("aria-label", panel.alt);
    },
    /** The pointer in pixels of the plot. @param {MouseEvent} event @returns {[number, number]} */
    at(event) {
      const box = plot.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    },
    /** Say that beside the pointer, or hide the label. @param {string} [text] */
    say(text, x = 0, y = 0) {
      plot.style.cursor = text === undefined ? "default" : "pointer";
      over.hidden = text === undefined;
      if (text === undefined) return;
      over.textContent = text;
      const right = x > plot.clientWidth / 2;
      over.style.transform = `translate(${x + (right ? -16 : 16)}px, ${y + 18}px) translateX(${right ? "-100%" : "0"})`;
    },
  };
}
