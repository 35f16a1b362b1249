/* Questions to the server, over the connection that the page keeps, or by HTTP. */

import { base, given } from "../dash.js";
import { whileWaiting } from "./compiling.js";
import { Unreachable } from "./reach.js";

/* An answer: its status as in HTTP, its body from a byte on, and the ms that the server took. */
const AWAY = [502, 503, 504]; // a proxy says that the server behind it does not answer

/* How questions go out; tests put something else in its place. `patience`: ms for an answer, since a connection can be
   dead without a word, as after a sleep. */
export const wire = {
  patience: given("patience") ?? 4000,
  connected: () => connection !== null,
  question: (path, parameters, options) => whileWaiting(ask(path, parameters, options)),
};
export const askServer = (path, parameters, options) => wire.question(path, parameters, options);

/**
 * @param {string} path
 * @param {Record<string, any>} parameters
 * @param {{signal?: AbortSignal, live?: boolean}} [way] `live`: the connection knows the question
 */
async function ask(path, parameters, way = {}) {
  const { signal, live } = way;
  const fields = new URLSearchParams(parameters);
  if (live && wire.connected()) {
    try {
      return await said(path, fields);
    } catch {
      /* the connection went; HTTP may still come through */
    }
  }
  let response, body;
  try {
    response = await fetch(`${base}data/${path}?${fields}`, { signal });
    body = await response.arrayBuffer();
  } catch (error) {
    throw error.name === "AbortError" ? error : new Unreachable(error.message);
  }
  if (AWAY.includes(response.status)) throw new Unreachable(`status ${response.status}`);
  const took = Number(/dur=([\d.]+)/.exec(response.headers.get("Server-Timing") ?? "")?.[1] ?? NaN);
  return { status: response.status, body, from: 0, took };
}

/* ---- the connection that a page keeps (dashboard/serving/live.py) ---- */

const HEAD = 16; // bytes before the body of an answer: serial, status, ms
let connection = null, serial = 0, pause = 1;
const awaited = new Map();

const said = (path, fields) =>
  new Promise((resolve, reject) => {
    const number = (serial = (serial + 1) >>> 0), mine = connection;
    const late = setTimeout(() => lost(mine), wire.patience);
    awaited.set(number, { resolve, reject, late });
    mine.send(`${number} ${path}?${fields}`);
  });

function answeredWith(data) {
  const head = new DataView(data), number = head.getUint32(0, true), question = awaited.get(number);
  if (!question) return;
  awaited.delete(number);
  clearTimeout(question.late);
  question.resolve({ status: head.getUint32(4, true), took: head.getFloat64(8, true), body: data, from: HEAD });
}

export const connect = () => {
  if (origin === "null") return; // a frame without an origin: the connection is not for it
  const address = new URL(`${base}data/live`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const mine = new WebSocket(address);
  mine.binaryType = "arraybuffer";
  mine.addEventListener("open", () => {
    connection = mine;
    pause = 1;
  });
  mine.addEventListener("message", ({ data }) => answeredWith(data));
  mine.addEventListener("close", () => {
    if (mine === connection) lost(mine);
    else if (pause > 1) connectLater(); // where there never was one, it is a server or a proxy that has none
  });
};

/* Its questions are asked by HTTP, and it is opened anew. */
function lost(mine) {
  if (mine === null || mine !== connection) return;
  connection = null;
  mine.close();
  for (const { reject, late } of awaited.values()) {
    clearTimeout(late);
    reject(new TypeError("the connection is lost"));
  }
  awaited.clear();
  connectLater();
}

addEventListener("offline", () => lost(connection));

function connectLater() {
  setTimeout(connect, 1000 * pause);
  pause = Math.min(60, 2 * pause);
}

export function message({ status, body, from }) {
  try {
    return JSON.parse(new TextDecoder().decode(new Uint8Array(body, from))).error;
  } catch {
    return `The server answered with status ${status}.`;
  }
}

export const askState = async (link) => {
  const answer = await askServer("state", { link });
  if (answer.status !== 200) throw new Error(message(answer));
  return JSON.parse(new TextDecoder().decode(answer.body));
};

