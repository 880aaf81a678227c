// <request-criteria>: fills a criterion from the KPI that is chosen, and shows the share of points.

/**
 * Write each weight with its share of all points.
 * @param {{ name: string, weight: number }[]} criteria
 */
export function shares(criteria) {
  const total = criteria.reduce((sum, one) => sum + one.weight, 0);
  const rows = criteria.map(
    (one) =>
      `${one.name} ${one.weight}点（${total ? ((one.weight * 100) / total).toFixed(1) : "0.0"}%）`,
  );
  return { total, rows };
}

if (typeof HTMLElement !== "undefined") {
  class RequestCriteria extends HTMLElement {
    /** @type {AbortController | null} */
    #ending = null;

    connectedCallback() {
      this.#ending = new AbortController();
      const { signal } = this.#ending;
      this.addEventListener("change", (event) => this.#fill(event.target), { signal });
      this.addEventListener("input", () => this.#show(), { signal });
    }

    disconnectedCallback() {
      this.#ending?.abort();
    }

    /** @param {EventTarget | null} target */
    #fill(target) {
      if (target instanceof HTMLSelectElement && target.name.endsWith("-kpi")) {
        const text = this.querySelector("#criterion-kpis")?.textContent ?? "{}";
        const kpi = JSON.parse(text)[target.value];
        const row = target.closest("[data-row]");
        for (const name of kpi && row ? ["name", "definition", "unit", "direction"] : []) {
          const field = row?.querySelector(`[name$="-${name}"]`);
          if (
            field instanceof HTMLInputElement ||
            field instanceof HTMLTextAreaElement ||
            field instanceof HTMLSelectElement
          ) {
            field.value = kpi[name];
          }
        }
      }
      this.#show();
    }

    /** @param {Element | Document} place @param {string} name */
    #text(place, name) {
      const field = place.querySelector(`[name$="${name}"]`);
      return field instanceof HTMLInputElement ? field.value.normalize("NFKC").trim() : "";
    }

    #show() {
      const target = this.querySelector("[data-weights]");
      if (!target) return;
      const price = { name: "価格", weight: Number(this.#text(this, "price_weight")) || 0 };
      const rows = [...this.querySelectorAll("[data-row]")].filter(
        (row) => !row.querySelector('[name$="-DELETE"]:checked') && this.#text(row, "-weight"),
      );
      const named = rows.map((row) => ({
        name: this.#text(row, "-name") || "（名前なし）",
        weight: Number(this.#text(row, "-weight")) || 0,
      }));
      const method = this.querySelector('[name="method"]');
      const isDivided = method instanceof HTMLSelectElement && method.value === "division";
      const result = shares(isDivided ? named : [price, ...named]);
      const head = document.createElement("strong");
      head.textContent = `配点の合計 ${result.total}点`;
      target.replaceChildren(
        head,
        ...result.rows.map((text) => {
          const part = document.createElement("span");
          part.textContent = text;
          return part;
        }),
      );
    }
  }
  customElements.define("request-criteria", RequestCriteria);
}
