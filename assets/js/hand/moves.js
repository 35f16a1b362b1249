/* What a hand or a keyboard does to the quantities under it. */

import { numberText } from "../dom/numbers.js";
import { numberRefusal, readNumber } from "../dom/refusals.js";
import { change, commit, indexIn, onRun } from "../state/changes.js";
import { applyQuantity, quantityValue, storedQuantity } from "../state/quantities.js";
import { isRule } from "../state/rule.js";
import { changed, store } from "../state/store.js";
import { askMap } from "../questions/map.js";
import { askCurves } from "../questions/pictures.js";
import { quantities } from "./quantities.js";

export const takeMoved = (id, value, final) => {
  if (!store.state || value === quantityValue(id)) {
    if (store.state && final) commit();
    return;
  }
  applyQuantity(store.state, id, value);
  store.inHand ||= !final;
  changed();
  askCurves();
  if (isRule(id)) askMap();
  if (final) commit();
};

/* A typed number: what cannot be taken is told in its own field, and the value stays. The server has the last word, as
   on a start where f is not finite. */
export const takeTyped = (id, text) => {
  const quantity = quantities[id], { label, range } = quantity, value = readNumber(text, range.whole);
  const refuse = (why) => quantity.refuse(`${why} ${numberText(quantityValue(id))} stays.`);
  const why = numberRefusal(label, text, value, range);
  if (why) return refuse(why);
  const ofRun = id.startsWith("p-"), shown = store.state.edit;
  const apply = (state) => applyQuantity(state, id, value), stored = (state) => storedQuantity(state, id);
  const on = (draft, at, act) => act(Object.assign(Object.create(draft), { edit: at }));
  change(ofRun ? onRun(shown, (draft, at) => on(draft, at, apply)) : apply, {
    key: ofRun ? `${id} ${shown}` : id,
    refused: (answer, draft) => {
      const at = ofRun ? indexIn(draft, shown) : draft.edit;
      if (at < 0 || on(draft, at, stored) !== value || on(answer.state, at, stored) === value) return false;
      refuse(answer.notes[0] ?? `${label} cannot be ${numberText(value)} here.`);
      return true;
    },
  });
};
