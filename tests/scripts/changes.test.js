/* Changes on which the server has the last word (state/changes.js): none is lost, whatever comes between. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { until } from "./page.js";

const { wire } = await import("../../assets/js/ask/transport.js");
const { Unreachable } = await import("../../assets/js/ask/reach.js");
const { adopt, change, onRun, stateAdopted } = await import("../../assets/js/state/changes.js");
const { changed, store } = await import("../../assets/js/state/store.js");

store.specification = {
  linked: ["curve"],
  objectives: {},
  optimizers: { adam: { planes: { rates: ["a,b", "x0,y0"], decays: ["beta2,beta1", "x0,y0"] }, idle: {}, labels: {}, title: "Adam" } },
};

/* The server's reading of a link, as far as these states have fields. */
function decoded(link) {
  const fields = link.split("&").map((field) => field.split("=").map(decodeURIComponent));
  const one = Object.fromEntries(fields), runs = fields.filter(([name]) => name === "run").map(([, text]) => {
    const [optimizer, ...values] = text.split(",");
    return { optimizer, variant: null, held: "rates", values: Object.fromEntries(values.map((pair) => pair.split(":")).map(([name, value]) => [name, Number(value)])) };
  });
  return { objective: one.f, objective_parameters: {}, start: [Number(one.x), Number(one.y)], steps: Number(one.steps), runs,
    edit: Number(one.edit), curve: one.curve, box: null, view: null, at: null, plane: "a,b" };
}

let asked;
const answered = ({ parameters: { link } }, more = {}) => {
  const body = new TextEncoder().encode(JSON.stringify({ state: decoded(link), link, notes: [], domain: [[0, 1], [0, 1]], flows: [], ...more }));
  return { status: 200, body: body.buffer };
};

beforeEach(async () => {
  asked = [];
  wire.question = (path, parameters) => new Promise((resolve, reject) => asked.push({ path, parameters, resolve, reject }));
  const opened = adopt(() => "f=quartic&x=1&y=2&steps=100&run=adam,learning_rate:0.001,a:1,b:100&edit=0&curve=loss");
  asked[0].resolve(answered(asked[0]));
  await opened;
  asked.length = 0;
});

/* Answer what is asked, in its order, until nothing is. */
async function serve() {
  for (let i = 0; i < asked.length || (await until(() => asked.length > i)); i++) asked[i].resolve(answered(asked[i]));
}

test("two changes within one round trip are both kept", async () => {
  change((state) => (state.curve = "energy"));
  change((state) => (state.steps = 500));
  await serve();
  assert.equal(store.state.curve, "energy");
  assert.equal(store.state.steps, 500);
});

test("a move while a change is on its way is not undone by its answer", async () => {
  change((state) => (state.curve = "energy"));
  store.state.runs[0].values.b = 7; // as a slider does
  changed();
  await serve();
  assert.equal(store.state.runs[0].values.b, 7);
  assert.equal(store.state.curve, "energy");
});

test("a typed number followed by a drag of the same quantity does not put the old value back", async () => {
  change((state) => (state.steps = 500), { key: "s-steps" });
  asked[0].resolve(answered(asked[0]));
  await until(() => store.state.steps === 500);
  store.state.steps = 600;
  changed();
  await serve();
  assert.equal(store.state.steps, 600);
});

test("a later change of the same key replaces the one that waits", async () => {
  change((state) => (state.steps = 500), { key: "s-steps" });
  change((state) => (state.steps = 700), { key: "s-steps" });
  await serve();
  assert.equal(store.state.steps, 700);
});

test("a change of a run finds it where another was removed meanwhile", async () => {
  change((state) => state.runs.push({ optimizer: "adam", variant: null, held: "rates", values: { learning_rate: 0.01, a: 2, b: 3 } }));
  await serve();
  asked.length = 0;
  change((state) => {
    state.runs.splice(0, 1);
    state.edit = 0;
  });
  change(onRun(1, (draft, at) => (draft.runs[at].values.a = 9)));
  await serve();
  assert.deepEqual(store.state.runs.map(({ values }) => values.a), [9]);
});

test("what is refused is dropped, and the others are asked for again", async () => {
  const refusals = [];
  change((state) => (state.steps = -1), { refused: ({ notes }) => notes.length > 0 && refusals.push(notes[0]) > 0 });
  change((state) => (state.curve = "energy"));
  asked[0].resolve(answered(asked[0], { notes: ["steps = -1: must be at least 1"] }));
  await until(() => asked.length > 1);
  for (let i = 1; i < asked.length || (await until(() => asked.length > i)); i++) asked[i].resolve(answered(asked[i], asked[i].parameters.link.includes("steps=-1") ? { notes: ["steps = -1: must be at least 1"] } : {}));
  assert.equal(store.state.steps, 100);
  assert.equal(store.state.curve, "energy");
  assert.ok(refusals.length >= 1);
});

test("another state that is adopted takes the place of what waits", async () => {
  change((state) => (state.steps = 500));
  const other = adopt(() => "f=quartic&x=0&y=0&steps=42&run=adam,learning_rate:0.001,a:1,b:1&edit=0&curve=loss");
  const [first, second] = asked;
  second.resolve(answered(second));
  await other;
  first.resolve(answered(first));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(store.state.steps, 42);
});

test("a change that did not reach the server is asked for again by itself", async () => {
  let adopted = 0;
  stateAdopted.on(() => (adopted += 1));
  change((state) => (state.steps = 500));
  asked[0].reject(new Unreachable("away"));
  await until(() => asked.length > 1);
  assert.equal(store.state.steps, 100);
  await serve();
  assert.equal(store.state.steps, 500);
  assert.ok(adopted >= 1);
});
