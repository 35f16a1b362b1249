/* The two pairs, of which a run holds one (state/pairs.js), and the link of a state (state/link.js). */
import assert from "node:assert/strict";
import { test } from "node:test";

import { linkOf } from "../../assets/js/state/link.js";
import { hold, idleReason, setValue, valueOf } from "../../assets/js/state/pairs.js";
import { store } from "../../assets/js/state/store.js";

const adam = () => ({ optimizer: "adam", held: "rates", variant: null, values: { learning_rate: 1e-3, a: 1, b: 100, epsilon: 1e-8 } });

test("the pair that is touched last is held", () => {
  const run = adam();
  setValue(run, "beta1", 0.95);
  assert.equal(run.held, "decays");
  assert.equal(run.values.beta1, 0.95);
  assert.equal(run.values.beta2, 0.999);
  assert.equal("a" in run.values, false);
  setValue(run, "a", 2);
  assert.equal(run.held, "rates");
  assert.equal(valueOf(run, "b"), 50);
});

test("to hold the other pair and back again changes no value", () => {
  for (const eta of [1e-4, 1e-3, 0.01, 0.3])
    for (const a of [1e-6, 0.1, 1, Math.PI]) {
      const run = adam();
      Object.assign(run.values, { learning_rate: eta, a });
      hold(run, "decays");
      hold(run, "rates");
      assert.ok(Math.abs(run.values.a - a) <= 2 ** -51 / eta, // of 1 - rate * eta, and of the rate itself
         `${a} became ${run.values.a}`);
    }
});

test("a rate past 1 / learning rate is the limit, where the decay factor is 0", () => {
  const run = adam();
  run.values.b = 5000;
  assert.equal(valueOf(run, "b"), 1000);
  assert.equal(valueOf(run, "beta1"), 0);
});

test("a parameter is idle where all conditions of a case hold", () => {
  store.specification = { optimizers: { nesterov: { idle: {
    momentum: [{ where: [["schedule", { one_of: ["convex"] }]], reason: "the schedule sets it" }],
  } } } };
  const run = { optimizer: "nesterov", values: { schedule: "convex", momentum: 0.9 } };
  assert.equal(idleReason(run, "momentum"), "the schedule sets it");
  run.values.schedule = "constant";
  assert.equal(idleReason(run, "momentum"), "");
});

test("a link has no character that a chat or Markdown would cut off", () => {
  store.specification = { linked: ["view"] };
  const link = linkOf({ objective: "(x+y)^4*[1]!'~", objective_parameters: {}, start: null, steps: 10, runs: [adam()], edit: 0, view: [-1, 1, 0, 2] });
  assert.match(link, /^[\w=&%.-]*$/);
  const fields = Object.fromEntries(link.split("&").map((field) => field.split("=").map(decodeURIComponent)));
  assert.equal(fields.f, "(x+y)^4*[1]!'~");
  assert.equal(fields.run, "adam,learning_rate:0.001,a:1,b:100,epsilon:1e-8");
  assert.equal(fields.view, "-1,1,0,2");
});
