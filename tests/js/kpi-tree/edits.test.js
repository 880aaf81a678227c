import assert from "node:assert/strict";
import { test } from "node:test";
import * as edits from "../../../static/js/kpi-tree/edits.js";
import { apply } from "../../../static/js/kpi-tree/tree.js";
import { drawn, makeTree } from "./trees.js";

const tree = makeTree("goal(a(a1 a2) b(b1))");

/** @param {edits.Edit | null} edit */
const after = (edit) => (edit?.command ? drawn(apply(edit.command, tree)) : null);

test("a KPI is added last, or at a place, with what it takes over", () => {
  const last = edits.add(tree, { id: "c", parentId: "goal", name: "新規" });
  assert.equal(after(last), "goal(a(a1 a2) b(b1) c)");
  const between = edits.add(tree, { id: "c", parentId: "goal", name: "新規", index: 1 });
  assert.equal(after(between), "goal(a(a1 a2) c b(b1))");
  assert.deepEqual(between.request, {
    ...{ kind: "add", id: "c", parent_id: "goal", index: 1 },
    settings: { name: "新規" },
  });
});

test("a KPI moves by one place, and not over the edge", () => {
  assert.equal(after(edits.shift(tree, "a2", "up")), "goal(a(a2 a1) b(b1))");
  assert.equal(after(edits.shift(tree, "a", "down")), "goal(b(b1) a(a1 a2))");
  assert.equal(after(edits.shift(tree, "b", "in")), "goal(a(a1 a2 b(b1)))");
  assert.equal(after(edits.shift(tree, "a1", "out")), "goal(a(a2) a1 b(b1))");
  for (const [id, way] of /** @type {[string, edits.Shift][]} */ ([
    ["a", "up"],
    ["b", "down"],
    ["a1", "in"],
    ["a", "out"],
    ["goal", "in"],
  ])) {
    assert.equal(edits.shift(tree, id, way), null, `${id} ${way}`);
  }
});

test("nothing moves below itself", () => {
  assert.equal(edits.move(tree, "a", "a1"), null);
  assert.equal(edits.move(tree, "goal", "a"), null);
});

test("fields that stay as they are make no edit; those of many make one", () => {
  assert.equal(edits.update(tree, [{ id: "a", fields: { name: "a" } }]), null);
  const one = edits.update(tree, [
    { id: "a", fields: { name: "a" } },
    { id: "b", fields: { weight: "2" } },
  ]);
  assert.equal(one?.request.kind, "update");
  const many = edits.update(tree, [
    { id: "a", fields: { weight: "3" } },
    { id: "b", fields: { weight: "2" } },
  ]);
  assert.equal(many?.request.kind, "bulk");
  const done = many?.command && apply(many.command, tree);
  assert.deepEqual([done?.node("a").fields.weight, done?.node("b").fields.weight], ["3", "2"]);
});

test("a branch is copied with ids of its own, that the server is told", () => {
  let made = 0;
  const edit = edits.copy(tree, "a", "b", undefined, () => `n${++made}`);
  assert.equal(after(edit), "goal(a(a1 a2) b(b1 n1(n2 n3)))");
  assert.deepEqual(edit.request.ids, { a: "n1", a1: "n2", a2: "n3" });
});

test("the goal stays", () => {
  assert.equal(edits.remove(tree, "goal"), null);
  assert.equal(after(edits.remove(tree, "a")), "goal(b(b1))");
});
