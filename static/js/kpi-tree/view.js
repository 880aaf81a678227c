// What the three views share: what they are shown, what they ask for, and the marks on a KPI.
import { element, set } from "./dom.js";

/**
 * @typedef {import("./rows.js").Row} Row
 * @typedef {{ severity: "error" | "warning" | "info", title: string, message: string }} Finding
 * @typedef {{ target: string | null, actual: string | null, status: string, statusLabel: string,
 *   score: string | null, responsible: string, operator: string, findings: Finding[] }} Around
 * @typedef {{ tree: import("./tree.js").Tree, rows: readonly Row[], around: Record<string, Around>,
 *   month: string | null, selected: string, writing: string | null, hits: ReadonlySet<string>,
 *   fresh: ReadonlySet<string>, isReadonly: boolean }} Shown
 *   `writing` is the key of the row whose name is being written, `fresh` what others just changed.
 * @typedef {{ select: (key: string, isFocused?: boolean) => void, toggle: (id: string) => void,
 *   rename: (key: string) => void, named: (name: string | null, andChild: boolean) => void,
 *   change: (changes: { id: string, fields: Record<string, any> }[]) => void,
 *   say: (text: string) => void }} Asks
 * @typedef {{ host: HTMLElement, render: (shown: Shown) => void,
 *   focus: (key: string) => void }} View
 */

export const DRAFT = "draft";

/** @type {Around} */
export const NOTHING = {
  target: null,
  actual: null,
  status: "none",
  statusLabel: "評価なし",
  score: null,
  responsible: "",
  operator: "",
  findings: [],
};

const SHAPES = /** @type {Record<string, string>} */ ({
  met: "●",
  near: "▲",
  improve: "▼",
  missed: "■",
  none: "–",
});
const MARKS = { error: "✕", warning: "▲", info: "i" };

/**
 * Return what stands around a KPI; nothing yet for one that was just added.
 * @param {Shown} shown
 * @param {Row} row
 */
export function aroundOf(shown, row) {
  return shown.around[row.id] ?? NOTHING;
}

/**
 * Show a status in words, with a shape beside its colour.
 * @param {Around} around
 */
export function statusMark(around) {
  const mark = element("span", "status-mark", { "data-status": around.status });
  const shape = element("span", "", { "aria-hidden": "true" });
  shape.textContent = SHAPES[around.status] ?? "–";
  mark.append(shape, around.statusLabel);
  if (around.score !== null) mark.append(` ${around.score}点`);
  return mark;
}

/**
 * Show how many findings there are, and how bad the worst is; null for none.
 * @param {Around} around
 */
export function findingMark(around) {
  const [worst] = around.findings;
  if (!worst) return null;
  const mark = element("span", "finding-mark", {
    "data-severity": worst.severity,
    title: around.findings.map((one) => one.message).join("\n"),
  });
  const shape = element("span", "", { "aria-hidden": "true" });
  shape.textContent = MARKS[worst.severity];
  const words = element("span", "visually-hidden");
  words.textContent = "件の指摘";
  mark.append(shape, String(around.findings.length), words);
  return mark;
}

/**
 * Say what a row is beside a KPI like others: the goal, a reference, one that begins or has ended.
 * @param {Row} row
 * @param {string} today  as 2026-12-01
 * @returns {string[]}
 */
export function tagsOf(row, today = new Date().toISOString().slice(0, 10)) {
  const { counts_from: first, retired_from: end } = row.node.fields;
  const tags = [];
  if (row.depth === 0) tags.push("KGI");
  if (row.link) tags.push("参照");
  if (end) tags.push(end <= today ? "終了" : `${monthOf(end)}で終了`);
  else if (first && first > today) tags.push(`${monthOf(first)}から`);
  return tags;
}

/** @param {string} day */
function monthOf(day) {
  return `${Number(day.slice(0, 4))}年${Number(day.slice(5, 7))}月`;
}

/**
 * Give an element of a tree its place for assistive technology.
 * @param {HTMLElement} target
 * @param {Row} row
 * @param {boolean} isSelected
 */
export function setPlace(target, row, isSelected) {
  set(target, {
    "aria-level": row.depth + 1,
    "aria-posinset": row.place,
    "aria-setsize": row.size,
    "aria-expanded": row.below ? String(!row.isClosed) : null,
    "aria-selected": String(isSelected),
    tabindex: isSelected ? 0 : -1,
    "data-key": row.key,
    "data-kpi": row.id,
  });
}

/**
 * Return all that a row shows, as one text to compare.
 * @param {Shown} shown
 * @param {Row} row
 */
export function markOf(shown, row) {
  const around = aroundOf(shown, row);
  const { weight, importance } = row.node.fields;
  return JSON.stringify([
    [row.node.fields.name, weight, importance, tagsOf(row), around, row.depth, row.place, row.size],
    [row.below, row.isClosed, row.key === shown.selected, row.key === shown.writing],
    [shown.hits.has(row.id), shown.fresh.has(row.id)],
  ]);
}

/**
 * Return a KPI's weight with its share among its siblings: 2（40%）.
 * @param {Shown} shown
 * @param {Row} row
 */
export function weightOf(shown, row) {
  if (row.node.parent_id === null || row.link) return "";
  const weight = Number(row.node.fields.weight);
  const all = shown.tree
    .children(row.node.parent_id)
    .reduce((sum, one) => sum + Number(one.fields.weight), 0);
  return all ? `${row.node.fields.weight}（${Math.round((weight * 100) / all)}%）` : "";
}
