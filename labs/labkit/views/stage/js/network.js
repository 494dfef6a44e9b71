// A network as a Plotly figure, and what lies under the pointer. Coordinates are pixels: the layout is fitted to the
// space there is, and the axes never move. (stage.py puts this file in front of stage.js; they are one module.)

function fit(net, width, height) {
  const [left, right] = [Math.min(...net.x), Math.max(...net.x)];
  const [low, high] = [Math.min(...net.y), Math.max(...net.y)];
  const margin = Math.min(net.margin ?? 44, width / 3.4);
  const scale = Math.min((width - 2 * margin) / (right - left || 1), (height - 2 * Math.min(44, width / 8)) / (high - low || 1));
  const x = net.x.map((v) => width / 2 + scale * (v - (left + right) / 2));
  const y = net.y.map((v) => height / 2 - scale * (v - (low + high) / 2));
  let nearest = 60;
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j < i; j++) nearest = Math.min(nearest, Math.hypot(x[i] - x[j], y[i] - y[j]));
  const size = Math.max(8, Math.min(net.big ?? 42, 0.74 * nearest));
  return { x, y, size, aside: asides(net, x, y, size) };
}

// Where beside each agent a note stands clear of its links: above, below, left or right of it.
function asides(net, x, y, size) {
  const links = net.name.map(() => []);
  net.links.forEach(([a, b]) => {
    const angle = Math.atan2(y[b] - y[a], x[b] - x[a]);
    links[a].push(angle);
    links[b].push(angle + Math.PI);
  });
  const away = (p, q) => Math.abs(Math.atan2(Math.sin(p - q), Math.cos(p - q)));
  const sides = [["top center", -Math.PI / 2], ["middle right", 0], ["middle left", Math.PI], ["bottom center", Math.PI / 2]];
  const best = links.map((taken) => {
    const room = ([, angle]) => Math.min(2, ...taken.map((link) => away(angle, link)));
    return sides.reduce((one, other) => (room(other) > room(one) + 0.01 ? other : one));
  });
  const gap = size / 2 + 3;
  return {
    side: best.map(([side]) => side),
    x: best.map(([, angle], i) => x[i] + gap * Math.cos(angle)),
    y: best.map(([, angle], i) => y[i] + gap * Math.sin(angle)),
  };
}

function linkPaths(net, at) {
  const [cut, down, lit] = [net.cut, net.down, net.lit].map((links) => new Set(links));
  const oneway = new Map(net.oneway);
  const paths = new Map();
  const add = (style, a, b) => {
    if (!paths.has(style)) paths.set(style, []);
    const [x0, y0, x1, y1] = [at.x[a], at.y[a], at.x[b], at.y[b]].map((v) => v.toFixed(1));
    paths.get(style).push(`M${x0},${y0}L${x1},${y1}`);
  };
  net.links.forEach(([a, b], i) => {
    if (cut.has(i)) return add("cut", a, b);
    if (down.has(i)) return add("down", a, b);
    if (lit.has(i)) add("lit", a, b);
    if (!oneway.has(i)) return add(net.wire ?? net.fill[a], a, b);
    const [from, to] = oneway.get(i) > 0 ? [a, b] : [b, a];
    add("oneway", from, to);
    paths.get("oneway").push(arrowhead(at.x[from], at.y[from], at.x[to], at.y[to], at.size));
  });
  return paths;
}

function arrowhead(x0, y0, x1, y1, size) {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const back = Math.min(size / 2 + 4, length / 3);
  const [tx, ty] = [x1 - ux * back, y1 - uy * back];
  const point = (along, aside) => `${(tx - ux * along - uy * aside).toFixed(1)},${(ty - uy * along + ux * aside).toFixed(1)}`;
  return `M${point(0, 0)}L${point(15, 7)}L${point(15, -7)}Z`;
}

const strokes = {
  lit: { color: "#000000", width: 7 },
  oneway: { color: "#4A3AA7", width: 2.5 },
  cut: { color: "#B34700", width: 2, dash: "4px,7px" },
  down: { color: "#9AA3AB", width: 1.5, dash: "2px,6px" },
};

function networkFigure(net, at, width, height) {
  const many = net.links.length > 400;
  const shapes = [];
  const paths = linkPaths(net, at);
  const order = ["down", "cut", "lit"];
  const rest = [...paths.keys()].filter((key) => !order.includes(key)).sort();
  for (const key of [...order, ...rest]) {
    if (!paths.has(key)) continue;
    const line = strokes[key] ?? { color: key, width: many ? 0.7 : net.thin ? 1.5 : 3 };
    const fillcolor = key === "oneway" ? line.color : "rgba(0,0,0,0)";
    shapes.push({ type: "path", layer: "below", path: paths.get(key).join(""), line, fillcolor });
  }
  const font = at.size >= 28 ? 17 : at.size >= 21 ? 13 : 0;
  const label = (name, i) => (net.letter[i] ? `${name}<sub>${net.letter[i]}</sub>` : name);
  const agents = {
    type: "scatter", mode: font ? "markers+text" : "markers", x: at.x, y: at.y, cliponaxis: false,
    text: net.name.map(label), textfont: { size: font || 12, color: net.ink },
    marker: { size: at.size, opacity: 1, color: net.fill, symbol: net.symbol,
              line: { color: net.edge, width: net.edge.map((c) => (c === "#5B6770" ? 1.5 : 4)) } },
  };
  // Only agents with a note: Plotly would not bring back a text that was empty once. Small agents have no room.
  const noted = net.name.map((_, i) => i).filter((i) => net.note[i] && at.size >= 28);
  const only = (column) => noted.map((i) => column[i]);
  const notes = {
    type: "scatter", mode: "text", x: only(at.aside.x), y: only(at.aside.y), textposition: only(at.aside.side),
    text: only(net.note), textfont: { size: 15, color: "#1F2933" }, cliponaxis: false,
  };
  const axis = { visible: false, fixedrange: true };
  const layout = {
    width, height, shapes, showlegend: false, dragmode: false, hovermode: false,
    margin: { l: 0, r: 0, t: 0, b: 0 }, paper_bgcolor: "#FFFFFF", plot_bgcolor: "#FFFFFF",
    xaxis: { ...axis, range: [0, width] }, yaxis: { ...axis, range: [height, 0] },
    font: { family: "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" },
  };
  return { data: [agents, notes], layout };
}

// What lies under the pointer: the nearest agent, else the nearest link, with the end that is nearer.
function hit(net, at, px, py) {
  let best = Math.max(at.size / 2 + 4, 11);
  let found = null;
  at.x.forEach((x, i) => {
    const away = Math.hypot(x - px, at.y[i] - py);
    if (away < best) [best, found] = [away, { agent: net.name[i] }];
  });
  if (found) return found;
  best = 10;
  net.links.forEach(([a, b], i) => {
    const [dx, dy] = [at.x[b] - at.x[a], at.y[b] - at.y[a]];
    const along = Math.max(0, Math.min(1, ((px - at.x[a]) * dx + (py - at.y[a]) * dy) / (dx * dx + dy * dy)));
    const away = Math.hypot(px - at.x[a] - along * dx, py - at.y[a] - along * dy);
    if (away < best) [best, found] = [away, { link: [net.name[a], net.name[b]], near: net.name[along < 0.5 ? a : b], line: [a, b] }];
  });
  return found;
}
