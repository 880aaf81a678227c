// The panel of the selected KPI: what can be done to it, and what the server knows about it.
import { shift } from "./edits.js";

const SHIFTS = ["up", "down", "in", "out"];
const NOT_FOR_GOAL = ["add", "add-before", "delete", "duplicate", "move"];

export class Panel {
  #shown = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} editor
   * @param {string} kpis  below this address each KPI has its panel
   */
  constructor(editor, kpis) {
    this.host = editor.querySelector("[data-panel]");
    this.name = editor.querySelector("[data-panel-name]");
    this.body = editor.querySelector("[data-panel-body]");
    this.kpis = kpis;
  }

  focus() {
    if (this.name instanceof HTMLElement) this.name.focus();
  }

  /**
   * Show a KPI; what comes from the server follows when the person stays on it.
   * @param {import("./tree.js").Tree} tree
   * @param {string} id
   * @param {{ isReadonly: boolean, isSettled: boolean, mark: string }} how
   *   `mark` changes with whatever the server may say differently
   */
  show(tree, id, { isReadonly, isSettled, mark }) {
    const node = tree.nodes.get(id);
    if (!node) return;
    if (this.name && this.name.textContent !== node.fields.name) {
      this.name.textContent = node.fields.name;
    }
    const isGoal = node.parent_id === null;
    for (const button of this.host?.querySelectorAll("button[data-action]") ?? []) {
      if (!(button instanceof HTMLButtonElement)) continue;
      const action = button.dataset.action ?? "";
      const isEdge = SHIFTS.includes(action)
        ? !shift(tree, id, /** @type {import("./edits.js").Shift} */ (action))
        : isGoal && NOT_FOR_GOAL.includes(action);
      button.disabled = isReadonly || isEdge;
    }
    const wanted = `${id} ${mark}`;
    if (wanted === this.#shown || !isSettled) return;
    this.#shown = wanted;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(id, wanted), 150);
  }

  /**
   * @param {string} id
   * @param {string} wanted
   */
  async #load(id, wanted) {
    if (!this.body) return;
    try {
      const answer = await fetch(`${this.kpis}${id}/panel/`);
      if (this.#shown !== wanted) return;
      if (answer.ok) this.body.innerHTML = await answer.text();
      else if (answer.status !== 404) throw new Error(String(answer.status));
    } catch {
      this.#shown = "";
      this.body.textContent = "詳細を読み込めませんでした。KPIを選び直すと、もう一度読み込みます。";
    }
  }
}
