import assert from "node:assert/strict";
import { test } from "node:test";
import { themed } from "../../static/js/chart-theme.js";

const theme = { text: "black", muted: "grey", line: "silver", font: "sans-serif" };

test("the page's look goes over the layout and keeps what the server said", () => {
  const layout = { xaxis: { range: [0, 100] }, yaxis: { title: { text: "%" } }, height: 200 };

  const result = themed(layout, theme);

  assert.equal(result.font.color, "black");
  assert.deepEqual(result.xaxis.range, [0, 100]);
  assert.equal(result.yaxis.title.text, "%");
  assert.equal(result.height, 200);
});

test("the figure from the server stays as it is", () => {
  const layout = { xaxis: {} };

  themed(layout, theme);

  assert.deepEqual(layout, { xaxis: {} });
});
