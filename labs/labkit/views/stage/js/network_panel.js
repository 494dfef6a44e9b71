// @ts-check
// The panel of a network: draws it, says what a click will hit, and tells the kernel what was clicked.

import { element, oncePainted, plotFrame } from "./dom.js";
import { draw } from "./figure.js";
import { deed, fit, hit, networkFigure } from "./network_figure.js";
import { packets } from "./packets.js";
import { scale } from "./presenting.js";
/** @import { NetworkPanel, Places, Tools } from "./types.js" */

/** @param {HTMLElement} root @param {Tools} tools */
export function network(root, { Plotly, model, name }) {
  const frame = plotFrame(root);
  const { plot, drawing } = frame;
  const ray = element("div", "day13-ray"); // marks the link under the pointer
  plot.prepend(ray);
  /** @type {NetworkPanel} */ let net;
  /** @type {Places} */ let at;
  let [width, height, shape] = [0, 0, ""];
  const hide = () => {
    frame.say(undefined);
    ray.hidden = true;
  };
  /** @param {MouseEvent} event */
  const under = (event) => (net.clickable ? hit(net, at, ...frame.at(event)) : null);
  plot.addEventListener("pointermove", (event) => {
    const found = under(event);
    if (!found) return hide();
    frame.say(deed(net, found), ...frame.at(event));
    ray.hidden = !found.line;
    if (!found.line) return;
    const [a, b] = found.line;
    const [dx, dy] = [at.x[b] - at.x[a], at.y[b] - at.y[a]];
    ray.style.width = `${Math.hypot(dx, dy)}px`;
    ray.style.transform = `translate(${at.x[a]}px, ${at.y[a] - 5}px) rotate(${Math.atan2(dy, dx)}rad)`;
  });
  plot.addEventListener("pointerleave", hide);
  plot.addEventListener("click", (event) => {
    const found = under(event);
    hide(); // not in the way of what the click changes
    if (found) model.send({ click: { panel: name, agent: found.agent, link: found.link, near: found.near } });
  });
  hide();
  const travel = packets(plot, (packet) => model.send({ click: { panel: name, packet } }));
  const redraw = () => draw(Plotly, drawing, networkFigure(net, at, width, height));
  const later = oncePainted(redraw); // more changes until then are drawn together
  return (/** @type {NetworkPanel} */ panel) => {
    net = panel;
    width = root.clientWidth || 480;
    height = Math.round(Math.max(panel.low ?? 320, Math.min(width * (panel.tall ?? 0.86), innerHeight * 0.53)));
    const wanted = `${width} ${height} ${panel.x} ${panel.y} ${panel.big} ${scale(root)}`;
    if (wanted !== shape) [at, shape] = [fit(panel, width, height, scale(root)), wanted];
    if (recolour(drawing, panel.fill)) later();
    else redraw();
    frame.name(panel);
    travel(panel, at);
  };
}

/** The colours at once; Plotly brings shapes, letters and links with the next frame. False where agents are missing.
 * @param {HTMLElement} drawing @param {string[]} fill */
function recolour(drawing, fill) {
  /** @type {NodeListOf<SVGElement>} */
  const points = drawing.querySelectorAll(".scatterlayer .trace:first-child .point");
  if (points.length !== fill.length) return false;
  points.forEach((point, i) => {
    point.style.fill = fill[i];
  });
  return true;
}
