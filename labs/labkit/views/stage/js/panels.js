// @ts-check
// The kinds of panels of which a scene is made: each function begins a panel and gives what draws it again.

import { badge, element, oncePainted, scrolledByKeys } from "./dom.js";
import { network } from "./network_panel.js";
import { enlarged, keys, scale } from "./presenting.js";
import { spacetime } from "./spacetime.js";
/** @import { BadgesPanel, ChartPanel, ClockPanel, Panel, ProbePanel } from "./types.js" */
/** @import { TablePanel, TextPanel, Tools } from "./types.js" */

/** @type {Record<Panel["kind"], (root: HTMLElement, tools: Tools) => (panel: never) => void>} */
export const panels = { text, badges, table, chart, clock, probe, keys, network, spacetime };

/** Kinds that wait for plotly.js. */
export const PLOTS = new Set(["network", "spacetime", "chart", "probe"]);

/** A figure that the kernel has made. @param {HTMLElement} root @param {Tools} tools */
function chart(root, { Plotly }) {
  const plot = element("div");
  root.append(plot);
  plot.setAttribute("role", "img");
  return (/** @type {ChartPanel} */ panel) => {
    plot.setAttribute("aria-label", panel.figure.layout.title?.text ?? "chart");
    const { data, layout: given } = enlarged(panel.figure, scale(root));
    const most = scale(root) > 1 ? innerHeight * 0.46 : Infinity; // large letters leave less room on the screen
    const layout = { ...given, width: root.clientWidth || 480, height: Math.min(panel.height, most) };
    Plotly.react(plot, data, layout, { displayModeBar: false, doubleClick: false, responsive: false });
  };
}

/** While it runs, asks for the next beat once the last is drawn. @param {HTMLElement} _root @param {Tools} tools */
function clock(_root, { model, name }) {
  let waiting = 0;
  return (/** @type {ClockPanel} */ panel) => {
    clearTimeout(waiting);
    const next = () => model.send({ click: { panel: name, beat: panel.beat } });
    if (panel.running) waiting = setTimeout(next, panel.every);
  };
}

/** How long the round trip to the kernel takes, measured once. @param {HTMLElement} root @param {Tools} tools */
function probe(root, { model }) {
  root.setAttribute("role", "status");
  model.on("msg:custom", ({ probe: begun }) => {
    if (begun) root.textContent = `✔ The kernel answers: ${Math.round(performance.now() - begun)} ms there and back.`;
  });
  model.send({ probe: performance.now() });
  return (/** @type {ProbePanel} */ panel) => {
    root.textContent ||= panel.text;
  };
}

/** @param {HTMLElement} root */
function text(root) {
  root.setAttribute("role", "status");
  root.setAttribute("aria-live", "polite");
  return (/** @type {TextPanel} */ panel) => {
    if (root.textContent !== panel.text) root.textContent = panel.text;
    root.dataset.tone = panel.tone;
  };
}

/** @param {HTMLElement} root */
function badges(root) {
  const look = scrolledByKeys(root, root);
  return (/** @type {BadgesPanel} */ panel) => {
    root.replaceChildren(...panel.items.map(badge));
    look();
  };
}

/** @param {HTMLElement} root @returns {(panel: TablePanel) => void} */
function table(root) {
  const details = document.createElement("details");
  const [title, scroll, grid] = [element("summary"), element("div", "day13-scroll"), element("table")];
  const inside = element("div");
  details.append(title, scroll, inside);
  scroll.append(grid);
  scroll.setAttribute("role", "group");
  root.append(details);
  /** @type {TablePanel | undefined} */ let latest;
  /** @type {ReturnType<typeof table> | undefined} */ let more;
  const look = scrolledByKeys(scroll, grid);
  const fill = () => {
    if (!latest || !details.open) return;
    const { head, rows, hints = [] } = latest;
    grid.replaceChildren(row(head, "col"), ...rows.map((cells, i) => row(cells, "row", hints[i])));
    look();
  };
  const later = oncePainted(fill); // the picture comes first
  details.addEventListener("toggle", fill);
  return (/** @type {TablePanel} */ panel) => {
    if (!latest) details.open = panel.open;
    latest = panel;
    if (title.textContent !== panel.title) title.textContent = panel.title;
    inside.hidden = !panel.more;
    if (panel.more) {
      more ??= table(inside);
      more(panel.more);
    }
    scroll.setAttribute("aria-label", panel.title);
    later();
  };
}

/** Heads of columns, or a row whose first cell is its head and may explain itself.
 * @param {string[]} cells @param {"col" | "row"} scope @param {string} [hint] */
function row(cells, scope, hint = "") {
  const line = element("tr");
  line.title = hint;
  for (const [i, cell] of cells.entries()) {
    const head = cell.trim() !== "" && (scope === "col" || i === 0); // a head without words is none
    line.append(head ? Object.assign(element("th", "", cell), { scope }) : element("td", "", cell));
  }
  return line;
}
