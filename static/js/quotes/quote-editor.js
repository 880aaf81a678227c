// <quote-editor>: shows amounts and totals while prices are typed, and lets a running automatic
// save end before the form is sent, so that nobody meets a conflict with their own draft.

import { lineAmount, money, parse, totals } from "./totals.js";

/** @typedef {import("./totals.js").Rounding} Rounding */

class QuoteEditor extends HTMLElement {
  /** @type {AbortController | null} */
  #ending = null;
  #isSaving = false;
  /** @type {HTMLElement | null} */
  #waiting = null;

  connectedCallback() {
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    this.addEventListener("input", () => this.#show(), { signal });
    this.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.addEventListener("htmx:beforeRequest", () => this.#busy(true), { signal });
    this.addEventListener("htmx:afterRequest", () => this.#busy(false), { signal });
    this.#showLines();
  }

  disconnectedCallback() {
    this.#ending?.abort();
  }

  /** @param {boolean} isSaving */
  #busy(isSaving) {
    this.#isSaving = isSaving;
    if (isSaving || !this.#waiting) return;
    const button = this.#waiting;
    this.#waiting = null;
    this.querySelector("form")?.requestSubmit(button);
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    if (!this.#isSaving) return;
    event.preventDefault();
    this.#waiting = event.submitter;
  }

  /** @returns {{ rule: Rounding, minor: bigint, currency: string }} */
  get #terms() {
    const currency = this.dataset.currency ?? "JPY";
    const rule = /** @type {Rounding} */ (this.dataset.rounding ?? "floor");
    return { rule, minor: currency === "JPY" ? 1n : 100n, currency };
  }

  /** @param {Element} row @param {string} name */
  #value(row, name) {
    const field = row.querySelector(`[name$="-${name}"]`);
    const isField = field instanceof HTMLInputElement || field instanceof HTMLSelectElement;
    return isField ? parse(field.value) : null;
  }

  #showLines() {
    const { rule, minor, currency } = this.#terms;
    const lines = [];
    for (const row of this.querySelectorAll("tr[data-line]")) {
      const own = row instanceof HTMLElement ? row.dataset.quantity : undefined;
      const quantity = own === undefined ? this.#value(row, "quantity") : parse(own);
      const unitPrice = this.#value(row, "unit_price");
      const isGone = row.querySelector('[name$="-DELETE"]:checked') !== null;
      const isPriced = quantity !== null && unitPrice !== null && !isGone;
      const line = {
        quantity: quantity ?? 0n,
        unitPrice: unitPrice ?? 0n,
        taxRate: this.#value(row, "tax_rate") ?? 0n,
      };
      const output = row.querySelector("[data-amount]");
      if (output)
        output.textContent = isPriced ? money(lineAmount(line, rule, minor), currency) : "–";
      if (isPriced) lines.push(line);
    }
    return lines;
  }

  #show() {
    const { rule, minor, currency } = this.#terms;
    const lines = this.#showLines();
    const field = this.querySelector("[name=discount]");
    const typed = field instanceof HTMLInputElement ? (parse(field.value || "0") ?? 0n) : 0n;
    const sums = this.querySelector("[data-sums]");
    const result = totals(lines, (typed * minor) / 10_000n, rule, minor);
    if (!sums || !result) return;
    const rows = [
      ["明細の合計", result.linesSum],
      ["値引き", -result.discount],
      ["見積金額（税抜）", result.subtotal],
      ...result.byRate.map((one) => [`消費税 ${Number(one.rate) / 10_000}%`, one.tax]),
      ["合計（税込）", result.total],
    ];
    sums.replaceChildren(
      ...rows.map(([label, units]) => {
        const pair = document.createElement("div");
        const term = document.createElement("dt");
        const description = document.createElement("dd");
        term.textContent = String(label);
        description.textContent = money(/** @type {bigint} */ (units), currency);
        pair.append(term, description);
        return pair;
      }),
    );
  }
}

customElements.define("quote-editor", QuoteEditor);
