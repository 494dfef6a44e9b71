/** Bring back the original of an edited page. The browser keeps the edited copy; without it, the site's is shown. */

import { opened } from "./jupyter.js";

export async function startOver(app) {
  const { context } = opened(app);
  const question = "Bring back the original of this page? What you have changed in it will be gone. Your progress in " +
    "the exercises stays.";
  if (!window.confirm(question)) return;
  await app.serviceManager.contents.delete(context.path);
  context.model.dirty = false; // else the browser asks whether to leave
  window.location.reload();
}
