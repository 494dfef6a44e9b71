// @ts-check
// Changes of a scene: the kernel sends it whole once, then only what differs (patch.py finds it).

/** @import { Changes, Message, Model, Scene } from "./types.js" */

/** @param {Scene} scene @param {Changes} changes */
export function apply(scene, changes) {
  for (const [path, value] of changes) {
    /** @type {Record<string | number, unknown>} */
    let place = scene;
    for (const step of path.slice(0, -1)) place = /** @type {typeof place} */ (place[step]);
    place[path[path.length - 1]] = value;
  }
}

/**
 * Bring a model up to date; a page that has missed a message asks for the whole scene.
 * @param {Model} model @param {Message} message
 */
export function follow(model, { whole, changes, number = 0 }) {
  const state = model.get("_scene");
  if (whole) Object.assign(state, whole);
  else if (changes && number === state.number + 1) {
    apply(state.scene, changes);
    state.number = number;
  } else if (changes && number > state.number) model.send({ want: "scene" });
}
