// @ts-check
// What both pictures share: a Plotly figure in pixels whose axes never move, lines as paths, arrowheads, nearness.

/** @import { Figure, Line, Plotly } from "./types.js" */

export const INK = "#1F2933";
const CLEAR = "rgba(0,0,0,0)";
const QUIET = { staticPlot: true, displayModeBar: false };

/** @param {number} width @param {number} height @param {object[]} shapes @param {object[]} data */
export function still(width, height, shapes, data) {
  const axis = { visible: false, fixedrange: true };
  const layout = {
    width, height, shapes, showlegend: false, dragmode: false, hovermode: false,
    margin: { l: 0, r: 0, t: 0, b: 0 }, paper_bgcolor: "#FFFFFF", plot_bgcolor: "#FFFFFF",
    xaxis: { ...axis, range: [0, width] }, yaxis: { ...axis, range: [height, 0] },
    font: { family: "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" },
  };
  return { data, layout };
}

/** A text for Plotly, which would take <b> for its own markup. @param {string} text */
export function literal(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}

/** @param {Plotly} Plotly @param {Element} node @param {Figure} figure */
export function draw(Plotly, node, figure) {
  Plotly.react(node, figure.data, figure.layout, QUIET);
}

/** A path below the marks. @param {string} path @param {{color: string}} line @param {boolean} filled */
export function stroke(path, line, filled) {
  return { type: "path", layer: "below", path, line, fillcolor: filled ? line.color : CLEAR };
}

/** @param {Line} line */
export function segment([x0, y0, x1, y1]) {
  return `M${x0.toFixed(1)},${y0.toFixed(1)}L${x1.toFixed(1)},${y1.toFixed(1)}`;
}

/** The head of an arrow that ends at an agent of that size. @param {Line} line @param {number} size */
export function arrowhead([x0, y0, x1, y1], size) {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const back = Math.min(size / 2 + 4, length / 3);
  const [tx, ty] = [x1 - ux * back, y1 - uy * back];
  /** @param {number} along @param {number} aside */
  const point = (along, aside) =>
    `${(tx - ux * along - uy * aside).toFixed(1)},${(ty - uy * along + ux * aside).toFixed(1)}`;
  return `M${point(0, 0)}L${point(15, 7)}L${point(15, -7)}Z`;
}

/** How far a line is from a point, and where on it. @param {number} px @param {number} py @param {Line} line */
export function nearness(px, py, [x0, y0, x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = Math.max(0, Math.min(1, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy || 1)));
  return { along, away: Math.hypot(px - x0 - along * dx, py - y0 - along * dy) };
}
