// The outline: the tree as a treegrid, one line a KPI.
import { element, KeyedList, set, writeName } from "./dom.js";
import { aroundOf, findingMark, markOf, setPlace, statusMark, tagsOf, weightOf } from "./view.js";

/**
 * @typedef {import("./view.js").Shown} Shown
 * @typedef {import("./rows.js").Row} Row
 */

const COLUMNS = [
  ["名称", ""],
  ["実績", "num"],
  ["目標", "num"],
  ["状態", ""],
  ["担当", ""],
  ["重み", "num"],
  ["重要度", "num"],
  ["指摘", ""],
];

export class Outline {
  /** @param {import("./view.js").Asks} asks */
  constructor(asks) {
    this.asks = asks;
    this.host = element("div", "outline", { role: "treegrid", "aria-label": "KPIツリー" });
    this.head = element("div", "outline__head", { role: "row" });
    for (const [label, kind] of COLUMNS) {
      const cell = element("span", kind, { role: "columnheader" });
      cell.textContent = label ?? "";
      this.head.append(cell);
    }
    this.host.append(this.head);
    this.lines = new KeyedList(this.host);
    this.host.addEventListener("click", (event) => this.#onClick(event));
    this.host.addEventListener("dblclick", (event) => {
      const key = keyAt(event);
      if (key) asks.rename(key);
    });
    this.host.addEventListener("focusin", (event) => {
      const key = keyAt(event);
      if (key) asks.select(key);
    });
  }

  /** @param {Shown} shown */
  render(shown) {
    set(this.host, { "aria-readonly": shown.isReadonly ? "true" : null });
    const actual = this.head.children[1];
    if (actual) actual.textContent = shown.month ? `実績（${shown.month}）` : "実績";
    this.lines.show(shown.rows, {
      key: (row) => row.key,
      mark: (row) => `${markOf(shown, row)}${weightOf(shown, row)}`,
      make: () => element("div", "outline__row", { role: "row" }),
      fill: (line, row) => this.#fill(line, row, shown),
    });
  }

  /**
   * @param {HTMLElement} line
   * @param {Row} row
   * @param {Shown} shown
   */
  #fill(line, row, shown) {
    const around = aroundOf(shown, row);
    setPlace(line, row, row.key === shown.selected);
    line.style.setProperty("--depth", String(row.depth));
    set(line, {
      "data-reference": row.link !== null,
      "data-hit": shown.hits.has(row.id),
      "data-fresh": shown.fresh.has(row.id),
      draggable: row.depth > 0 && !row.link && !shown.isReadonly ? "true" : null,
    });
    const isWriting = row.key === shown.writing;
    if (isWriting && line.querySelector("input")) return;
    const name = element("span", "outline__name", { role: "rowheader" });
    if (isWriting) {
      const value = row.node.fields.name;
      writeName(name, value, (text, andChild) => this.asks.named(text, andChild));
    } else {
      this.#name(name, row);
    }
    const mark = findingMark(around);
    const cells = [
      cell("num", "実績", around.actual ?? "–"),
      cell("num", "目標", around.target ?? "–"),
      cell("", "", statusMark(around)),
      cell("", "担当", around.responsible),
      cell("num", "重み", weightOf(shown, row)),
      cell("num", "重要度", row.link ? "" : String(row.node.fields.importance)),
      cell("", "", mark ?? ""),
    ];
    line.replaceChildren(name, ...cells);
  }

  /**
   * @param {HTMLElement} host
   * @param {Row} row
   */
  #name(host, row) {
    const toggle = element("span", "outline__toggle", { "aria-hidden": "true" });
    toggle.textContent = row.below ? (row.isClosed ? "▸" : "▾") : "";
    host.append(toggle);
    for (const tag of tagsOf(row)) {
      const badge = element("span", "badge", { "data-kind": "info" });
      badge.textContent = tag;
      host.append(badge, " ");
    }
    const text = element("span", "outline__text");
    text.textContent = row.node.fields.name;
    host.append(text);
    if (row.isClosed) host.append(element("span", "visually-hidden"));
  }

  /** @param {string} key */
  focus(key) {
    const line = this.lines.elements.get(key);
    line?.focus({ preventScroll: true });
    line?.scrollIntoView({ block: "nearest" });
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const target = event.target instanceof Element ? event.target : null;
    const line = target?.closest(".outline__row");
    if (!(line instanceof HTMLElement) || target?.closest("input")) return;
    if (target?.closest(".outline__toggle")) this.asks.toggle(line.dataset.kpi ?? "");
    else this.asks.select(line.dataset.key ?? "", true);
  }
}

/**
 * @param {string} kind
 * @param {string} label  said before the value on a phone
 * @param {string | Node} content
 */
function cell(kind, label, content) {
  const made = element("span", kind, { role: "gridcell" });
  if (label && content) made.dataset.label = label;
  made.append(content);
  return made;
}

/** @param {Event} event */
function keyAt(event) {
  const target = event.target instanceof Element ? event.target : null;
  const line = target?.closest(".outline__row");
  return line instanceof HTMLElement ? (line.dataset.key ?? null) : null;
}
