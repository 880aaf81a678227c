// <form-rows data-prefix="lines">: adds a row to a Django formset in place. Without this module
// the same button saves the draft and comes back with more rows.

/**
 * Number the empty row of a formset.
 * @param {string} html the empty form with __prefix__ where its number goes
 * @param {number} index
 */
export function numbered(html, index) {
  return html.replaceAll("__prefix__", String(index));
}

if (typeof HTMLElement !== "undefined") {
  class FormRows extends HTMLElement {
    /** @type {AbortController | null} */
    #ending = null;

    connectedCallback() {
      this.#ending = new AbortController();
      const button = this.querySelector("button[name=add]");
      button?.addEventListener("click", (event) => this.#add(event), {
        signal: this.#ending.signal,
      });
    }

    disconnectedCallback() {
      this.#ending?.abort();
    }

    /** @param {Event} event */
    #add(event) {
      const total = this.querySelector(`input[name="${this.dataset.prefix}-TOTAL_FORMS"]`);
      const template = this.querySelector("template");
      const rows = this.querySelector("[data-rows]");
      if (!(total instanceof HTMLInputElement) || !template || !rows) return;
      event.preventDefault();
      rows.insertAdjacentHTML("beforeend", numbered(template.innerHTML, Number(total.value)));
      total.value = String(Number(total.value) + 1);
      const first = rows.lastElementChild?.querySelector("input, select, textarea");
      if (first instanceof HTMLElement) first.focus();
    }
  }
  customElements.define("form-rows", FormRows);
}
