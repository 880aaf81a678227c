import assert from "node:assert/strict";
import { test } from "node:test";
import {
  divide,
  lineAmount,
  money,
  parse,
  spread,
  totals,
} from "../../../static/js/quotes/totals.js";

/** @param {string} quantity @param {string} price @param {string} rate */
function line(quantity, price, rate = "10") {
  const [a, b, c] = [parse(quantity), parse(price), parse(rate)];
  assert.ok(a !== null && b !== null && c !== null);
  return { quantity: a, unitPrice: b, taxRate: c };
}

test("numbers are read as people type them", () => {
  assert.equal(parse("1,234.5"), 12_345_000n);
  assert.equal(parse("１２"), 120_000n);
  assert.equal(parse("0.1000"), 1_000n);
  assert.equal(parse("-3"), -30_000n);
  assert.equal(parse(""), null);
  assert.equal(parse("12a"), null);
});

test("rounding is by magnitude", () => {
  assert.deepEqual(
    ["floor", "half_up", "ceil"].map((rule) =>
      [15n, -15n, 14n].map((n) => divide(n, 10n, /** @type {"floor"} */ (rule))),
    ),
    [
      [1n, -1n, 1n],
      [2n, -2n, 1n],
      [2n, -2n, 2n],
    ],
  );
});

test("tax is computed once per rate: 3 x 105 yen give 31, not 30", () => {
  const lines = [line("1", "105"), line("1", "105"), line("1", "105"), line("1", "99", "8")];

  const result = totals(lines, 0n, "floor", 1n);

  assert.equal(result?.subtotal, 414n);
  assert.equal(result?.tax, 38n);
  assert.deepEqual(
    result?.byRate.map((one) => [one.net, one.tax]),
    [
      [315n, 31n],
      [99n, 7n],
    ],
  );
});

test("a line is rounded only when it is finer than the currency", () => {
  assert.equal(lineAmount(line("12", "8.75"), "floor", 1n), 105n);
  assert.equal(lineAmount(line("1", "8.75"), "floor", 1n), 8n);
  assert.equal(lineAmount(line("1", "8.75"), "floor", 100n), 875n);
});

test("a discount is spread to the last unit, and never above the lines", () => {
  const sums = new Map([
    [100_000n, 200n],
    [80_000n, 100n],
  ]);

  assert.deepEqual(
    [...(spread(100n, sums) ?? [])],
    [
      [100_000n, 67n],
      [80_000n, 33n],
    ],
  );
  assert.equal(spread(301n, sums), null);
});

test("amounts are written with their currency", () => {
  assert.equal(money(1_234_567n, "JPY"), "¥1,234,567");
  assert.equal(money(-350n, "USD"), "−US$3.50");
});
