/* What stands under the page's one global name, `adamoscope`: Dash's component, and what a console or a test looks at. */

import { briefTexts, chosenTexts, fixedText, numberText, percentText, rounded, shortNumber } from "./dom/numbers.js";
import { channels } from "./ask/channels.js";
import { askState, connect, wire } from "./ask/transport.js";
import { onlyPlaceMoved, shareAddress } from "./state/address.js";
import { change } from "./state/changes.js";
import { linkNow, pictureLink } from "./state/link.js";
import { hold, valueOf } from "./state/pairs.js";
import { quantityValue } from "./state/quantities.js";
import { answers, edited, store } from "./state/store.js";
import { playhead, stepAt } from "./state/tiles.js";
import { titlesOf } from "./state/titles.js";
import { showAxis } from "./draw/axes.js";
import { runColour } from "./draw/colours.js";
import { plots } from "./draw/plot.js";
import { scenes } from "./draw/scene.js";
import { stepParts } from "./draw/step_marks.js";
import { surfaceFloor } from "./draw/surface.js";
import { mapLastAsked } from "./questions/map.js";
import { wantTile } from "./questions/tiles.js";
import { player } from "./hand/player.js";
import { quantities } from "./hand/quantities.js";
import { Quantity } from "./hand/quantity.js";
import { fitSentence } from "./page/room.js";

export const facade = {
  Quantity,
  ...{ askState, change, channels, connect, edited, link: linkNow, briefTexts, chosenTexts, fixedText, numberText, percentText, rounded, shortNumber },
  ...{ onlyPlaceMoved, pictureLink, playhead, player, quantities, quantityValue, runColour, shareAddress, showAxis, stepParts },
  ...{ fitSentence, hold, scenes, surfaceFloor, tiles: { stepAt, want: wantTile }, titles: titlesOf, valueOf },
};
/* Values that change are looked up when they are asked for; those of the store and the wire may be set. */
const live = (owner, names) => {
  for (const name of names)
    Object.defineProperty(facade, name, { get: () => owner[name], set(value) { owner[name] = value; }, enumerable: true });
};
live(store, ["specification", "state", "version", "inHand", "hover", "ready"]);
live(answers, ["ground", "map", "mapStale", "examples"]);
live(wire, ["patience", "connected", "question"]);
Object.defineProperties(facade, {
  plots: { get: () => plots, enumerable: true },
  shown: { get: () => answers, enumerable: true },
  mapAsked: { get: mapLastAsked, enumerable: true },
});
