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
