/* Light and dark. */

import { element } from "../dom/elements.js";
import { remember, remembered } from "../dom/remembered.js";
import { answers } from "../state/store.js";
import { colourOf, forgetColours } from "../draw/colours.js";
import { shadeImage } from "../draw/landscape.js";
import { plots } from "../draw/plot.js";
import { mapImage } from "../draw/regime_map.js";
import { recolourViews } from "../draw/views.js";

async function theme(name) {
  document.documentElement.dataset.theme = name;
  remember("theme", name);
  element("theme").textContent = name === "dark" ? "Light" : "Dark";
  forgetColours();
  if (!plots) return;
  if (answers.ground) answers.ground.image = shadeImage(answers.ground);
  if (answers.map?.size) answers.map.image = mapImage(answers.map);
  await colourAxes();
  recolourViews();
}

export async function colourAxes() {
  const ink = colourOf("soft"), line = colourOf("axis");
  const axis = (name) => ({ [`${name}.linecolor`]: line, [`${name}.tickcolor`]: line, [`${name}.color`]: ink });
  for (const plot of Object.values(plots)) await plot.relayout({ ...axis("xaxis"), ...axis("yaxis"), "font.color": ink });
}

export function watchTheme() {
  const preferred = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  theme(remembered("theme") ?? preferred);
  element("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
}
