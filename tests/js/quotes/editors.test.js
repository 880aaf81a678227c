import assert from "node:assert/strict";
import { test } from "node:test";
import { numbered } from "../../../static/js/quotes/form-rows.js";
import { shares } from "../../../static/js/quotes/request-editor.js";

test("an added row gets its number everywhere", () => {
  const html = '<label for="id_lines-__prefix__-name"></label><input name="lines-__prefix__-name">';

  assert.equal(numbered(html, 7).includes("__prefix__"), false);
  assert.equal(numbered(html, 7).match(/lines-7-name/g)?.length, 2);
});

test("weights are shown as shares of all points", () => {
  const criteria = [
    { name: "価格", weight: 40 },
    { name: "納期遵守率", weight: 30 },
  ];

  const result = shares(criteria);

  assert.equal(result.total, 70);
  assert.deepEqual(result.rows, ["価格 40点（57.1%）", "納期遵守率 30点（42.9%）"]);
  assert.deepEqual(shares([{ name: "価格", weight: 0 }]).rows, ["価格 0点（0.0%）"]);
});
