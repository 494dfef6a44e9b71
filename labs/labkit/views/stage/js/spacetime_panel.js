// @ts-check
// The panel of the space–time diagram: a click drops the message under the pointer, or goes to a time.

import { oncePainted, plotFrame } from "./dom.js";
import { draw } from "./figure.js";
import { chartFigure } from "./spacetime_figure.js";
import { chartHit, chartSpace } from "./spacetime_space.js";
/** @import { Axes, SpacetimePanel, Tools } from "./types.js" */

/** @param {HTMLElement} root @param {Tools} tools */
export function spacetime(root, { Plotly, model, name }) {
  const frame = plotFrame(root);
  /** @type {SpacetimePanel} */
  let chart;
  /** @type {Axes} */
  let at;
  frame.plot.addEventListener("pointermove", (event) => {
    const [x, y] = frame.at(event);
    const found = chartHit(chart, at, x, y);
    frame.say(found ? (found.text ?? `go to time ${found.time}`) : undefined, x, y);
  });
  frame.plot.addEventListener("pointerleave", () => frame.say(undefined));
  frame.plot.addEventListener("click", (event) => {
    const found = chartHit(chart, at, ...frame.at(event));
    frame.say(undefined);
    if (found) model.send({ click: { panel: name, packet: found.packet, time: found.time } });
  });
  const redraw = oncePainted(() => draw(Plotly, frame.drawing, chartFigure(chart, at)));
  return (/** @type {SpacetimePanel} */ panel) => {
    chart = panel;
    const wanted = 80 + (panel.row ?? 56) * panel.agents.length;
    at = chartSpace(panel, root.clientWidth || 480, Math.round(Math.max(200, Math.min(wanted, innerHeight * 0.5))));
    frame.name(panel);
    redraw();
  };
}
