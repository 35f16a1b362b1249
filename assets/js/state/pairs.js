/* The two pairs, (a, b) and (beta2, beta1), of which a run holds one. */

import { fewestDigits } from "../dom/numbers.js";
import { store } from "./store.js";

export const RATE_OF = { beta2: "a", beta1: "b" };
export const DECAY_OF = { a: "beta2", b: "beta1" };

// The rule at the edges of a decay factor 1 - rate * eta is that of core/parameters.py
const AT_LIMIT = 1e-12; // nearer to 0 it is 0: the rate is 1/eta up to rounding
const LEAST_SHARE = 2 ** -53; // the least 1 - decay factor
const ROUNDING = 2 ** -52; // of 1 - rate * eta

/* A value as it is in force. What follows from the pair that is held is told in the fewest digits that lead back to it. */
export function valueOf(run, name) {
  const { values } = run;
  if (name in values) return name in DECAY_OF ? limited(values[name], values.learning_rate) : values[name];
  if (RATE_OF[name] in values) return decayOf(values[RATE_OF[name]], values.learning_rate);
  if (DECAY_OF[name] in values) return rateOf(values[DECAY_OF[name]], values.learning_rate);
  return undefined;
}

function decayFactor(rate, eta) {
  const decay = 1 - rate * eta;
  return Math.abs(decay) < AT_LIMIT ? 0 : decay;
}

/* A rate that is held, or the nearest one that has a decay factor. */
function limited(rate, eta) {
  const limit = 1 / eta;
  if (decayFactor(rate, eta) >= 0) return Math.max(rate, LEAST_SHARE / eta);
  return fewestDigits(limit, (near) => near <= limit && decayFactor(near, eta) === 0);
}

function decayOf(rate, eta) {
  const exact = Math.min(1 - LEAST_SHARE, Math.max(0, decayFactor(rate, eta)));
  return exact && fewestDigits(exact, (near) => Math.abs(near - exact) <= ROUNDING && near > 0 && near < 1);
}

function rateOf(decay, eta) {
  const exact = (1 - decay) / eta, back = (rate) => decayFactor(rate, eta);
  const near = fewestDigits(exact, (rate) => back(rate) === decay);
  return back(near) === decay ? near : fewestDigits(exact, (rate) => Math.abs(back(rate) - decay) <= ROUNDING);
}

/* Why a parameter changes nothing in the run, or nothing where it does. A rate is what its decay factor is. */
export function idleReason(run, name) {
  const cases = store.specification.optimizers[run.optimizer].idle[DECAY_OF[name] ?? name] ?? [];
  const holds = ([other, { one_of: values, up_to: limit }]) => {
    const value = valueOf(run, other);
    return value === undefined || (values ? values.includes(value) : value <= limit);
  };
  return cases.find(({ where }) => where.every(holds))?.reason ?? "";
}

/* A value from a hand or a keyboard. The pair that is touched last is held from then on. */
export function setValue(run, name, value) {
  if (!(name in run.values) && name in DECAY_OF) hold(run, "rates");
  if (!(name in run.values) && name in RATE_OF) hold(run, "decays");
  if (name in run.values) run.values[name] = value;
}

export function hold(run, held) {
  if (run.held === held) return;
  const other = held === "rates" ? RATE_OF : DECAY_OF;
  run.values = Object.fromEntries(Object.entries(run.values).map(([name, value]) => (name in other ? [other[name], valueOf(run, other[name])] : [name, value])));
  run.held = held;
}
