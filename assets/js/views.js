/* The views of the landscape's slot: one is seen at a time. Contours are the slot's own plot; the others register here,
   each with ask() for what the state needs, draw() for what has arrived, and recolour(). */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  A.views ||= {};
  A.scenes = {};
  A.sceneOf = (id, label) => (A.scenes[id] ??= new A.Scene(id, label));
  const chosen = () => A.views[A.state?.landscape];

  A.showView = () => {
    const slot = A.element("landscape-plot"), name = A.state.landscape;
    if (slot.dataset.view !== name) {
      slot.dataset.view = name;
      for (const other of Object.keys(A.views)) A.element(`${other}-view`).dataset.chosen = String(other === name);
      A.element("coordinate").hidden = name !== "phase";
      A.element("follow").hidden = name === "phase";
      chosen()?.draw();
    }
    chosen()?.ask();
  };
  A.drawView = () => chosen()?.draw();
  A.recolourViews = () => Object.values(A.views).forEach((view) => view.recolour());

  const TURN = Math.PI / 36; // of the camera, by an arrow key
  const STEEPEST = 0.49 * Math.PI;

  /* A Plotly graph of its own in a view's element, made when it is first needed. */
  A.Scene = class {
    constructor(id, label) {
      Object.assign(this, { id, label, busy: false, next: null });
    }

    get element() {
      return A.element(`${this.id}-view`);
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
        await A.plotly();
        await new Promise(requestAnimationFrame);
        const { picture, moved } = this.next;
        this.next = null;
        if (moved && this.made) {
          const release = A.holdSurfaces(this.element);
          await window.Plotly.update(this.element, ...moved());
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
      await window.Plotly.react(this.element, traces, layout, config);
      if (this.made) return;
      this.made = true;
      this.element.tabIndex = 0;
      this.element.setAttribute("role", "group");
      this.element.setAttribute("aria-label", `${this.label}: drag, or the arrow keys, turn it; plus and minus bring it nearer and away`);
      this.element.addEventListener("keydown", (event) => this.turn(event));
    }

    say(words) {
      if (words && this.made) window.Plotly.purge(this.element);
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
      window.Plotly.relayout(this.element, { "scene.camera": { ...camera, eye } });
    }
  };

  let offered;
  function hasWebGL() {
    return (offered ??= Boolean(document.createElement("canvas").getContext("webgl")));
  }

  /* What the views' axes share. */
  A.sceneAxis = (title, more = {}) => ({
    title: { text: title, font: { size: 13, color: A.colour("soft") } },
    tickfont: { size: 11.5, color: A.colour("soft") },
    gridcolor: A.colour("hair"),
    linecolor: A.colour("axis"),
    zeroline: false,
    showbackground: false,
    showspikes: false,
    exponentformat: "power",
    ...more,
  });

  /* A run's name where it ends, in front of everything: [x, y, z] in the axes' units. */
  A.sceneName = (text, at, colour) => ({
    text, x: at[0], y: at[1], z: at[2], showarrow: false, xanchor: "left", xshift: 7, bgcolor: A.colour("veil"), borderpad: 1,
    font: { color: colour, size: 13, weight: 600, family: A.FONT },
  });

  A.sceneLayout = (more) => ({
    margin: { l: 0, r: 0, t: 0, b: 0 },
    showlegend: false,
    hovermode: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: A.FONT, size: 13, color: A.colour("ink") },
    ...more,
  });
})();
