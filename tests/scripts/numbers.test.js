/* Numbers as people read and write them (dom/numbers.js, dom/refusals.js). */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as numbers from "../../assets/js/dom/numbers.js";
import { numberRefusal, readNumber } from "../../assets/js/dom/refusals.js";

const some = () => {
  const found = [0, 1, -1, 0.1, 1 / 3, 166.66666666666683, 1.0000000000000009, 1e-300, 5e-324, 1.7976931348623157e308];
  for (let power = -30; power <= 30; power += 1.7) found.push(Math.PI * 10 ** power, -Math.E * 10 ** power);
  return found;
};

test("a chosen number is told by a text that reads back as the same number", () => {
  for (const value of some()) {
    assert.equal(Number(numbers.numberText(value)), value);
    assert.equal(readNumber(numbers.numberText(value)), value);
  }
});

test("brief texts of different numbers differ", () => {
  const near = [0.1, 0.1 + 2 ** -55, 0.1000001, 0.1000002, 1, 1 + 2 ** -52];
  assert.equal(new Set(numbers.briefTexts(near)).size, near.length);
  assert.deepEqual(numbers.briefTexts([1 / 3]), ["0.3333"]);
});

test("rounding makes no 0 and no 1 of another number", () => {
  for (const value of [1 - 2 ** -53, 1 + 2 ** -52, 0.99999, 1e-300]) {
    const near = numbers.rounded(value, 3);
    assert.ok(near !== 0 && near !== 1, `${value} became ${near}`);
  }
});

test("the ends of a narrow range stay two numbers", () => {
  const [low, high] = numbers.roundedRanges([1, 1 + 1e-12, 0, 1]);
  assert.ok(low < high);
});

test("numbers are read as people write them", () => {
  const cases = [["−1,25", -1.25], [" 7 ", 7], ["12 000", 12000], ["1e-3", 1e-3], [".5", 0.5], ["1.2.3", NaN], ["", NaN], ["1,2,3", NaN]];
  for (const [text, value] of cases) assert.equal(readNumber(text), value, text);
  assert.equal(readNumber("1,500", true), 1500);
  assert.equal(readNumber("1,500"), 1.5);
});

test("a refusal names the label, the text and what is allowed", () => {
  const range = { low: 0, high: null, open_low: true, open_high: true, whole: false, words: "above 0" };
  const why = (text) => numberRefusal("Learning rate", text, readNumber(text), range);
  assert.equal(why("0.1"), "");
  for (const text of ["0", "-3", "x", ""]) assert.match(why(text), /Learning rate takes a number above 0/);
  assert.match(why("-3"), /“-3”/);
});
