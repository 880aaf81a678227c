import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, collides, Misfit, parts, positionAt } from "../../../static/js/kpi-tree/tree.js";
import { drawn, makeTree } from "./trees.js";

const tree = makeTree("goal(a(a1 a2) b)");
/** @param {string} id @param {Record<string, any>} fields */
const update = (id, fields) => ({ kind: "update", payload: { id, fields } });
/** @param {string} id */
const remove = (id) => ({ kind: "delete", payload: { id, positions: {} } });
/** @param {string} id @param {string} parent_id */
const move = (id, parent_id) => ({
  kind: "move",
  payload: { id, parent_id, position: 9999, positions: {} },
});
const line = {
  id: "L",
  node_id: "a1",
  target_id: "b",
  kind: /** @type {const} */ ("reference"),
  note: "",
};

test("commands of the log lead from one tree to the next, and leave the old one as it was", () => {
  const node = { id: "c", parent_id: "b", position: 1, fields: { name: "c" } };
  const grown = apply({ kind: "add", payload: { nodes: [node], positions: { b: 1 } } }, tree);
  assert.equal(drawn(grown), "goal(b(c) a(a1 a2))");
  assert.equal(drawn(apply(move("a", "b"), tree)), "goal(b(a(a1 a2)))");
  assert.equal(drawn(apply(remove("a"), tree)), "goal(b)");
  assert.equal(apply(update("b", { name: "x" }), tree).node("b").fields.name, "x");
  assert.equal(drawn(tree), "goal(a(a1 a2) b)");
});

test("several commands are one, at any depth", () => {
  const inner = { kind: "batch", payload: { commands: [update("a", { name: "x" }), remove("b")] } };
  const outer = { kind: "batch", payload: { commands: [inner, move("a2", "a1")] } };
  assert.equal(drawn(apply(outer, tree)), "goal(a(a1(a2)))");
  assert.equal(parts(outer).length, 3);
});

test("lines go with the KPIs they hang from", () => {
  const linked = apply({ kind: "link", payload: { link: line } }, tree);
  assert.equal(linked.links.size, 1);
  assert.equal(apply(remove("a"), linked).links.size, 0);
  assert.equal(apply({ kind: "unlink", payload: { link: line } }, linked).links.size, 0);
  assert.throws(() => apply({ kind: "unlink", payload: { link: line } }, tree), Misfit);
});

test("what does not fit is refused", () => {
  assert.throws(() => apply(move("a", "a1"), tree), Misfit);
  assert.throws(() => apply(move("goal", "a"), tree), Misfit);
  assert.throws(() => apply(remove("gone"), tree), Misfit);
  assert.throws(() => apply({ kind: "explode", payload: {} }, tree), Misfit);
  const twice = { id: "a", parent_id: "b", position: 1, fields: {} };
  assert.throws(() => apply({ kind: "add", payload: { nodes: [twice] } }, tree), Misfit);
});

test("a place is found between siblings, also where the gap is used up", () => {
  /** @param {number[]} positions */
  const siblings = (positions) =>
    positions.map((position) => ({ id: `n${position}`, parent_id: "p", position, fields: {} }));
  assert.deepEqual(positionAt([], 0), [1024, {}]);
  assert.deepEqual(positionAt(siblings([1024]), 1), [2048, {}]);
  assert.deepEqual(positionAt(siblings([1024, 2048]), 1), [1536, {}]);
  const [position, moved] = positionAt(siblings([1, 2]), 1);
  assert.deepEqual([position, moved], [2048, { n1: 1024, n2: 3072 }]);
});

test("a line is offered only where it says something new", () => {
  const linked = apply({ kind: "link", payload: { link: line } }, tree);
  const to = (/** @type {string} */ from, /** @type {string} */ target, kind = "influence") =>
    linked.canLink({ node_id: from, target_id: target, kind: /** @type {any} */ (kind) });
  assert.equal(to("a1", "b"), false);
  assert.equal(to("a1", "a"), false);
  assert.equal(to("a", "a1", "reference"), false);
  assert.equal(to("a", "a1"), true);
  assert.equal(to("a2", "b", "reference"), true);
});

test("two people meet only where they change the same thing", () => {
  assert.equal(collides(update("a", { name: "x" }), update("a", { name: "y" }), tree), true);
  assert.equal(collides(update("a", { name: "x" }), update("a", { weight: "2" }), tree), false);
  assert.equal(collides(update("a", { name: "x" }), move("a", "b"), tree), false);
  assert.equal(collides(move("a1", "b"), move("a1", "goal"), tree), true);
  const without = apply(remove("a"), tree);
  assert.equal(collides(update("a1", { name: "x" }), remove("a"), without), true);
  assert.equal(collides(update("b", { name: "x" }), remove("a"), without), false);
  assert.equal(collides(remove("a"), update("a1", { name: "y" }), tree), true);
  assert.equal(collides(remove("a"), update("b", { name: "y" }), tree), false);
});
