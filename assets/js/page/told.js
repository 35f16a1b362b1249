/* Properties of Dash's components. */

import { setProps } from "../dash.js";

const told = new Map(); // by id, what they show

/* Set properties where they differ from what the component was told last or was told by its user: telling it costs more
   than a picture. */
export const tellDash = (id, props) => {
  const text = JSON.stringify(props);
  if (told.get(id) === text) return;
  told.set(id, text);
  setProps(id, props);
};
export const heardFromDash = (id, value) => told.set(id, JSON.stringify({ value }));
export const forgetTold = () => told.clear();
