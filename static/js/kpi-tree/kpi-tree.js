// <kpi-tree>: keys, folding and focus over the editor that the server renders and HTMX replaces.
import { actionOf } from "./keys.js";
import { askToDelete, editName } from "./prompts.js";
import { canShift, countBelow, revealed, step } from "./rows.js";
import { dressUp, fold, rowsOf } from "./treegrid.js";

const SHIFTS = ["up", "down", "in", "out"];
const STEPS = ["previous", "next", "open", "close", "first", "last"];

// What outlives the element, which is replaced by every answer of the server.
/**
 * @type {{ tree: string, closed: Set<string>, focus: string | null, isBusy: boolean,
 *   waiting: import("./keys.js").Action[] }}
 */
const kept = { tree: "", closed: new Set(), focus: null, isBusy: false, waiting: [] };
const narrow = matchMedia("(width < 48rem)");

class KpiTree extends HTMLElement {
  /** @type {AbortController | null} */
  #ending = null;
  /** @type {Map<string, HTMLElement>} */
  #elements = new Map();
  /** @type {import("./rows.js").Row[]} */
  #rows = [];
  #current = "";

  connectedCallback() {
    const grid = this.querySelector("[data-grid]");
    if (!(grid instanceof HTMLElement)) return;
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    dressUp(grid, "KPIツリー", this.dataset.readonly !== undefined);
    this.#elements = rowsOf(grid);
    this.#rows = [...this.#elements].map(([id, row]) => ({
      id,
      level: Number(row.dataset.level),
    }));
    this.#restore();
    grid.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    grid.addEventListener("click", (event) => this.#onClick(event), { signal });
    grid.addEventListener("focusin", (event) => this.#onFocus(event), { signal });
    document.addEventListener("keydown", (event) => this.#onHistoryKey(event), { signal });
    this.addEventListener("htmx:beforeRequest", () => this.#remember(), { signal });
    this.addEventListener("htmx:sendError", () => this.#giveUp(), { signal });
    this.addEventListener("htmx:responseError", () => this.#giveUp(), { signal });
    this.#continue();
  }

  disconnectedCallback() {
    this.#ending?.abort();
  }

  /** Come back to where the person was before the server's answer replaced everything. */
  #restore() {
    const selected = this.dataset.selected ?? this.#rows[0]?.id ?? "";
    if (kept.tree !== this.dataset.add) kept.closed = new Set();
    kept.tree = this.dataset.add ?? "";
    kept.closed = revealed(this.#rows, kept.closed, selected);
    fold(this.#elements, kept.closed);
    this.#makeCurrent(selected);
    const trouble = this.querySelector("[data-trouble]");
    if (trouble instanceof HTMLElement) {
      trouble.focus();
      kept.focus = null;
    }
    if (kept.focus !== null) {
      const control = kept.focus ? this.querySelector(kept.focus) : null;
      const target = control instanceof HTMLElement ? control : this.#elements.get(selected);
      target?.focus();
      if (target instanceof HTMLInputElement) target.select();
      kept.focus = null;
    }
    const said = this.querySelector("[data-said]")?.textContent ?? "";
    if (said) this.#say(said);
  }

  /** Do the move that was asked for while the server was still answering the one before. */
  #continue() {
    kept.isBusy = false;
    const next = this.querySelector("[data-trouble]") ? undefined : kept.waiting.shift();
    if (next) this.#edit(next);
    else kept.waiting = [];
  }

  /** Forget what waits: the server did not do what came before. */
  #giveUp() {
    kept.isBusy = false;
    kept.waiting = [];
  }

  /** Note what had the focus: a control of the panel, or a row (the empty selector). */
  #remember() {
    const active = document.activeElement;
    if (!active || !this.contains(active)) return;
    const id = active.id ? `#${CSS.escape(active.id)}` : "";
    if (id === "#add") kept.closed.delete(this.dataset.selected ?? "");
    const form = active.closest("form[data-undo], form[data-redo]");
    const isShift = active instanceof HTMLButtonElement && active.name === "shift";
    if (isShift) kept.focus = `button[value="${active.value}"]:enabled`;
    else if (form)
      kept.focus = `form[${form.hasAttribute("data-undo") ? "data-undo" : "data-redo"}] button:enabled`;
    else kept.focus = id || (active.matches("li a") && narrow.matches ? "#node-panel h2" : "");
  }

  /** @param {string} id */
  #makeCurrent(id) {
    this.#mark(this.#current, -1);
    this.#current = id;
    this.#mark(id, 0);
  }

  /**
   * Only the current row and what is in it can be reached with Tab.
   * @param {string} id
   * @param {number} tabIndex
   */
  #mark(id, tabIndex) {
    const rows = id ? [this.#elements.get(id)] : this.#elements.values();
    for (const row of rows) {
      if (!row) continue;
      row.tabIndex = tabIndex;
      for (const link of row.querySelectorAll("a")) link.tabIndex = tabIndex;
    }
  }

  /** @param {FocusEvent} event */
  #onFocus(event) {
    const item = event.target instanceof Element ? event.target.closest("li") : null;
    if (item?.dataset.kpi) this.#makeCurrent(item.dataset.kpi);
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const target = event.target instanceof Element ? event.target : null;
    const item = target?.closest("li");
    if (!item || target?.closest("a, input")) return;
    const id = item.dataset.kpi ?? "";
    if (target?.closest(".outline__toggle")) {
      this.#go(step(this.#rows, kept.closed, id, kept.closed.has(id) ? "open" : "close"));
    } else {
      this.#elements.get(id)?.focus();
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const target = event.target instanceof Element ? event.target : null;
    const action = actionOf(event);
    const isLink = target?.closest("a") !== null;
    if (!action || target?.closest("input")) return;
    if (isLink && (action === "add" || action === "select")) return;
    if (action === "undo" || action === "redo") return;
    event.preventDefault();
    if (STEPS.includes(action)) this.#go(step(this.#rows, kept.closed, this.#current, action));
    else if (action === "select") this.#link(this.#current)?.click();
    else if (this.dataset.readonly !== undefined) return;
    else if (!kept.isBusy) this.#edit(action);
    else if (SHIFTS.includes(action)) kept.waiting.push(action);
  }

  /** @param {KeyboardEvent} event */
  #onHistoryKey(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input, textarea, select, [contenteditable], dialog")) return;
    const action = actionOf(event);
    if (action !== "undo" && action !== "redo") return;
    event.preventDefault();
    const form = this.querySelector(`form[data-${action}]`);
    const button = form?.querySelector("button");
    if (form instanceof HTMLFormElement && button && !button.disabled) {
      kept.focus = this.contains(document.activeElement) ? "" : null;
      form.requestSubmit(button);
    }
  }

  /** @param {import("./rows.js").View} view */
  #go(view) {
    kept.closed = view.closed;
    fold(this.#elements, kept.closed);
    this.#elements.get(view.focus)?.focus();
  }

  /** @param {string} id */
  #link(id) {
    return this.#elements.get(id)?.querySelector("a") ?? null;
  }

  /** @param {import("./keys.js").Action} action */
  async #edit(action) {
    const id = this.#current;
    const row = this.#elements.get(id);
    const link = this.#link(id);
    if (!row || !link) return;
    const url = `${this.dataset.kpis}${id}/`;
    if (SHIFTS.includes(action)) {
      if (canShift(this.#rows, id, action)) this.#post(`${url}shift/`, { shift: action });
      else this.#say("この方向には、これ以上移動できません。");
    } else if (action === "rename") {
      const name = await editName(link, link.textContent ?? "");
      if (name) this.#post(`${url}rename/`, { name });
      else row.focus();
    } else if (action === "add") {
      const name = await editName(row, "");
      const place = this.#rows[0]?.id === id ? "child" : "after";
      if (name) this.#post(this.dataset.add ?? "", { name, beside: id, place });
      else row.focus();
    } else if (action === "delete" && this.#rows[0]?.id !== id) {
      const below = countBelow(this.#rows, id);
      if (await askToDelete(this, link.textContent ?? "", below)) this.#post(`${url}delete/`, {});
      else row.focus();
    }
  }

  /**
   * Send a command on the version that the page shows; the answer replaces this element.
   * @param {string} url
   * @param {Record<string, string>} values
   */
  #post(url, values) {
    kept.focus = "";
    kept.isBusy = true;
    const { htmx } = /** @type {any} */ (window);
    htmx.ajax("POST", url, {
      source: this,
      target: "#tree-editor",
      swap: "outerHTML show:none",
      values: { version: this.dataset.version, ...values },
    });
  }

  /** @param {string} text */
  #say(text) {
    const region = this.querySelector("[data-said]");
    if (!region) return;
    region.textContent = "";
    setTimeout(() => {
      region.textContent = text;
    }, 50);
  }
}

customElements.define("kpi-tree", KpiTree);
