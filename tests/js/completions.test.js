import assert from "node:assert/strict";
import { test } from "node:test";
import { completed, completionsOf } from "../../static/js/completions.js";

const NAMES = ["客数", "客単価", "来店客数", "ROI", "売上 (税抜)"];

/** @param {string} text */
const offered = (text) => completionsOf(text, text.length, NAMES).options;

test("names are offered from the first letter on, those that begin with it first", () => {
  assert.deepEqual(offered("客"), ["客数", "客単価", "来店客数"]);
  assert.deepEqual(offered("[来店客数] × 客単"), ["客単価"]);
  assert.deepEqual(offered("1 + roi"), ["ROI"]);
});

test("an open bracket offers all, also names with spaces", () => {
  assert.equal(offered("[").length, 5);
  assert.deepEqual(offered("100 * [売上 ("), ["売上 (税抜)"]);
});

test("numbers, signs and what is closed offer nothing", () => {
  for (const text of ["", "100", "[客数]", "[客数] + ", "1.5%", "見知らぬ名"]) {
    assert.deepEqual(offered(text), [], text);
  }
});

test("a chosen name stands in brackets, and the rest stays", () => {
  const text = "[来店客数] × 客単 ÷ 2";
  const caret = text.indexOf(" ÷");
  const { start } = completionsOf(text, caret, NAMES);
  const done = completed(text, caret, start, "客単価");
  assert.equal(done.text, "[来店客数] × [客単価] ÷ 2");
  assert.equal(done.text.slice(0, done.caret), "[来店客数] × [客単価]");
});

test("brackets are not doubled", () => {
  const text = "[客] + 1";
  const { start } = completionsOf(text, 2, NAMES);
  assert.equal(completed(text, 2, start, "客数").text, "[客数] + 1");
});
