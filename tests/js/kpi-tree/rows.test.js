import assert from "node:assert/strict";
import { test } from "node:test";
import {
  found,
  levelsInSight,
  revealed,
  rowsOf,
  step,
  toLevel,
} from "../../../static/js/kpi-tree/rows.js";
import { makeTree } from "./trees.js";

const tree = makeTree("goal(ads(ctr cpa)sales(rate))");

/**
 * @param {Iterable<string>} [closed]
 * @param {import("../../../static/js/kpi-tree/tree.js").Tree} [of]
 */
const rows = (closed = [], of = tree) => rowsOf(of, new Set(closed));

/** @param {Iterable<string>} closed */
const keys = (closed) => rows(closed).map((row) => row.key);

test("a closed KPI hides everything below it, also what is open in there", () => {
  assert.deepEqual(keys([]), ["goal", "ads", "ctr", "cpa", "sales", "rate"]);
  assert.deepEqual(keys(["ads"]), ["goal", "ads", "sales", "rate"]);
  assert.deepEqual(keys(["goal", "sales"]), ["goal"]);
});

test("a row knows its depth and its place among its siblings", () => {
  const cpa = rows().find((row) => row.id === "cpa");
  assert.deepEqual([cpa?.depth, cpa?.place, cpa?.size, cpa?.below], [2, 2, 2, 0]);
  const ads = rows(["ads"]).find((row) => row.id === "ads");
  assert.deepEqual([ads?.below, ads?.isClosed], [2, true]);
});

test("a reference stands last below its second parent, without what is below it", () => {
  const links = [
    {
      id: "L1",
      node_id: "ads",
      target_id: "sales",
      kind: /** @type {const} */ ("reference"),
      note: "",
    },
    {
      id: "L2",
      node_id: "ctr",
      target_id: "sales",
      kind: /** @type {const} */ ("influence"),
      note: "",
    },
  ];
  const seen = rows([], makeTree("goal(ads(ctr cpa)sales(rate))", links));
  assert.deepEqual(
    seen.map((row) => row.key),
    ["goal", "ads", "ctr", "cpa", "sales", "rate", "L1"],
  );
  const last = seen.at(-1);
  assert.deepEqual([last?.id, last?.parent, last?.place, last?.size], ["ads", "sales", 2, 2]);
});

test("arrows walk over what is in sight, and stop at the ends", () => {
  const closed = new Set(["ads"]);
  assert.equal(step(rows(closed), closed, "ads", "next").focus, "sales");
  assert.equal(step(rows(closed), closed, "sales", "previous").focus, "ads");
  assert.equal(step(rows(closed), closed, "goal", "previous").focus, "goal");
  assert.equal(step(rows(closed), closed, "rate", "next").focus, "rate");
  assert.equal(step(rows(closed), closed, "rate", "first").focus, "goal");
  assert.equal(step(rows(closed), closed, "goal", "last").focus, "rate");
});

test("→ opens, then goes in; ← closes, then goes out", () => {
  const closed = new Set(["ads"]);
  const opened = step(rows(closed), closed, "ads", "open");
  assert.deepEqual([opened.focus, opened.closed.has("ads")], ["ads", false]);
  assert.equal(step(rows(), new Set(), "ads", "open").focus, "ctr");
  assert.equal(step(rows(), new Set(), "ctr", "open").focus, "ctr");
  const shut = step(rows(), new Set(), "ads", "close");
  assert.deepEqual([shut.focus, shut.closed.has("ads")], ["ads", true]);
  assert.equal(step(rows(closed), closed, "ads", "close").focus, "goal");
  assert.equal(step(rows(), new Set(), "ctr", "close").focus, "ads");
});

test("a key on a row that is out of sight starts at the top", () => {
  const closed = new Set(["ads"]);
  assert.equal(step(rows(closed), closed, "ctr", "next").focus, "goal");
});

test("revealing a KPI opens what is above it, and nothing else", () => {
  const open = revealed(tree, new Set(["goal", "ads", "sales"]), "ctr");
  assert.deepEqual([...open], ["sales"]);
});

test("a level closes what is at its edge; level 0 opens all", () => {
  assert.deepEqual(
    [...rows(toLevel(tree, 1))].map((row) => row.id),
    ["goal"],
  );
  assert.deepEqual(
    [...rows(toLevel(tree, 2))].map((row) => row.id),
    ["goal", "ads", "sales"],
  );
  assert.equal(rows(toLevel(tree, 0)).length, 6);
});

test("a big tree opens with as many levels as fit in sight", () => {
  assert.equal(levelsInSight(tree, 10), 0);
  assert.equal(levelsInSight(tree, 3), 2);
  assert.equal(levelsInSight(tree, 2), 1);
});

test("the search folds width and case, and finds in the order of the tree", () => {
  assert.deepEqual(found(tree, "ＡＤ"), ["ads"]);
  assert.deepEqual(found(tree, "a"), ["goal", "ads", "cpa", "sales", "rate"]);
  assert.deepEqual(found(tree, " "), []);
});
