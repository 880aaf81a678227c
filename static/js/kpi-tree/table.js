// The table: every field of many KPIs, written in place, pasted from a spreadsheet, set for many.
import { COLUMNS, pasted, rangeOf, rangeText, readCell, textOf } from "./cells.js";
import { element, KeyedList, set, writeName } from "./dom.js";
import { isComposing } from "./keys.js";

/**
 * @typedef {import("./view.js").Shown} Shown
 * @typedef {import("./rows.js").Row} Row
 * @typedef {import("./cells.js").Choices} Choices
 */

export class Table {
  /** @type {Shown | null} */
  #shown = null;
  /** @type {Set<string>} */
  #ticked = new Set();
  #column = 0;

  /**
   * @param {import("./view.js").Asks} asks
   * @param {Choices} choices
   */
  constructor(asks, choices) {
    this.asks = asks;
    this.choices = choices;
    this.host = element("div", "tree-table");
    this.bar = this.#bulkBar();
    const scroll = element("div", "table-scroll tree-table__scroll");
    const table = element("table", "table", { role: "grid", "aria-label": "KPIの一覧" });
    const head = element("thead");
    const line = element("tr");
    line.append(element("td"));
    for (const column of COLUMNS) {
      const cell = element("th", "", { scope: "col" });
      cell.textContent = column.label;
      line.append(cell);
    }
    head.append(line);
    this.body = element("tbody");
    table.append(head, this.body);
    scroll.append(table);
    this.host.append(this.bar, scroll);
    this.lines = new KeyedList(this.body);
    this.#listen();
  }

  /** @param {Shown} shown */
  render(shown) {
    this.#shown = shown;
    const rows = shown.rows.filter((row) => !row.link);
    const known = new Set(rows.map((row) => row.id));
    this.#ticked = new Set([...this.#ticked].filter((id) => known.has(id)));
    this.lines.show(rows, {
      key: (row) => row.key,
      mark: (row) =>
        JSON.stringify([
          ...[row.node.fields, row.depth, row.key === shown.selected, shown.hits.has(row.id)],
          ...[shown.fresh.has(row.id), this.#ticked.has(row.id), this.#column],
          row.key === shown.writing,
        ]),
      make: () => element("tr"),
      fill: (line, row) => this.#fill(line, row, shown),
    });
    this.#showBar();
  }

  /**
   * @param {HTMLElement} line
   * @param {Row} row
   * @param {Shown} shown
   */
  #fill(line, row, shown) {
    if (line.querySelector("td input:not([type=checkbox]), td select")) return;
    if (row.key === shown.writing) {
      const place = element("td", "", { colspan: String(COLUMNS.length), role: "gridcell" });
      set(line, { "data-key": row.key, "data-kpi": row.id });
      line.replaceChildren(element("td"), place);
      writeName(place, row.node.fields.name, (name, more) => this.asks.named(name, more));
      return;
    }
    const isSelected = row.key === shown.selected;
    set(line, {
      "data-key": row.key,
      "data-kpi": row.id,
      "aria-selected": String(isSelected),
      "data-hit": shown.hits.has(row.id),
      "data-fresh": shown.fresh.has(row.id),
    });
    const tick = /** @type {HTMLInputElement} */ (
      element("input", "", {
        type: "checkbox",
        "aria-label": `「${row.node.fields.name}」を選ぶ`,
        tabindex: "-1",
      })
    );
    tick.checked = this.#ticked.has(row.id);
    const first = element("td", "tree-table__tick");
    first.append(tick);
    const cells = COLUMNS.map((column, at) => {
      const kind = column.kind === "number" || column.kind === "whole" ? "num" : "";
      const cell = element("td", kind, { role: "gridcell", "data-column": String(at) });
      cell.tabIndex = isSelected && at === this.#column ? 0 : -1;
      cell.textContent = textOf(row.node, column, this.choices) || "–";
      if (column.name === "name") cell.style.setProperty("--depth", String(row.depth));
      return cell;
    });
    line.replaceChildren(first, ...cells);
  }

  /** @param {string} key */
  focus(key) {
    const cell = this.#cell(key, this.#column);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /**
   * @param {string} key
   * @param {number} column
   */
  #cell(key, column) {
    const cell = this.lines.elements.get(key)?.querySelector(`[data-column="${column}"]`);
    return cell instanceof HTMLElement ? cell : null;
  }

