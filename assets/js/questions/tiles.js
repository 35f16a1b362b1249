/* Which tiles of the runs are asked for: where the playhead or the pointer is. */

import { signal } from "../dom/signal.js";
import { channels } from "../ask/channels.js";
import { hasTiles, keepTile, missingTile, tilesLink } from "../state/tiles.js";

const SETTLE = 120; // ms after a change of the runs before their steps are asked for

export const tileCame = signal();

let settling = "", wanted = null;
export function wantTile(k, level = 0) {
  wanted = [k, level];
  const next = missingTile(k, level), { steps } = channels, link = tilesLink();
  if (!next || steps.busy || steps.next) return;
  if (hasTiles()) return steps.ask({ link, level: next[0], tile: next[1] });
  if (settling === link) return;
  settling = link;
  setTimeout(() => {
    const asked = settling, now = tilesLink();
    if (asked === now) steps.ask({ link: now, level: next[0], tile: next[1] });
    settling = "";
    if (asked !== now) wantTile(...wanted);
  }, SETTLE);
}

export function showTile(data, question) {
  keepTile(question, data);
  setTimeout(() => wantTile(...wanted)); // the next, once the channel is free
  tileCame.emit();
}
