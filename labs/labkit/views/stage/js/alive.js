// @ts-check
// Whether the kernel answers: a word when an answer takes long, and what to do once it no longer knows the picture.

import { element } from "./dom.js";
/** @import { Model } from "./types.js" */

const BUSY = "busy …";
const GONE = "The kernel was restarted and no longer knows this picture: choose Run, then Run All Cells.";
const SOON = 300; // milliseconds; an answer that comes sooner is not waited for

/** The model for those who send clicks; the note is shown in the frame. @param {Model} model @param {HTMLElement} frame
 * @returns {{model: Model, leave: () => void}} */
export function watched(model, frame) {
  const note = element("div", "day13-alive");
  note.setAttribute("role", "status");
  frame.append(note);
  let [last, timer] = [0, 0];
  /** @param {string} text */
  const say = (text) => {
    clearTimeout(timer);
    if (note.textContent !== GONE) note.textContent = text;
  };
  const answered = () => say("");
  const gone = () => say(GONE);
  model.on("msg:custom", answered);
  model.on("comm_live_update", gone); // ipywidgets says so when the kernel ends
  /** @param {object} message */
  const send = (message) => {
    const mine = ++last;
    clearTimeout(timer);
    timer = setTimeout(say, SOON, BUSY);
    const status = (/** @type {{content: {execution_state: string}}} */ { content }) => {
      if (content.execution_state === "idle" && mine === last) answered();
    };
    try {
      model.send(message, { iopub: { status } });
    } catch {
      gone();
    }
  };
  const leave = () => {
    clearTimeout(timer);
    model.off("msg:custom", answered);
    model.off("comm_live_update", gone);
  };
  return { model: { get: model.get, on: model.on, off: model.off, send }, leave };
}
