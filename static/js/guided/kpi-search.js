// <kpi-search>: shows only the KPIs that hold all the words typed. Without this module the whole
// list stands there and can be searched with the browser.

/**
 * Tell whether a text holds every one of the words, without case and width.
 * @param {string} text
 * @param {string} words
 */
export function holds(text, words) {
  const plain = text.normalize("NFKC").toLowerCase();
  const wanted = words.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  return wanted.every((word) => plain.includes(word));
}

if (typeof HTMLElement !== "undefined") {
  class KpiSearch extends HTMLElement {
    /** @type {AbortController | null} */
    #ending = null;

    connectedCallback() {
      this.#ending = new AbortController();
      const field = this.querySelector("[data-search]");
      if (field instanceof HTMLElement) field.hidden = false;
      const input = this.querySelector("input[type=search]");
      const options = { signal: this.#ending.signal };
      input?.addEventListener("input", () => this.#show(), options);
      input?.addEventListener(
        "keydown",
        (event) => {
          if (event instanceof KeyboardEvent && event.key === "Enter") event.preventDefault();
        },
        options,
      );
      this.addEventListener("change", () => this.#show(), options);
      this.#show();
    }

    disconnectedCallback() {
      this.#ending?.abort();
    }

    #show() {
      const input = this.querySelector("input[type=search]");
      const words = input instanceof HTMLInputElement ? input.value : "";
      let shown = 0;
      for (const row of this.querySelectorAll("[data-words]")) {
        if (!(row instanceof HTMLElement)) continue;
        row.hidden = !holds(`${row.dataset.words} ${row.textContent}`, words);
        if (!row.hidden) shown += 1;
      }
      const more = this.querySelector("[data-more]");
      if (more instanceof HTMLDetailsElement && words.trim()) more.open = true;
      const chosen = this.querySelectorAll("input[name=kpis]:checked").length;
      const count = this.querySelector("[data-count]");
      if (count instanceof HTMLElement)
        count.textContent = (count.dataset.count ?? "")
          .replace("{shown}", String(shown))
          .replace("{chosen}", String(chosen));
    }
  }
  customElements.define("kpi-search", KpiSearch);
}