  #listen() {
    this.body.addEventListener("focusin", (event) => {
      const cell = cellAt(event);
      if (!cell) return;
      this.#column = Number(cell.dataset.column);
      this.asks.select(keyOf(cell));
    });
    this.body.addEventListener("click", (event) => {
      const cell = cellAt(event);
      const isField = event.target instanceof HTMLInputElement;
      if (cell && !isField) this.#go(keyOf(cell), Number(cell.dataset.column));
    });
    this.body.addEventListener("dblclick", (event) => {
      const cell = cellAt(event);
      if (cell) this.#write(cell);
    });
    this.body.addEventListener("change", (event) => {
      const tick = event.target;
      if (!(tick instanceof HTMLInputElement) || tick.type !== "checkbox") return;
      const id = tick.closest("tr")?.dataset.kpi ?? "";
      if (tick.checked) this.#ticked.add(id);
      else this.#ticked.delete(id);
      this.#showBar();
    });
    this.body.addEventListener("keydown", (event) => this.#onKey(event));
    this.body.addEventListener("paste", (event) => this.#onPaste(event));
    this.body.addEventListener("copy", (event) => {
      const cell = cellAt(event);
      if (!cell || cell.querySelector("input, select")) return;
      event.preventDefault();
      event.stopPropagation();
      const node = this.#node(keyOf(cell));
      const column = COLUMNS[Number(cell.dataset.column)];
      const text = node && column ? textOf(node, column, this.choices) : "";
      event.clipboardData?.setData("text/plain", rangeText([[text]]));
    });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const cell = cellAt(event);
    if (!cell || isComposing(event)) return;
    if (cell.querySelector("input, select")) return;
    const keys = [...this.lines.elements.keys()];
    const at = keys.indexOf(keyOf(cell));
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (!isPlain) return;
    const to = /** @type {Record<string, [number, number] | undefined>} */ ({
      ArrowUp: [at - 1, this.#column],
      ArrowDown: [at + 1, this.#column],
      ArrowLeft: [at, this.#column - 1],
      ArrowRight: [at, this.#column + 1],
      Home: [at, 0],
      End: [at, COLUMNS.length - 1],
    })[event.key];
    if (to) {
      event.preventDefault();
      event.stopPropagation();
      this.#go(keys[to[0]] ?? keyOf(cell), to[1]);
    } else if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      event.stopPropagation();
      this.#write(cell);
    } else if (event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      cell.closest("tr")?.querySelector("input")?.click();
    }
  }

  /**
   * @param {string} key
   * @param {number} column
   */
  #go(key, column) {
    this.#column = Math.max(0, Math.min(COLUMNS.length - 1, column));
    this.asks.select(key, true);
  }

  /** Write in a cell: Enter goes down, Tab goes right, Escape gives up. */
  /** @param {HTMLElement} cell */
  #write(cell) {
    const shown = this.#shown;
    const column = COLUMNS[Number(cell.dataset.column)];
    const key = keyOf(cell);
    const node = this.#node(key);
    if (!shown || shown.isReadonly || !column || !node || cell.querySelector("input, select"))
      return;
    const field = this.#field(column, node);
    let isDone = false;
    /** @param {"give-up" | "stay" | "down" | "right" | "left"} way */
    const finish = (way) => {
      if (isDone) return;
      const read = readCell(field.value, column, this.choices);
      if (way !== "give-up" && "problem" in read) {
        field.setAttribute("aria-invalid", "true");
        field.title = read.problem;
        this.asks.say(read.problem);
        if (way !== "stay") return;
      }
      isDone = true;
      field.remove();
      cell.textContent = textOf(node, column, this.choices) || "–";
      if (way !== "give-up" && "value" in read) {
        this.asks.change([{ id: node.id, fields: { [column.name]: read.value } }]);
      }
      const keys = [...this.lines.elements.keys()];
      if (way === "down") this.#go(keys[keys.indexOf(key) + 1] ?? key, this.#column);
      else if (way === "right") this.#go(key, this.#column + 1);
      else if (way === "left") this.#go(key, this.#column - 1);
      else if (way === "give-up") this.#go(key, this.#column);
    };
    field.addEventListener("keydown", (pressed) => {
      const event = /** @type {KeyboardEvent} */ (pressed);
      event.stopPropagation();
      if (isComposing(event)) return;
      const way = event.key === "Tab" ? (event.shiftKey ? "left" : "right") : WAYS[event.key];
      if (!way) return;
      event.preventDefault();
      finish(way);
    });
    field.addEventListener("blur", () => finish("stay"));
    if (column.kind === "choice") field.addEventListener("change", () => finish("down"));
    cell.replaceChildren(field);
    field.focus();
    if (field instanceof HTMLInputElement) field.select();
  }

  /**
   * @param {import("./cells.js").Column} column
   * @param {import("./tree.js").Node} node
   * @returns {HTMLInputElement | HTMLSelectElement}
   */
  #field(column, node) {
    if (column.kind === "choice") {
      const select = this.#select(column);
      select.value = String(node.fields[column.name] ?? "");
      return select;
    }
    const input = /** @type {HTMLInputElement} */ (
      element("input", "tree-table__field", { "aria-label": column.label, autocomplete: "off" })
    );
    input.value = textOf(node, column, this.choices);
    if (column.longest) input.maxLength = column.longest;
    if (column.kind !== "text") input.inputMode = column.kind === "day" ? "text" : "decimal";
    return input;
  }

  /** @param {import("./cells.js").Column} column */
  #select(column) {
    const select = /** @type {HTMLSelectElement} */ (
      element("select", "tree-table__field", { "aria-label": column.label })
    );
    if (column.mayBeEmpty) select.append(new Option("なし", ""));
    for (const [code, label] of this.choices[column.name] ?? []) {
      select.append(new Option(label, code));
    }
    return select;
  }

