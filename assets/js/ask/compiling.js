/* While a question waits, the page asks whether the server is compiling, and says so: a first start does. */

import { base } from "../dash.js";

const AFTER = 700; // ms that a question waits before the page asks
const EVERY = 1000; // ms between two times
let waiting = 0, timer = null;

const show = (compiling) => {
  const box = document.getElementById("compiling");
  if (box) box.hidden = !compiling;
};

async function look() {
  let compiling = false;
  try {
    const answer = await fetch(`${base}data/compiling`);
    compiling = answer.ok && (await answer.json()).compiling;
  } catch {
    /* the server cannot be reached, which is said elsewhere */
  }
  show(compiling && waiting > 0);
  timer = waiting > 0 ? setTimeout(look, EVERY) : null;
}

/* Count a question as waiting until its promise is settled; returns the promise. */
export const whileWaiting = (question) => {
  const settled = () => {
    waiting -= 1;
    if (waiting === 0) show(false);
  };
  waiting += 1;
  timer ??= setTimeout(look, AFTER);
  question.then(settled, settled);
  return question;
};
