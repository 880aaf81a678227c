import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ancestors,
  canShift,
  countBelow,
  revealed,
  step,
  visible,
} from "../../../static/js/kpi-tree/rows.js";

// goal ( ads ( ctr cpa ) sales ( rate ) )
const rows = [
  { id: "goal", level: 1 },
  { id: "ads", level: 2 },
  { id: "ctr", level: 3 },
  { id: "cpa", level: 3 },
  { id: "sales", level: 2 },
  { id: "rate", level: 3 },
];
const open = new Set();

/** @param {Set<string>} closed */
const seen = (closed) => visible(rows, closed).map((row) => row.id);

test("a closed row hides everything below it, also what is open in there", () => {
  assert.deepEqual(seen(new Set(["ads"])), ["goal", "ads", "sales", "rate"]);
  assert.deepEqual(seen(new Set(["goal", "sales"])), ["goal"]);
});

test("up and down go over what is hidden and stop at the ends", () => {
  const closed = new Set(["ads"]);

  assert.equal(step(rows, closed, "ads", "next").focus, "sales");
  assert.equal(step(rows, closed, "sales", "previous").focus, "ads");
  assert.equal(step(rows, closed, "goal", "previous").focus, "goal");
  assert.equal(step(rows, closed, "rate", "next").focus, "rate");
  assert.equal(step(rows, closed, "rate", "first").focus, "goal");
  assert.equal(step(rows, closed, "goal", "last").focus, "rate");
});

test("right opens, then goes in; on a leaf it stays", () => {
  const opened = step(rows, new Set(["ads"]), "ads", "open");

  assert.deepEqual(opened, { focus: "ads", closed: new Set() });
  assert.equal(step(rows, open, "ads", "open").focus, "ctr");
  assert.equal(step(rows, open, "ctr", "open").focus, "ctr");
});

test("left closes, then goes out; on the goal it stays", () => {
  assert.deepEqual(step(rows, open, "ads", "close").closed, new Set(["ads"]));
  assert.equal(step(rows, open, "cpa", "close").focus, "ads");
  assert.equal(step(rows, new Set(["goal"]), "goal", "close").focus, "goal");
});

test("a step from a row that is gone starts at the top", () => {
  assert.equal(step(rows, open, "gone", "next").focus, "goal");
});

test("a step leaves the set of closed rows as it was", () => {
  const closed = new Set(["ads"]);

  step(rows, closed, "ads", "open");

  assert.deepEqual(closed, new Set(["ads"]));
});

test("what is above and below a row", () => {
  assert.deepEqual(ancestors(rows, 3), ["ads", "goal"]);
  assert.deepEqual(ancestors(rows, 0), []);
  assert.equal(countBelow(rows, "goal"), 5);
  assert.equal(countBelow(rows, "sales"), 1);
  assert.equal(countBelow(rows, "rate"), 0);
});

test("a row is revealed by opening what is above it, and nothing else", () => {
  assert.deepEqual(revealed(rows, new Set(["ads", "sales"]), "ctr"), new Set(["sales"]));
});

test("a shift is possible only where there is a place", () => {
  const possible = (/** @type {string} */ id) =>
    ["up", "down", "in", "out"].filter((shift) => canShift(rows, id, shift));

  assert.deepEqual(possible("goal"), []);
  assert.deepEqual(possible("ads"), ["down"]);
  assert.deepEqual(possible("sales"), ["up", "in"]);
  assert.deepEqual(possible("ctr"), ["down", "out"]);
  assert.deepEqual(possible("cpa"), ["up", "in", "out"]);
  assert.deepEqual(possible("rate"), ["out"]);
});
