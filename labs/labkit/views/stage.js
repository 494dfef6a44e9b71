// Draws a scene: {panels: {name: {kind, place, …}}}. The kernel sends it whole once, then only what changed.

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

// Once the next frame is on the screen. (A callback of the frame itself would hold the frame up.)
function afterPaint(act) {
  return requestAnimationFrame(() => setTimeout(act));
}

// The colours at once; Plotly brings shapes, letters and links with the next frame. False where agents are missing.
function recolour(drawing, fill) {
  const points = drawing.querySelectorAll(".scatterlayer .trace:first-child .point");
  if (points.length !== fill.length) return false;
  points.forEach((point, i) => (point.style.fill = fill[i]));
  return true;
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
    let waiting = 0;
    const fill = () => {
      waiting = 0;
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
      waiting ||= afterPaint(fill); // the picture comes first
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

  // Asks for the next beat as soon as the last one is drawn, as long as it runs.
  clock(_root, { model, name }) {
    let waiting;
    return (panel) => {
      clearTimeout(waiting);
      if (panel.running) waiting = setTimeout(() => model.send({ click: { panel: name, beat: panel.beat } }), panel.every);
    };
  },

  spacetime(root, { Plotly, model, name }) {
    const title = element("div", "day13-title");
    const plot = element("div", "day13-plot");
    const over = element("div", "day13-over");
    const drawing = element("div");
    plot.append(drawing, over);
    root.append(title, plot);
    over.hidden = true;
    let chart, at;
    const locate = (event) => {
      const box = plot.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      return [chartHit(chart, at, x, y), x, y, box.width];
    };
    plot.addEventListener("pointermove", (event) => {
      const [found, x, y, width] = locate(event);
      plot.style.cursor = found ? "pointer" : "default";
      over.hidden = !found;
      if (!found) return;
      over.textContent = found.text ?? `go to time ${found.time}`;
      const right = x > width / 2;
      over.style.transform = `translate(${x + (right ? -16 : 16)}px, ${y + 18}px) translateX(${right ? "-100%" : "0"})`;
    });
    plot.addEventListener("pointerleave", () => (over.hidden = true));
    plot.addEventListener("click", (event) => {
      const [found] = locate(event);
      over.hidden = true;
      if (found) model.send({ click: { panel: name, packet: found.packet, time: found.time } });
    });
    let waiting = 0;
    const redraw = () => {
      waiting = 0;
      const figure = chartFigure(chart, at);
      Plotly.react(drawing, figure.data, figure.layout, { staticPlot: true, displayModeBar: false });
    };
    return (panel) => {
      chart = panel;
      const wanted = 80 + (panel.row ?? 56) * panel.agents.length;
      at = chartSpace(panel, root.clientWidth || 480, Math.round(Math.max(200, Math.min(wanted, innerHeight * 0.5))));
      title.textContent = panel.title ?? "";
      drawing.setAttribute("role", "img");
      drawing.setAttribute("aria-label", panel.alt);
      waiting ||= afterPaint(redraw);
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
      over.hidden = ray.hidden = true; // not in the way of what the click changes
      if (found) model.send({ click: { panel: name, agent: found.agent, link: found.link, near: found.near } });
    });
    over.hidden = ray.hidden = true;
    const packets = travellers(plot, (number) => model.send({ click: { panel: name, packet: number } }));
    let waiting = 0; // for the next frame; more changes until then are drawn together
    const redraw = () => {
      waiting = 0;
      const [width, height] = at.space;
      const figure = networkFigure(net, at, width, height);
      Plotly.react(drawing, figure.data, figure.layout, { staticPlot: true, displayModeBar: false });
    };
    return (panel) => {
      net = panel;
      const width = root.clientWidth || 480;
      const height = Math.round(Math.max(panel.low ?? 320, Math.min(width * (panel.tall ?? 0.86), innerHeight * 0.53)));
      const shape = `${width} ${height} ${panel.x} ${panel.y} ${panel.big}`;
      if (shape !== key) [at, key] = [{ ...fit(panel, width, height), space: [width, height] }, shape];
      if (recolour(drawing, panel.fill)) waiting ||= afterPaint(redraw);
      else redraw();
      title.textContent = panel.title ?? "";
      drawing.setAttribute("role", "img");
      drawing.setAttribute("aria-label", panel.alt);
      packets(panel.packets ?? [], at);
    };
  },
};

// Messages on the links of a network: each glides to where it is now.
function travellers(plot, act) {
  const shown = new Map();
  return (list, at) => {
    const here = new Set(list.map(([number]) => number));
    for (const [number, mark] of shown) if (!here.has(number)) (mark.remove(), shown.delete(number));
    const beside = new Map(); // how many are on the same spot
    const crowd = list.length > 6; // then without words: they would hide each other and the agents
    for (const [number, from, to, share, text, long] of list) {
      if (!shown.has(number)) {
        const mark = element("button", "day13-packet", text);
        mark.tabIndex = -1;
        mark.title = `${long} (click to drop it)`;
        mark.addEventListener("click", (event) => (event.stopPropagation(), act(number)));
        plot.append(mark);
        shown.set(number, mark);
      }
      const key = `${from} ${to} ${Math.round(share * 8)}`;
      const nth = beside.get(key) ?? 0;
      beside.set(key, nth + 1);
      const [dx, dy] = [at.x[to] - at.x[from], at.y[to] - at.y[from]];
      const far = Math.hypot(dx, dy) || 1;
      const edge = Math.min(0.4, (at.size / 2 + 12) / far); // not under the agents
      const along = edge + share * (1 - 2 * edge);
      shown.get(number).classList.toggle("day13-dot", crowd);
      const aside = crowd ? 6 + 10 * nth : 9 + 22 * nth; // to the right of its way, so that the two directions are told apart
      shown.get(number).style.transform = `translate(-50%, -50%) translate(${at.x[from] + along * dx - (aside * dy) / far}px, ${at.y[from] + along * dy + (aside * dx) / far}px)`;
    }
  };
}

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

const drawn = new Set(["network", "chart", "probe", "spacetime"]); // kinds of panels that wait for plotly.js

async function render({ model, el }) {
  const root = element("div", "day13-stage");
  el.classList.add("day13-frame");
  el.append(root);
  const panels = Object.values(model.get("_scene").scene.panels);
  const kinds = panels.map((panel) => panel.kind);
  const Plotly = kinds.some((kind) => drawn.has(kind)) ? await awaitPlotly(model, root) : null;
  if (Plotly === undefined) return;
  hearKeys(root, model, panels.flatMap((panel) => panel.keys ?? []));
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

// The keys that the kernel wants to hear of, once the picture has the focus.
function hearKeys(root, model, wanted) {
  if (!wanted.length) return;
  root.tabIndex = 0;
  root.addEventListener("keydown", (event) => {
    const known = wanted.includes(event.key);
    if (!known || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("summary")) return;
    event.preventDefault();
    model.send({ click: { key: event.key } });
  });
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
