// @ts-check
// All the script that a widget itself carries: it fetches the drawing once a page and hands the widget over to it.
// VERSION is the drawing's (bundle.py): after a change of it, a restarted kernel gets its own in the same page.

/** @import { Answer, Message, Model } from "./types.js" */

/** @typedef {{promise: Promise<Answer>, resolve(answer: Answer): void, asked: number}} Wish */
/** @typedef {Promise<typeof import("./stage.js")>} Stage */
/** @typedef {{wishes: Record<string, Wish>, urls: Record<string, string>, stage?: Stage}} Page */

const world = /** @type {{day13_VERSION: Page}} */ (/** @type {unknown} */ (globalThis));
world.day13_VERSION ??= { wishes: {}, urls: {} };
const page = world.day13_VERSION;

/** What the kernel sends once a page; asked again where no answer came. @param {string} thing @param {Model} model */
function want(thing, model) {
  page.wishes[thing] ??= { ...Promise.withResolvers(), asked: Number.NEGATIVE_INFINITY };
  const wish = page.wishes[thing];
  if (performance.now() - wish.asked > 20000) {
    wish.asked = performance.now();
    model.send({ want: thing });
  }
  return wish.promise;
}

/** Make the modules importable; they come in the order of their imports. @param {Model} model */
async function start(model) {
  const [{ modules = [], css = "" }] = await want("drawing", model);
  for (const [name, source] of modules) {
    const linked = source.replace(/"\.\/(.+?)"/g, (_, other) => `"${page.urls[other]}"`);
    page.urls[name] = URL.createObjectURL(new Blob([linked], { type: "text/javascript" }));
  }
  /** @type {typeof import("./stage.js")} */
  const stage = await import(page.urls["stage.js"]);
  stage.dress(css);
  return stage;
}

/** @param {{model: Model}} widget */
function initialize({ model }) {
  /** @type {Message[]} */
  const early = [];
  let hear = (/** @type {Message} */ message) => {
    early.push(message);
  };
  model.on("msg:custom", (message, buffers) => {
    if (message.have) page.wishes[message.have]?.resolve([message, buffers]);
    else hear(message);
  });
  page.stage ??= start(model);
  page.stage.then(({ follow }) => {
    hear = (message) => follow(model, message);
    early.forEach(hear);
  });
}

/** @param {{model: Model, el: HTMLElement}} view */
async function render({ model, el }) {
  el.innerHTML = `<p></p>${model.get("_still")}`; // all there is to see without a kernel
  const said = /** @type {Element} */ (el.firstChild);
  const ask = async (/** @type {string} */ thing, far = "") => {
    said.textContent = `Loading the drawing library … ${far}`;
    const again = setInterval(() => want(thing, model), 5000);
    const answer = await want(thing, model);
    clearInterval(again);
    return answer;
  };
  try {
    await ask("drawing");
    return await (await page.stage)?.render({ model, el, ask });
  } catch (problem) {
    console.error(problem);
    el.textContent = `The drawing did not start: ${problem}. Reload, or use a current Firefox, Chrome or Safari.`;
  }
}

export default { initialize, render };
