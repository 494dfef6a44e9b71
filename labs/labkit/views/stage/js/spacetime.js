// The space–time diagram as a Plotly figure: a line an agent, an arrow a message, time to the right. In pixels, too.

function chartSpace(panel, width, height) {
  const left = 20 + 9 * Math.max(...panel.agents.map((name) => name.length), 1);
  const [top, bottom] = [22, height - 30];
  const rows = panel.agents.length;
  const gap = rows > 1 ? (bottom - top) / (rows - 1) : 0;
  const x = (time) => left + ((time - panel.from) / (panel.to - panel.from || 1)) * (width - left - 28);
  return { x, y: (row) => (rows > 1 ? top + row * gap : (top + bottom) / 2), left, right: width - 28, bottom, gap, width, height,
           time: (px) => panel.from + ((px - left) / (width - left - 28)) * (panel.to - panel.from) };
}

function chartFigure(panel, at) {
  const shapes = [];
  for (const [from, to] of panel.cuts)
    shapes.push({ type: "rect", layer: "below", x0: at.x(from), x1: at.x(to), y0: 4, y1: at.bottom + 10, fillcolor: "rgba(213,94,0,0.13)", line: { width: 0 } });
  const paths = new Map();
  const add = (style, text) => paths.set(style, (paths.get(style) ?? "") + text);
  for (const [row, from, to, color] of panel.life)
    add(`life ${color}`, `M${at.x(from).toFixed(1)},${at.y(row)}L${at.x(to).toFixed(1)},${at.y(row)}`);
  const tips = { x: [], y: [], symbol: [], color: [] };
  const tip = (x, y, symbol, color) => [tips.x, tips.y, tips.symbol, tips.color].forEach((list, i) => list.push([x, y, symbol, color][i]));
  for (const arrow of panel.arrows) {
    const [x0, y0, x1, y1] = arrowEnds(arrow, at);
    const style = arrow[5];
    add(style, `M${x0.toFixed(1)},${y0.toFixed(1)}L${x1.toFixed(1)},${y1.toFixed(1)}`);
    if (style === "arrived") add("head", arrowhead(x0, y0, x1, y1, 0));
    else tip(x1, y1, style === "lost" ? "x" : "square", arrowStrokes[style].color);
  }
  const order = [...paths.keys()].sort((a, b) => a.startsWith("life") - b.startsWith("life"));
  for (const style of order) {
    const line = arrowStrokes[style] ?? { color: style.slice(5), width: style.endsWith("#9AA3AB") ? 1.5 : 4, dash: style.endsWith("#9AA3AB") ? "2px,6px" : "solid" };
    shapes.push({ type: "path", layer: "below", path: paths.get(style), line, fillcolor: style === "head" ? line.color : "rgba(0,0,0,0)" });
  }
  const now = Math.min(at.x(panel.now), at.right);
  shapes.push({ type: "line", layer: "below", x0: now, x1: now, y0: 4, y1: at.bottom + 10, line: { color: "#000000", width: 2, dash: "4px,3px" } });
  const size = at.gap && at.gap < 20 ? 9 : 13;
  const marks = {
    type: "scatter", mode: "markers", cliponaxis: false, x: panel.marks.map(([, time]) => at.x(time)), y: panel.marks.map(([row]) => at.y(row)),
    marker: { size, symbol: panel.marks.map((mark) => mark[2]), color: panel.marks.map((mark) => mark[3]), line: { color: "#000000", width: 1 } },
  };
  const ends = { type: "scatter", mode: "markers", cliponaxis: false, x: tips.x, y: tips.y,
                 marker: { size: 9, symbol: tips.symbol, color: tips.color, line: { color: "#FFFFFF", width: 0.5 } } };
  const font = at.gap && at.gap < 15 ? 11 : 16;
  const names = { type: "scatter", mode: "text", cliponaxis: false, x: panel.agents.map(() => at.left - 10), y: panel.agents.map((_, row) => at.y(row)),
                  text: panel.agents, textposition: "middle left", textfont: { size: font, color: "#1F2933" } };
  const every = niceStep((panel.to - panel.from) / 6);
  const ticks = [];
  for (let t = Math.ceil(panel.from / every) * every; t <= panel.to; t += every) ticks.push(t);
  const times = { type: "scatter", mode: "text", cliponaxis: false, x: ticks.map(at.x), y: ticks.map(() => at.height - 9), text: ticks.map(String),
                  textfont: { size: 16, color: "#3E4C59" } };
  const axis = { visible: false, fixedrange: true };
  const layout = {
    width: at.width, height: at.height, shapes, showlegend: false, dragmode: false, hovermode: false, margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: "#FFFFFF", plot_bgcolor: "#FFFFFF", xaxis: { ...axis, range: [0, at.width] }, yaxis: { ...axis, range: [at.height, 0] },
    font: { family: "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" },
  };
  return { data: [names, times, ends, marks].filter((trace) => trace.x.length), layout };
}

const arrowStrokes = {
  arrived: { color: "#5B6770", width: 1.3 },
  head: { color: "#5B6770", width: 0.5 },
  flight: { color: "#0072B2", width: 2.2 },
  lost: { color: "#B34700", width: 1.5, dash: "5px,4px" },
};

function arrowEnds([, source, sent, target, until, style, share], at) {
  const [x0, y0, toX, toY] = [at.x(sent), at.y(source), at.x(until), at.y(target)];
  const [x1, y1] = style === "arrived" ? [toX, toY] : [x0 + share * (toX - x0), y0 + share * (toY - y0)];
  const before = x0 < at.left && x1 > at.left ? (at.left - x0) / (x1 - x0) : 0; // sent before what is on show
  return [x0 + before * (x1 - x0), y0 + before * (y1 - y0), x1, y1];
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? power;
}

// What lies under the pointer: a mark, else the nearest arrow; else only a time.
function chartHit(panel, at, px, py) {
  let [best, found] = [11, null];
  panel.marks.forEach(([row, time, , , text]) => {
    const away = Math.hypot(at.x(time) - px, at.y(row) - py);
    if (away < best) [best, found] = [away, { text }];
  });
  if (found) return found;
  best = 8;
  panel.arrows.forEach((arrow) => {
    const [x0, y0, x1, y1] = arrowEnds(arrow, at);
    const [dx, dy] = [x1 - x0, y1 - y0];
    const along = Math.max(0, Math.min(1, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy || 1)));
    const away = Math.hypot(px - x0 - along * dx, py - y0 - along * dy);
    if (away < best) [best, found] = [away, { text: arrow[7], packet: arrow[5] === "flight" ? arrow[0] : undefined }];
  });
  return found ?? (px > at.left ? { time: Math.round(at.time(px)) } : null);
}
