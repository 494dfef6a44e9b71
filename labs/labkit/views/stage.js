// Draws a scene: {panels: {name: {kind, place, …}}}. The kernel sends it whole once, then only what changed.
// Coordinates of a network are pixels: the layout is fitted to the space there is, the axes never move.

const page = (globalThis.__day13 ??= {}); // one plotly.js for all stages of a page

function plotly(model) {
  page.plotly ??= new Promise((done, failed) => Object.assign(page, { done, failed }));
  if (!page.asked || performance.now() - page.asked > 20000) {
    page.asked = performance.now();
    model.send({ want: "plotly" });
  }
  return page.plotly;
}

async function unpack(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const source = await new Response(stream).text();
  const module = { exports: {} };
  new Function("module", "exports", "define", source)(module, module.exports, undefined);
  return module.exports;
}

function apply(scene, changes) {
  for (const [path, value] of changes) {
    let place = scene;
    for (const step of path.slice(0, -1)) place = place[step];
    place[path.at(-1)] = value;
  }
}

function element(tag, className, text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}

// ---- a network as a Plotly figure -------------------------------------------------------------------------------

function fit(net, width, height) {
  const [left, right] = [Math.min(...net.x), Math.max(...net.x)];
  const [low, high] = [Math.min(...net.y), Math.max(...net.y)];
  const margin = Math.min(44, width / 8);
  const scale = Math.min((width - 2 * margin) / (right - left || 1), (height - 2 * margin) / (high - low || 1));
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
    if (!oneway.has(i)) return add(net.fill[a], a, b);
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
              line: { color: net.edge, width: net.edge.map((c) => (c === "#000000" ? 4 : 1.5)) } },
  };
  const notes = {
    type: "scatter", mode: "text", x: at.aside.x, y: at.aside.y, textposition: at.aside.side, cliponaxis: false,
    text: at.size >= 28 ? net.note : [], textfont: { size: 15, color: "#1F2933" }, // smaller ones have no room
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

// ---- panels: one function a kind; each returns what redraws it ----------------------------------------------------

const panels = {
  text(root) {
    root.setAttribute("role", "status");
    root.setAttribute("aria-live", "polite");
    return (panel) => {
      if (root.textContent !== panel.text) root.textContent = panel.text;
      root.dataset.tone = panel.tone ?? "";
    };
  },

  badges(root) {
    return (panel) => {
      root.replaceChildren(...panel.items.map(([letter, text, fill, ink]) => {
        const badge = element("span", "day13-badge");
        const mark = element("b", "", letter);
        Object.assign(mark.style, { background: fill, color: ink });
        badge.append(mark, " " + text);
        return badge;
      }));
    };
  },

  // How long the way to the kernel and back takes, measured once.
  probe(root, { model }) {
    root.setAttribute("role", "status");
    model.on("msg:custom", (message) => {
      if (message.probe) root.textContent = `✔ The kernel answers: ${Math.round(performance.now() - message.probe)} ms there and back.`;
    });
    model.send({ probe: performance.now() });
    return (panel) => (root.textContent ||= panel.text);
  },

  table(root) {
    const details = element("details");
    const title = element("summary");
    const scroll = element("div", "day13-scroll");
    const table = element("table");
    details.append(title, scroll);
    scroll.append(table);
    root.append(details);
    let latest = null;
    const fill = () => {
      if (!details.open) return;
      const head = element("tr");
      head.append(...latest.head.map((name) => Object.assign(element("th", "", name), { scope: "col" })));
      table.replaceChildren(head, ...latest.rows.map((cells) => {
        const row = element("tr");
        row.append(...cells.map((cell, i) => element(i ? "td" : "th", "", cell)));
        row.firstChild.scope = "row";
        return row;
      }));
    };
    details.addEventListener("toggle", fill);
    return (panel) => {
      if (latest === null) details.open = panel.open;
      latest = panel;
      if (title.textContent !== panel.title) title.textContent = panel.title;
      fill();
    };
  },

  chart(root, { Plotly }) {
    const plot = element("div");
    root.append(plot);
    return (panel) => {
      const layout = { ...panel.figure.layout, width: root.clientWidth || 480, height: panel.height };
      Plotly.react(plot, panel.figure.data, layout, { displayModeBar: false, doubleClick: false, responsive: false });
    };
  },

  network(root, { Plotly, model, name }) {
    const title = element("div", "day13-title");
    const plot = element("div", "day13-plot");
    const over = element("div", "day13-over"); // says what a click will hit
    const ray = element("div", "day13-ray"); // marks the link under the pointer
    plot.append(ray, over);
    const drawing = element("div");
    plot.prepend(drawing);
    root.append(title, plot);
    let net, at, key;
    const locate = (event) => {
      const box = plot.getBoundingClientRect();
      return hit(net, at, event.clientX - box.left, event.clientY - box.top);
    };
    const point = (event) => {
      const found = net?.clickable ? locate(event) : null;
      plot.style.cursor = found ? "pointer" : "default";
      over.hidden = ray.hidden = !found;
      if (!found) return;
      const box = plot.getBoundingClientRect();
      over.textContent = found.agent ? `agent ${found.agent}` : `link ${found.link.join(" – ")}`;
      const right = event.clientX - box.left > box.width / 2;
      over.style.transform = `translate(${event.clientX - box.left + (right ? -16 : 16)}px, ${event.clientY - box.top + 18}px) translateX(${right ? "-100%" : "0"})`;
      ray.hidden = !found.line;
      if (found.line) {
        const [a, b] = found.line;
        const [dx, dy] = [at.x[b] - at.x[a], at.y[b] - at.y[a]];
        ray.style.width = `${Math.hypot(dx, dy)}px`;
        ray.style.transform = `translate(${at.x[a]}px, ${at.y[a] - 5}px) rotate(${Math.atan2(dy, dx)}rad)`;
      }
    };
    plot.addEventListener("pointermove", point);
    plot.addEventListener("pointerleave", () => (over.hidden = ray.hidden = true));
    plot.addEventListener("click", (event) => {
      const found = net?.clickable ? locate(event) : null;
      if (found) model.send({ click: { panel: name, agent: found.agent, link: found.link, near: found.near } });
    });
    over.hidden = ray.hidden = true;
    return (panel) => {
      net = panel;
      const width = root.clientWidth || 480;
      const height = Math.round(Math.max(panel.low ?? 320, Math.min(width * (panel.tall ?? 0.86), innerHeight * 0.53)));
      const shape = `${width} ${height} ${panel.x} ${panel.y} ${panel.big}`;
      if (shape !== key) [at, key] = [fit(panel, width, height), shape];
      const figure = networkFigure(panel, at, width, height);
      Plotly.react(drawing, figure.data, figure.layout, { staticPlot: true, displayModeBar: false });
      title.textContent = panel.title ?? "";
      drawing.setAttribute("role", "img");
      drawing.setAttribute("aria-label", panel.alt);
    };
  },
};

function build(root, model, Plotly) {
  const scene = () => model.get("_scene").scene;
  let names = "";
  let drawers = [];
  // Draw the named panels again, or all of them.
  return (touched) => {
    const now = Object.keys(scene().panels).join();
    if (now !== names) {
      names = now;
      touched = undefined;
      const places = new Map();
      drawers = Object.entries(scene().panels).map(([name, panel]) => {
        const box = element("div", `day13-panel day13-${panel.kind}`);
        box.dataset.panel = name;
        if (!places.has(panel.place)) places.set(panel.place, element("div", `day13-place day13-${panel.place}`));
        places.get(panel.place).append(box);
        return [name, panels[panel.kind](box, { Plotly, model, name })];
      });
      root.replaceChildren(...places.values());
    }
    for (const [name, update] of drawers) if (!touched || touched.has(name)) update(scene().panels[name]);
  };
}

// A key pressed on one of our controls is meant for it: JupyterLab would take "a" for "insert a cell above".
// Only Shift+Enter and the like, which go on to the next cell, stay the notebook's.
function keepKeys() {
  if (page.keys) return;
  page.keys = true;
  const listen = ({ target, key, shiftKey, ctrlKey, metaKey, altKey }) => {
    const notebooks = ctrlKey || metaKey || altKey || (shiftKey && key === "Enter");
    if (target.closest?.(".day13-lab")) target.toggleAttribute("data-lm-suppress-shortcuts", !notebooks);
  };
  window.addEventListener("keydown", listen, true); // before JupyterLab, which listens on the document
}

function initialize({ model }) {
  keepKeys();
  model.on("msg:custom", (message, buffers) => {
    const state = model.get("_scene");
    if (message.plotly) unpack(buffers[0]).then(page.done, page.failed);
    else if (message.whole) Object.assign(state, message.whole);
    else if (message.changes && message.number === state.number + 1) {
      apply(state.scene, message.changes);
      state.number = message.number;
    } else if (message.changes && message.number > state.number) model.send({ want: "scene" });
  });
}

const drawn = new Set(["network", "chart", "probe"]); // kinds of panels that wait for plotly.js

async function render({ model, el }) {
  const root = element("div", "day13-stage");
  el.append(root);
  const kinds = Object.values(model.get("_scene").scene.panels).map((panel) => panel.kind);
  const Plotly = kinds.some((kind) => drawn.has(kind)) ? await awaitPlotly(model, root) : null;
  if (Plotly === undefined) return;
  const draw = build(root, model, Plotly);
  draw();
  const listen = (message) => {
    if (message.whole) draw();
    else if (message.changes) draw(new Set(message.changes.map(([path]) => path[1])));
  };
  model.on("msg:custom", listen);
  let width = root.clientWidth;
  const resized = new ResizeObserver(() => {
    if (!root.clientWidth || root.clientWidth === width) return;
    width = root.clientWidth;
    draw();
  });
  resized.observe(root);
  return () => {
    resized.disconnect();
    model.off("msg:custom", listen);
  };
}

async function awaitPlotly(model, root) {
  root.textContent = "Loading the drawing library …";
  const again = setInterval(() => plotly(model), 5000);
  try {
    const Plotly = await plotly(model);
    root.textContent = "";
    return Plotly;
  } catch (problem) {
    root.textContent = `The drawing library did not start (${problem}). Reload the page; if that does not help, use a current Firefox, Chrome or Safari.`;
    return undefined;
  } finally {
    clearInterval(again);
  }
}

export default { initialize, render };
