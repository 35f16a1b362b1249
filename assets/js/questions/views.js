/* What the views of the landscape's slot need to know: the one that is seen asks. */

import { channels } from "../ask/channels.js";
import { pictureLink } from "../state/link.js";
import { edited, store } from "../state/store.js";
import { plots } from "../draw/plot.js";
import { showView } from "../draw/views.js";

let surfaceAsked = "";
const ASK = {
  surface() {
    const [x0, x1, y0, y1] = plots.landscape.ranges();
    const key = JSON.stringify([store.state.objective, store.state.objective_parameters, x0, x1, y0, y1]);
    if (key === surfaceAsked) return;
    surfaceAsked = key;
    channels.surface.ask({ link: pictureLink(), x0, x1, y0, y1 });
  },
  phase() {
    const question = { link: pictureLink() };
    if (store.state.span) [question.k0, question.k1] = store.state.span;
    channels.phase.ask(question, { title: edited().title, run: store.state.edit });
  },
};

export function askView() {
  showView();
  if (plots) ASK[store.state.landscape]?.();
}
