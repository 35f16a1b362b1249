/* Every handle of the page shows the present state: sliders, fields, choosers, chips, the dots on landscape and map, the
   horizon beside it, the playhead. One function for every change, however it was made and whether or not an answer is
   awaited; each part writes only what differs. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});

  const told = new Map(); // by id of Dash's components, what they show

  A.showState = () => {
    if (!A.state) return;
    A.showControls();
    A.showChoosers();
    A.showMapTools();
    A.showLarge();
    A.player.refresh();
    if (!A.plots) return;
    A.staleMap();
    A.handles.forEach((handle) => handle.update());
  };

  /* What was typed and not yet taken goes, where a whole other state has come. */
  A.forgetShown = () => {
    Object.values(A.quantities).forEach((quantity) => quantity.forget());
    told.clear();
    A.forgetFormula();
    A.forgetMoved();
  };

  /* To be called after every change of the state. */
  A.changed = () => {
    A.version += 1;
    A.inFrame("state", A.showState);
  };

  /* Properties of Dash's components, where they differ from what it was told last or was told by its user: telling it
     costs more than a picture. */
  A.tellDash = (id, props) => {
    const text = JSON.stringify(props);
    if (told.get(id) === text) return;
    told.set(id, text);
    A.setProps(id, props);
  };
  A.heardFromDash = (id, value) => told.set(id, JSON.stringify({ value }));
})();
