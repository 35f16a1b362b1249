/* The runs' titles. */

import { chosenTexts } from "../dom/numbers.js";
import { answers, store } from "./store.js";

/* Each run's title, with the values in which runs of the same method differ; as State.titles in dashboard/state. */
export function titlesOf({ runs }) {
  return runs.map(({ optimizer, values }) => {
    const kin = runs.filter((other) => other.optimizer === optimizer).map((other) => other.values);
    const { title, labels } = store.specification.optimizers[optimizer];
    const differ = Object.keys(labels).filter((name) => name in values && kin.some((other) => other[name] !== values[name]));
    const told = (name) => {
      if (typeof values[name] === "boolean") return values[name] ? "on" : "off";
      if (typeof values[name] === "string") return values[name];
      return chosenTexts([...new Set([values[name], ...kin.filter((other) => name in other).map((other) => other[name])])])[0];
    };
    return [title, differ.map((name) => `${labels[name]} ${told(name)}`).join(", ")].join(" ").trim();
  });
}

export const titleOf = (i) => answers.runs?.runs[i]?.title ?? store.specification.optimizers[store.state.runs[i].optimizer].title;
