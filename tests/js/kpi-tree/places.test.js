import assert from "node:assert/strict";
import { test } from "node:test";
import { indented } from "../../../static/js/kpi-tree/clipboard.js";
import { placeOf, whereAt } from "../../../static/js/kpi-tree/drag.js";
import {
  branches,
  CARD,
  influences,
  layoutOf,
  references,
} from "../../../static/js/kpi-tree/layout.js";
import { rowsOf } from "../../../static/js/kpi-tree/rows.js";
import { makeTree } from "./trees.js";

const link = {
  id: "L",
  node_id: "a1",
  target_id: "b",
  kind: /** @type {const} */ ("reference"),
  note: "",
};
const pull = {
  ...link,
  id: "I",
  node_id: "b",
  target_id: "a",
  kind: /** @type {const} */ ("influence"),
};
const tree = makeTree("goal(a(a1 a2) b(b1))", [link, pull]);
const rows = rowsOf(tree, new Set());

test("no two cards overlap, a parent stands left of its children and between them", () => {
  const { places, width, height } = layoutOf(rows);
  const all = [...places.values()];
  assert.equal(all.length, 7);
  for (const [at, one] of all.entries()) {
    assert.ok(
      one.x >= 0 && one.y >= 0 && one.x + CARD.width <= width && one.y + CARD.height <= height,
    );
    for (const other of all.slice(at + 1)) {
      const isApart =
        Math.abs(one.x - other.x) >= CARD.width || Math.abs(one.y - other.y) >= CARD.height;
      assert.ok(isApart);
    }
  }
  const [a, a1, a2] = ["a", "a1", "a2"].map((key) => places.get(key));
  assert.ok(a && a1 && a2 && a.x < a1.x && a1.y < a.y && a.y < a2.y);
});

test("each line has its own drawing", () => {
  const { places } = layoutOf(rows);
  assert.equal(branches(rows, places).split("M").length - 1, 5);
  assert.equal(references(rows, places).split("M").length - 1, 1);
  assert.equal(influences(tree.links.values(), places).split("M").length - 1, 1);
  const closed = rowsOf(tree, new Set(["goal"]));
  assert.equal(influences(tree.links.values(), layoutOf(closed).places), "");
});

test("an empty tree has an empty drawing", () => {
  assert.deepEqual(layoutOf([]), { places: new Map(), width: 0, height: 0 });
});

test("the height of a drop says where it leads; nothing stands beside the goal", () => {
  assert.equal(whereAt(0.1, false), "before");
  assert.equal(whereAt(0.5, false), "below");
  assert.equal(whereAt(0.9, false), "after");
  assert.equal(whereAt(0.1, true), "below");
});

test("a drop leads to a parent and an index among the others", () => {
  assert.deepEqual(placeOf(tree, "a1", "b", "below"), { parentId: "b", index: undefined });
  assert.deepEqual(placeOf(tree, "b", "a", "before"), { parentId: "goal", index: 0 });
  assert.deepEqual(placeOf(tree, "a1", "a2", "after"), { parentId: "a", index: 1 });
  assert.equal(placeOf(tree, "a", "a1", "below"), null);
  assert.equal(placeOf(tree, "a", "a", "below"), null);
  assert.equal(placeOf(tree, "a", "goal", "before"), null);
  assert.equal(placeOf(tree, "a", "gone", "below"), null);
});

test("a branch is written as an indented list", () => {
  assert.equal(indented(tree, "a"), "a\n\ta1\n\ta2");
});
