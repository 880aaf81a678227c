import assert from "node:assert/strict";
import { test } from "node:test";
import { holds } from "../../../static/js/guided/kpi-search.js";

test("a KPI is found by all of its words, whatever their case and width", () => {
  const text = "CTR（クリック率） クリック数 ÷ 表示回数";

  assert.ok(holds(text, "ｃｔｒ クリック"));
  assert.ok(holds(text, "　"));
  assert.equal(holds(text, "CTR 転換"), false);
});
