/* The thresholds of the rule that names regimes. */

import { store } from "./store.js";

export const ruleNames = () => Object.keys(store.specification.rule);
export const isRule = (id) => id.slice(2) in store.specification.rule;
