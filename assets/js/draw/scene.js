/* A Plotly graph of its own in a view's element: surface and phase. */

import { loadPlotly } from "../dash.js";
import { element } from "../dom/elements.js";
import { FONT, colourOf } from "./colours.js";
import { holdSurfaces } from "./plot.js";

export const scenes = {};
export const sceneOf = (id, label) => (scenes[id] ??= new Scene(id, label));

const TURN = Math.PI / 36; // of the camera, by an arrow key
const STEEPEST = 0.49 * Math.PI;

/* A Plotly graph of its own in a view's element, made when it is first needed. */
class Scene {
  constructor(id, label) {
    this.id = id;
    this.label = label;
    this.busy = false;
    this.next = null;
    this.made = false;
  }

  get element() {
    return element(`${this.id}-view`);
  }

  /* The newest picture is drawn; those that a hand has moved past are not. picture: () => [traces, layout]. Where
     nothing but points and names have moved, moved: () => [points by axis, changes of the layout, traces' indices]. */
  draw(picture, moved) {
    this.next = { picture, moved };
    if (!this.busy) this.run();
  }

  async run() {
    this.busy = true;
    while (this.next) {
      await loadPlotly();
      await new Promise(requestAnimationFrame);
      const { picture, moved } = this.next;
      this.next = null;
      if (moved && this.made) {
        const release = holdSurfaces(this.element);
        await (await loadPlotly()).update(this.element, ...moved());
        release();
      } else {
        const [traces, layout] = picture();
        await this.react(traces, layout);
      }
    }
    this.busy = false;
  }

  async react(traces, layout) {
    const config = { displayModeBar: false, responsive: true, showTips: false, scrollZoom: true };
    const solid = traces.some((trace) => /3d|surface/.test(trace.type));
    if (solid && !hasWebGL()) return this.say("This view is drawn with WebGL, which this browser does not offer, or has switched off. The others need none.");
    if (this.element.dataset.words) this.say("");
    await (await loadPlotly()).react(this.element, traces, layout, config);
    if (this.made) return;
    this.made = true;
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", `${this.label}: drag, or the arrow keys, turn it; plus and minus bring it nearer and away`);
    this.element.addEventListener("keydown", (event) => this.turn(event));
  }

  say(words) {
    if (words && this.made) loadPlotly().then((plotly) => plotly.purge(this.element));
    this.made &&= !words;
    this.element.dataset.words = words;
  }

  turn(event) {
    const [around, up, away] = { ArrowLeft: [-1, 0, 1], ArrowRight: [1, 0, 1], ArrowUp: [0, 1, 1], ArrowDown: [0, -1, 1], "+": [0, 0, 0.9], "=": [0, 0, 0.9], "-": [0, 0, 1 / 0.9] }[event.key] ?? [];
    const camera = this.element._fullLayout?.scene?.camera;
    if (away === undefined || !camera || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { x, y, z } = camera.eye, across = Math.hypot(x, y), distance = Math.hypot(across, z) * away;
    const angle = Math.atan2(y, x) + around * TURN;
    const height = Math.min(STEEPEST, Math.max(-STEEPEST, Math.atan2(z, across) + up * TURN));
    const eye = { x: distance * Math.cos(height) * Math.cos(angle), y: distance * Math.cos(height) * Math.sin(angle), z: distance * Math.sin(height) };
    loadPlotly().then((plotly) => plotly.relayout(this.element, { "scene.camera": { ...camera, eye } }));
  }
}

let offered;
function hasWebGL() {
  return (offered ??= Boolean(document.createElement("canvas").getContext("webgl")));
}

/* What the views' axes share. */
export const sceneAxis = (title, more = {}) => ({
  title: { text: title, font: { size: 13, color: colourOf("soft") } },
  tickfont: { size: 11.5, color: colourOf("soft") },
  gridcolor: colourOf("hair"),
  linecolor: colourOf("axis"),
  zeroline: false,
  showbackground: false,
  showspikes: false,
  exponentformat: "power",
  ...more,
});

/* A run's name where it ends, in front of everything: [x, y, z] in the axes' units. */
export const sceneName = (text, at, colour) => ({
  text, x: at[0], y: at[1], z: at[2], showarrow: false, xanchor: "left", xshift: 7, bgcolor: colourOf("veil"), borderpad: 1,
  font: { color: colour, size: 13, weight: 600, family: FONT },
});

export const sceneLayout = (more) => ({
  margin: { l: 0, r: 0, t: 0, b: 0 },
  showlegend: false,
  hovermode: false,
  paper_bgcolor: "rgba(0,0,0,0)",
  plot_bgcolor: "rgba(0,0,0,0)",
  font: { family: FONT, size: 13, color: colourOf("ink") },
  ...more,
});
