import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf } from "../../../static/js/kpi-tree/rows.js";
import { tagsOf } from "../../../static/js/kpi-tree/view.js";
import { makeTree } from "./trees.js";

/** @param {Record<string, string>} fields */
function tags(fields) {
  const tree = makeTree("goal(a)");
  const node = { ...tree.node("a"), fields: { name: "a", ...fields } };
  const row = rowsOf(tree.withNodes([node]), new Set()).find((one) => one.id === "a");
  assert.ok(row);
  return tagsOf(row, "2026-11-23");
}

test("a card says when its KPI begins and ends", () => {
  assert.deepEqual(tags({}), []);
  assert.deepEqual(tags({ retired_from: "2026-11-01" }), ["終了"]);
  assert.deepEqual(tags({ retired_from: "2027-01-01" }), ["2027年1月で終了"]);
  assert.deepEqual(tags({ counts_from: "2026-12-01" }), ["2026年12月から"]);
  assert.deepEqual(tags({ counts_from: "2026-11-01" }), []);
});

test("the goal and a reference are marked", () => {
  const link = {
    id: "L",
    node_id: "b",
    target_id: "a",
    kind: /** @type {const} */ ("reference"),
    note: "",
  };
  const rows = rowsOf(makeTree("goal(a b)", [link]), new Set());
  assert.deepEqual(
    rows.map((row) => tagsOf(row, "2026-11-23")),
    [["KGI"], [], ["参照"], []],
  );
});
