// @ts-check
// Draws a scene, {panels: {name: {kind, place, …}}}, and again what has changed of it. The loader calls it.

import { watched } from "./alive.js";
import { element } from "./dom.js";
import { nameControls } from "./names.js";
import { panels, PLOTS } from "./panels.js";
import { done, meant } from "./presenting.js";
/** @import { Ask, Changes, Message, Model, Panel, Plotly, Scene } from "./types.js" */

/** One style for all stages of a page. @param {string} css */
export function dress(css) {
  const style = document.querySelector("#day13-style") ?? document.head.appendChild(document.createElement("style"));
  Object.assign(style, { id: "day13-style", textContent: css });
}

/** @param {{model: Model, el: HTMLElement, ask: Ask}} view */
export async function render({ model, el, ask }) {
  keepKeys();
  keepToggles();
  const all = Object.values(model.get("_scene").scene.panels);
  const Plotly = all.some((panel) => PLOTS.has(panel.kind)) ? await plotly(ask) : NO_PLOTS;
  const root = element("div", "day13-stage");
  el.classList.add("day13-frame");
  el.replaceChildren(root);
  const { model: kernel, leave } = watched(model, el);
  const deaf = hearKeys(root, kernel);
  const draw = build(root, kernel, Plotly);
  draw();
  nameControls(el);
  const hear = (/** @type {Message} */ message) => {
    if (message.whole) draw();
    else if (message.changes) draw(new Set(message.changes.map(([path]) => path[1])));
  };
  model.on("msg:custom", hear);
  let size = [root.clientWidth, innerHeight]; // the heights of pictures follow the window's
  const fit = () => {
    const now = [root.clientWidth, innerHeight];
    if (!now[0] || now.join() === size.join()) return;
    size = now;
    draw();
  };
  const resized = new ResizeObserver(fit);
  resized.observe(root);
  addEventListener("resize", fit);
  return () => {
    resized.disconnect();
    removeEventListener("resize", fit);
    leave();
    deaf();
    model.off("msg:custom", hear);
  };
}

/** @param {HTMLElement} root @param {Model} model @param {Plotly} Plotly */
function build(root, model, Plotly) {
  let names = "";
  /** @type {[string, (panel: Panel) => void][]} */ let drawers = [];
  /** Draw the named panels again, or all of them. @param {Set<string | number>} [touched] */
  return (touched) => {
    const scene = model.get("_scene").scene.panels;
    const now = Object.keys(scene).join();
    if (now !== names) {
      names = now;
      touched = undefined;
      /** @type {Map<string, HTMLElement>} */ const places = new Map();
      drawers = Object.entries(scene).map(([name, panel]) => {
        const box = element("div", `day13-panel day13-${panel.kind}`);
        box.dataset.panel = name;
        const place = places.get(panel.place) ?? element("div", `day13-place day13-${panel.place}`);
        places.set(panel.place, place);
        place.append(box);
        return [name, /** @type {(panel: object) => void} */ (panels[panel.kind](box, { Plotly, model, name }))];
      });
      root.replaceChildren(...places.values());
      const all = Object.values(scene);
      root.classList.toggle("day13-large", all.some(({ kind }) => kind === "keys"));
      if (wanted(all).length) root.tabIndex = 0;
    }
    for (const [name, update] of drawers) if (!touched || touched.has(name)) update(scene[name]);
  };
}

/** @param {Scene} scene @param {Changes} changes */
export function apply(scene, changes) {
  for (const [path, value] of changes) {
    /** @type {Record<string | number, unknown>} */ let place = scene;
    for (const step of path.slice(0, -1)) place = /** @type {typeof place} */ (place[step]);
    place[path[path.length - 1]] = value;
  }
}

/** Bring a model up to date, or ask for the whole scene. @param {Model} model @param {Message} message */
export function follow(model, { whole, changes, number = 0 }) {
  const state = model.get("_scene");
  if (whole) Object.assign(state, whole);
  else if (changes && number === state.number + 1) {
    apply(state.scene, changes);
    state.number = number;
  } else if (changes) model.send({ want: "scene" }); // a number left out, or seen twice
}

/** @type {Plotly} */ const NO_PLOTS = { react: () => undefined };
/** @type {Promise<Plotly> | undefined} */ let unpacked;

/** plotly.js, once for all stages of a page, in pieces: between two of them a click is answered. The next piece is
 * asked for before this one has come, so that the line is never idle. @param {Ask} ask */
async function plotly(ask) {
  /** @type {DataView[]} */ const pieces = [];
  for (let of = 2; pieces.length < of; ) {
    const [number, far] = [pieces.length, `${Math.round((100 * pieces.length) / of)} %`];
    const coming = ask(`plotly ${number}`, far);
    if (number + 1 < of) ask(`plotly ${number + 1}`, far);
    const [parcel, [piece]] = await coming;
    pieces.push(piece);
    of = parcel.of ?? 1;
  }
  unpacked ??= unpack(pieces);
  return unpacked;
}

/** @param {DataView[]} pieces @returns {Promise<Plotly>} */
async function unpack(pieces) {
  const bytes = /** @type {DataView<ArrayBuffer>[]} */ (pieces);
  const stream = new Blob(bytes).stream().pipeThrough(new DecompressionStream("gzip"));
  const module = { exports: NO_PLOTS };
  new Function("module", "exports", "define", await new Response(stream).text())(module, module.exports, undefined);
  return module.exports;
}

let keysKept = false;

/** A key pressed on one of our controls is meant for it: JupyterLab would take "a" for "insert a cell above". Only
 * Shift+Enter and the like, which go on to the next cell, stay the notebook's. */
function keepKeys() {
  if (keysKept) return;
  keysKept = true;
  const listen = (/** @type {KeyboardEvent} */ { target, key, shiftKey, ctrlKey, metaKey, altKey }) => {
    const notebooks = ctrlKey || metaKey || altKey || (shiftKey && key === "Enter");
    if (!(target instanceof Element) || !target.closest(".day13-lab")) return;
    target.toggleAttribute("data-lm-suppress-shortcuts", !notebooks);
  };
  window.addEventListener("keydown", listen, true); // before JupyterLab, which listens on the document
}

let togglesKept = false;

/** The second click of a double click would turn a button that toggles back at once: it is not heard. */
function keepToggles() {
  if (togglesKept) return;
  togglesKept = true;
  const listen = (/** @type {MouseEvent} */ event) => {
    const toggles = event.target instanceof Element && event.target.closest(".day13-toggle");
    if (!toggles || event.detail < 2) return; // detail: which click it is of a double or triple one
    event.stopImmediatePropagation();
    event.preventDefault();
  };
  window.addEventListener("click", listen, true);
}

/** The keys that the kernel wants to hear of. @param {Panel[]} all */
function wanted(all) {
  return all.flatMap((panel) => ("keys" in panel && panel.keys) || []);
}

/** Hear them once the picture has the focus, and a presenter's also on buttons around it; gives what ends that.
 * @param {HTMLElement} root @param {Model} model */
function hearKeys(root, model) {
  const listen = (/** @type {KeyboardEvent} */ event) => {
    const inside = event.target instanceof Node && root.contains(event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || !meant(event.target, root)) return;
    const all = Object.values(model.get("_scene").scene.panels);
    const presented = all.filter(({ kind }) => kind === "keys");
    if (wanted(inside ? all : presented).includes(event.key)) model.send({ click: { key: event.key } });
    else if (!wanted(presented).length || !done(event.key, root)) return;
    event.preventDefault();
  };
  addEventListener("keydown", listen);
  return () => removeEventListener("keydown", listen);
}
