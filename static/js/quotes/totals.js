// The totals of a quote while it is typed: exact, on whole numbers; the server's totals count.
// A number is a count of ten-thousandths (BigInt), as many places as a unit price may have.

/** @typedef {"floor" | "half_up" | "ceil"} Rounding */
/** @typedef {{ quantity: bigint, unitPrice: bigint, taxRate: bigint }} Line */

export const SCALE = 10_000n;

/**
 * Read a number as people type it; null when it is none.
 * @param {string} text
 * @returns {bigint | null}
 */
export function parse(text) {
  const plain = text.normalize("NFKC").replaceAll(",", "").trim();
  const match = /^(-?)(\d+)(?:\.(\d{0,4})0*)?$/.exec(plain);
  if (!match) return null;
  const [, sign, whole = "0", places = ""] = match;
  const value = BigInt(whole) * SCALE + BigInt(places.padEnd(4, "0"));
  return sign ? -value : value;
}

/**
 * Divide and round by magnitude, so that a credit mirrors its charge.
 * @param {bigint} numerator
 * @param {bigint} denominator positive
 * @param {Rounding} rule
 */
export function divide(numerator, denominator, rule) {
  const size = numerator < 0n ? -numerator : numerator;
  let whole = size / denominator;
  const rest = size % denominator;
  if (rest > 0n && (rule === "ceil" || (rule === "half_up" && 2n * rest >= denominator))) {
    whole += 1n;
  }
  return numerator < 0n ? -whole : whole;
}

/**
 * The amount of a line in the smallest unit of the currency.
 * @param {Line} line
 * @param {Rounding} rule
 * @param {bigint} minor how many smallest units make one
 */
export function lineAmount(line, rule, minor) {
  return divide(line.quantity * line.unitPrice * minor, SCALE * SCALE, rule);
}

/**
 * Spread a discount over the rates by their sums, to the last unit (largest remainder first).
 * @param {bigint} discount
 * @param {Map<bigint, bigint>} sums
 * @returns {Map<bigint, bigint> | null} null when there is less than the discount
 */
export function spread(discount, sums) {
  const bases = [...sums].map(([rate, sum]) => ({ rate, base: sum > 0n ? sum : 0n }));
  const whole = bases.reduce((total, one) => total + one.base, 0n);
  if (discount === 0n) return new Map(bases.map((one) => [one.rate, 0n]));
  if (discount < 0n || discount > whole) return null;
  const shares = bases.map(({ rate, base }) => ({
    rate,
    given: (discount * base) / whole,
    rest: (discount * base) % whole,
  }));
  let left = discount - shares.reduce((total, one) => total + one.given, 0n);
  const order = [...shares].sort((a, b) => {
    if (a.rest !== b.rest) return a.rest > b.rest ? -1 : 1;
    return a.rate > b.rate ? -1 : 1;
  });
  for (const one of order) {
    if (left <= 0n) break;
    one.given += 1n;
    left -= 1n;
  }
  return new Map(shares.map((one) => [one.rate, one.given]));
}

/**
 * Add up a quote: tax once per rate on what the discount leaves; all in smallest units.
 * @param {Line[]} lines
 * @param {bigint} discount in smallest units
 * @param {Rounding} rule
 * @param {bigint} minor
 */
export function totals(lines, discount, rule, minor) {
  /** @type {Map<bigint, bigint>} */
  const sums = new Map();
  for (const line of lines) {
    const amount = lineAmount(line, rule, minor);
    sums.set(line.taxRate, (sums.get(line.taxRate) ?? 0n) + amount);
  }
  const shares = spread(discount, sums);
  if (!shares) return null;
  const byRate = [...sums]
    .sort(([a], [b]) => (a > b ? -1 : 1))
    .map(([rate, sum]) => {
      const net = sum - (shares.get(rate) ?? 0n);
      return { rate, net, tax: divide(net * rate, 100n * SCALE, rule) };
    });
  const linesSum = [...sums.values()].reduce((total, one) => total + one, 0n);
  const subtotal = byRate.reduce((total, one) => total + one.net, 0n);
  const tax = byRate.reduce((total, one) => total + one.tax, 0n);
  return { linesSum, discount, subtotal, tax, total: subtotal + tax, byRate };
}

/**
 * Write an amount of smallest units: ¥1,234 or US$3.50.
 * @param {bigint} units
 * @param {string} currency
 */
export function money(units, currency) {
  const places = currency === "JPY" ? 0 : 2;
  const symbol = { JPY: "¥", USD: "US$", EUR: "€" }[currency] ?? `${currency} `;
  const size = (units < 0n ? -units : units).toString().padStart(places + 1, "0");
  const whole = size.slice(0, size.length - places).replaceAll(/\B(?=(\d{3})+$)/g, ",");
  const rest = places ? `.${size.slice(-places)}` : "";
  return `${units < 0n ? "−" : ""}${symbol}${whole}${rest}`;
}
