/* Questions and answers (ask/): the newest question wins, what did not reach the server is asked again. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { happens, until } from "./page.js";

const { Channel } = await import("../../assets/js/ask/channel.js");
const { unpack } = await import("../../assets/js/ask/packing.js");
const { Unreachable, failed } = await import("../../assets/js/ask/reach.js");
const { wire } = await import("../../assets/js/ask/transport.js");

/* An answer in the server's packing (dashboard/questions/packing.py): a header, then its arrays at multiples of 8. */
function packed(header, arrays = {}) {
  const named = {}, parts = [];
  let offset = 0;
  for (const [name, array] of Object.entries(arrays)) {
    named[name] = [array.constructor.name.replace("Array", "").toLowerCase(), offset, [array.length]];
    parts.push([offset, array]);
    offset += 8 * Math.ceil(array.byteLength / 8);
  }
  const plain = new TextEncoder().encode(JSON.stringify({ ...header, arrays: named }));
  const length = 4 + 8 * Math.ceil((plain.length + 4) / 8) - 4, body = new Uint8Array(4 + length - 4 + offset);
  body.fill(32);
  new DataView(body.buffer).setUint32(0, length - 4, true);
  body.set(plain, 4);
  for (const [at, array] of parts) body.set(new Uint8Array(array.buffer), length + at);
  return body.buffer;
}
const answer = (header) => ({ status: 200, body: packed(header), from: 0 });

/* A server whose answers come when the test says so. */
function serverByHand() {
  const asked = [];
  wire.question = (path, parameters) => new Promise((resolve, reject) => asked.push({ path, parameters, resolve, reject }));
  return asked;
}

test("arrays come out as they were packed, and so does what follows them", () => {
  const body = packed({ name: "one" }, { x: Float64Array.of(1, NaN, -0), k: Uint32Array.of(7) });
  const data = unpack(body);
  assert.equal(data.name, "one");
  assert.deepEqual([...data.arrays.x], [1, NaN, -0]);
  assert.deepEqual([...data.arrays.k], [7]);
  assert.deepEqual(data.arrays.x.shape, [3]);
  assert.equal(data.following, null);
});

test("of the questions that wait only the newest is asked", async () => {
  const asked = serverByHand(), drawn = [];
  const channel = new Channel("runs", (data, question) => drawn.push([data.n, question.n]), assert.fail);
  for (const n of [1, 2, 3, 4]) channel.ask({ n });
  assert.deepEqual(asked.map(({ parameters }) => parameters.n), [1]);
  asked[0].resolve(answer({ n: 1 }));
  await until(() => asked.length === 2);
  assert.equal(asked[1].parameters.n, 4);
  asked[1].resolve(answer({ n: 4 }));
  await until(() => !channel.busy);
  assert.deepEqual(drawn, [[1, 1], [4, 4]]); // each answer with the question that it is to
});

test("an answer to a question that another channel has answered meanwhile is dropped", async () => {
  const asked = serverByHand(), drawn = [];
  const channel = new Channel("flows", (data) => drawn.push(data.n), assert.fail);
  channel.ask({ n: 1 });
  channel.given({ n: 2 }, { n: 2 });
  asked[0].resolve(answer({ n: 1 }));
  await until(() => !channel.busy);
  assert.deepEqual(drawn, [2]);
});

test("what did not reach the server is asked again when the browser is online", async () => {
  const asked = serverByHand(), drawn = [];
  const channel = new Channel("runs", (data) => drawn.push(data.n), assert.fail);
  channel.ask({ n: 1 });
  asked[0].reject(new Unreachable("away"));
  await until(() => !channel.busy);
  happens("online");
  await until(() => asked.length === 2);
  asked[1].resolve(answer({ n: 1 }));
  await until(() => drawn.length);
  assert.deepEqual(drawn, [1]);
});

test("what did not reach the server is not asked again where a newer question was answered", async () => {
  const asked = serverByHand(), drawn = [];
  const channel = new Channel("runs", (data) => drawn.push(data.n), assert.fail);
  channel.ask({ n: 1 });
  asked[0].reject(new Unreachable("away"));
  await until(() => !channel.busy);
  channel.ask({ n: 2 });
  asked[1].resolve(answer({ n: 2 }));
  await until(() => drawn.length);
  happens("online");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(asked.length, 2);
  assert.deepEqual(drawn, [2]);
});

test("an exception while drawing is told as the page's own fault, and the next answer is drawn", async () => {
  const asked = serverByHand(), told = [], drawn = [];
  const { error } = console;
  console.error = () => {};
  failed.on((sentence) => told.push(sentence));
  const channel = new Channel("runs", (data) => {
    if (data.n === 1) throw new Error("cannot draw");
    drawn.push(data.n);
  }, assert.fail);
  channel.ask({ n: 1 });
  channel.ask({ n: 2 });
  asked[0].resolve(answer({ n: 1 }));
  await until(() => asked.length === 2);
  asked[1].resolve(answer({ n: 2 }));
  await until(() => drawn.length);
  console.error = error;
  assert.equal(told.length, 1);
  assert.match(told[0], /fault of this page/);
});

test("an error of the server is told in its own words", async () => {
  const asked = serverByHand(), told = [];
  const channel = new Channel("runs", assert.fail, (sentence) => told.push(sentence));
  channel.ask({});
  const body = new TextEncoder().encode(JSON.stringify({ error: "steps = 0: must be at least 1" })).buffer;
  asked[0].resolve({ status: 400, body, from: 0 });
  await until(() => told.length);
  assert.deepEqual(told, ["steps = 0: must be at least 1"]);
});

test("an answer comes with what its question meant, and so does one that is asked again", async () => {
  const asked = serverByHand(), drawn = [];
  const channel = new Channel("comparison", (data, question, about) => drawn.push([data.n, about]), assert.fail);
  channel.ask({ n: 1 }, { objective: "quartic" });
  channel.ask({ n: 2 }, { objective: "rosenbrock" });
  asked[0].resolve(answer({ n: 1 }));
  await until(() => asked.length === 2);
  asked[1].reject(new Unreachable("away"));
  await until(() => !channel.busy);
  happens("online");
  await until(() => asked.length === 3);
  asked[2].resolve(answer({ n: 2 }));
  await until(() => drawn.length === 2);
  assert.deepEqual(drawn, [[1, { objective: "quartic" }], [2, { objective: "rosenbrock" }]]);
});

test("a refusal is taken back once another question is answered", async () => {
  const asked = serverByHand(), told = [];
  const channel = new Channel("map", () => {}, (sentence, path) => told.push([path, sentence]));
  channel.ask({ n: 1 });
  asked[0].resolve({ status: 500, body: new ArrayBuffer(0), from: 0 });
  await until(() => !channel.busy);
  channel.ask({ n: 2 });
  asked[1].resolve(answer({}));
  await until(() => told.length === 2);
  assert.deepEqual(told, [["map", "The server answered with status 500."], ["map", ""]]);
});
