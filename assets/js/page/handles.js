/* Every handle of the page shows the present state: sliders, fields, choosers, chips, the dots on landscape and map, the
   horizon beside it, the playhead. One function for every change, however it was made and whether or not an answer is
   awaited; each part writes only what differs. */

import { store } from "../state/store.js";
import { plots } from "../draw/plot.js";
import { staleMap } from "../questions/map.js";
import { player } from "../hand/player.js";
import { handles } from "../hand/plots.js";
import { quantities } from "../hand/quantities.js";
import { forgetFormula, forgetMoved, showChoosers, showControls } from "./controls.js";
import { showLarge } from "./enlarge.js";
import { showMapTools } from "./map_tools.js";
import { forgetTold } from "./told.js";

export const showState = () => {
  if (!store.state) return;
  showControls();
  showChoosers();
  showMapTools();
  showLarge();
  player.refresh();
  if (!plots) return;
  staleMap();
  handles.forEach((handle) => handle.update());
};

/* What was typed and not yet taken goes, where a whole other state has come. */
export const forgetShown = () => {
  Object.values(quantities).forEach((quantity) => quantity.forget());
  forgetTold();
  forgetFormula();
  forgetMoved();
};
