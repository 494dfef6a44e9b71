/** Whether the site has a newer original of a page: web/build.py writes a hash into each, and an edited copy keeps it. */

import { at } from "./jupyter.js";

/** context: of the notebook that is open. A copy without a hash came from elsewhere: of that nothing is known. */
export async function hasNewerOriginal({ path, model }) {
  const known = model.getMetadata?.("day13");
  if (!known) return false;
  try {
    const answer = await fetch(at(`files/${path}`));
    return answer.ok && (await answer.json()).metadata.day13 !== known;
  } catch {
    return false; // without a network the copy is all there is
  }
}