  /** @param {ClipboardEvent} event */
  #onPaste(event) {
    const cell = cellAt(event);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell || !text || cell.querySelector("input, select")) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.#shown?.isReadonly) return;
    const nodes = [...this.lines.elements.keys()].flatMap((key) => this.#node(key) ?? []);
    const at = nodes.findIndex((one) => one.id === keyOf(cell));
    const { changes, problems } = pasted(
      rangeOf(text),
      nodes.slice(at),
      COLUMNS.slice(Number(cell.dataset.column)),
      this.choices,
    );
    if (problems.length) {
      const more = problems.length > 3 ? `（ほか${problems.length - 3}件）` : "";
      this.asks.say(`貼り付けませんでした。${problems.slice(0, 3).join(" ")}${more}`);
    } else {
      this.asks.change(changes);
    }
  }

  /** @param {string} key */
  #node(key) {
    return this.#shown?.tree.nodes.get(key);
  }

  /** The bar that sets one field for all ticked KPIs. */
  #bulkBar() {
    const bar = element("form", "tree-table__bar cluster", { "aria-label": "一括設定" });
    const count = element("strong", "", { "data-count": "" });
    const which = /** @type {HTMLSelectElement} */ (
      element("select", "", { "aria-label": "設定する項目" })
    );
    for (const column of COLUMNS) {
      if (column.name !== "name") which.append(new Option(column.label, column.name));
    }
    const place = element("span");
    const column = () => COLUMNS.find((one) => one.name === which.value) ?? COLUMNS[1];
    const offer = () => {
      const chosen = column();
      if (!chosen) return;
      const field =
        chosen.kind === "choice"
          ? this.#select(chosen)
          : element("input", "tree-table__field", { "aria-label": chosen.label });
      place.replaceChildren(field);
    };
    which.addEventListener("change", offer);
    offer();
    const button = element("button", "button", { "data-variant": "secondary", type: "submit" });
    button.textContent = "まとめて設定";
    const none = element("button", "button", { "data-variant": "quiet", type: "button" });
    none.textContent = "選択を解除";
    none.addEventListener("click", () => {
      this.#ticked.clear();
      if (this.#shown) this.render(this.#shown);
    });
    bar.append(count, which, place, button, none);
    bar.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = place.firstElementChild;
      const chosen = column();
      const isField = field instanceof HTMLInputElement || field instanceof HTMLSelectElement;
      if (!isField || !chosen) return;
      const read = readCell(field.value, chosen, this.choices);
      if ("problem" in read) this.asks.say(read.problem);
      else {
        const fields = { [chosen.name]: read.value };
        this.asks.change([...this.#ticked].map((id) => ({ id, fields })));
      }
    });
    return bar;
  }

  #showBar() {
    this.bar.hidden = this.#ticked.size === 0 || (this.#shown?.isReadonly ?? true);
    const count = this.bar.querySelector("[data-count]");
    if (count) count.textContent = `${this.#ticked.size}件を選択中`;
  }
}

/** @type {Record<string, "give-up" | "down" | undefined>} */
const WAYS = { Escape: "give-up", Enter: "down" };

/** @param {Event} event */
function cellAt(event) {
  const target = event.target instanceof Element ? event.target : null;
  const cell = target?.closest("[data-column]");
  return cell instanceof HTMLElement ? cell : null;
}

/** @param {HTMLElement} cell */
function keyOf(cell) {
  return cell.closest("tr")?.dataset.key ?? "";
}
