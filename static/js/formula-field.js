// <formula-field data-names="id of a json_script">: offers the names of KPIs while a formula is written.
import { completed, completionsOf } from "./completions.js";

class FormulaField extends HTMLElement {
  /** @type {import("./completions.js").Completions} */
  #found = { start: 0, options: [] };
  #active = -1;

  connectedCallback() {
    const field = this.querySelector("textarea, input");
    const source = document.getElementById(this.dataset.names ?? "");
    const isField = field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement;
    if (!isField || !source?.textContent) return;
    this.field = field;
    /** @type {string[]} */
    this.names = JSON.parse(source.textContent);
    this.list = document.createElement("ul");
    this.list.className = "completions";
    this.list.id = `${field.id}-names`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "KPIの名称");
    field.after(this.list);
    for (const [name, value] of [
      ["role", "combobox"],
      ["autocomplete", "off"],
      ["aria-autocomplete", "list"],
      ["aria-controls", this.list.id],
      ["aria-expanded", "false"],
    ]) {
      field.setAttribute(name ?? "", value ?? "");
    }
    field.addEventListener("input", () => this.#offer());
    field.addEventListener("blur", () => this.#show({ start: 0, options: [] }));
    field.addEventListener("keydown", (event) => this.#onKey(/** @type {KeyboardEvent} */ (event)));
    this.list.addEventListener("pointerdown", (event) => {
      const option = event.target instanceof Element ? event.target.closest("li") : null;
      event.preventDefault();
      if (option?.textContent) this.#choose(option.textContent);
    });
  }

  #offer() {
    const { field } = this;
    if (!field) return;
    this.#show(completionsOf(field.value, field.selectionStart ?? 0, this.names ?? []));
  }

  /** @param {import("./completions.js").Completions} found */
  #show(found) {
    this.#found = found;
    this.#active = -1;
    const options = found.options.map((name, at) => {
      const option = document.createElement("li");
      option.id = `${this.list?.id}-${at}`;
      option.setAttribute("role", "option");
      option.textContent = name;
      return option;
    });
    this.list?.replaceChildren(...options);
    if (this.list) this.list.hidden = options.length === 0;
    this.field?.setAttribute("aria-expanded", String(options.length > 0));
    this.field?.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { options } = this.#found;
    if (event.isComposing || event.keyCode === 229 || !options.length) return;
    const name = options[this.#active];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#mark((this.#active + step + options.length) % options.length);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.#show({ start: 0, options: [] });
    } else if ((event.key === "Enter" || event.key === "Tab") && name !== undefined) {
      event.preventDefault();
      this.#choose(name);
    }
  }

  /** @param {number} place */
  #mark(place) {
    this.#active = place;
    [...(this.list?.children ?? [])].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === place));
      if (at === place) this.field?.setAttribute("aria-activedescendant", option.id);
    });
  }

  /** @param {string} name */
  #choose(name) {
    const { field } = this;
    if (!field) return;
    const caret = field.selectionStart ?? field.value.length;
    const done = completed(field.value, caret, this.#found.start, name);
    field.value = done.text;
    field.setSelectionRange(done.caret, done.caret);
    this.#show({ start: 0, options: [] });
  }
}

customElements.define("formula-field", FormulaField);
