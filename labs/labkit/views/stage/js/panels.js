// @ts-check
// The kinds of panels of which a scene is made: each function begins a panel and gives what draws it again.

import { element } from "./dom.js";
import { network } from "./network_panel.js";
import { spacetime } from "./spacetime_panel.js";
import { badges, table, text } from "./word_panels.js";
/** @import { ChartPanel, ClockPanel, Panel, ProbePanel, Tools } from "./types.js" */

/** @type {Record<Panel["kind"], (root: HTMLElement, tools: Tools) => (panel: never) => void>} */
export const panels = { text, badges, table, chart, clock, probe, network, spacetime };

/** Kinds that wait for plotly.js. */
export const PLOTS = new Set(["network", "spacetime", "chart", "probe"]);

/** A figure that the kernel has made. @param {HTMLElement} root @param {Tools} tools */
function chart(root, { Plotly }) {
  const plot = element("div");
  root.append(plot);
  return (/** @type {ChartPanel} */ panel) => {
    const layout = { ...panel.figure.layout, width: root.clientWidth || 480, height: panel.height };
    Plotly.react(plot, panel.figure.data, layout, { displayModeBar: false, doubleClick: false, responsive: false });
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
