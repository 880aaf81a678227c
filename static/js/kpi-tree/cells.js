// The pure half of the table: its columns, what a cell shows, and what a pasted range means.

/**
 * @typedef {import("./tree.js").Node} Node
 * @typedef {{ name: string, label: string, kind: "text" | "choice" | "number" | "whole" | "day",
 *   least?: number, most?: number, longest?: number, mayBeEmpty?: boolean }} Column
 * @typedef {Record<string, readonly (readonly [string, string])[]>} Choices
 * @typedef {{ id: string, fields: Record<string, any> }} Change
 */

/** @type {readonly Column[]} */
export const COLUMNS = [
  { name: "name", label: "名称", kind: "text", longest: 200 },
  { name: "unit", label: "単位", kind: "choice" },
  { name: "unit_per", label: "あたり", kind: "choice", mayBeEmpty: true },
  { name: "direction", label: "方向", kind: "choice" },
  { name: "frequency", label: "頻度", kind: "choice" },
  { name: "aggregation", label: "期間の集計", kind: "choice" },
  { name: "perspective", label: "視点（BSC）", kind: "choice", mayBeEmpty: true },
  { name: "responsible_side", label: "責任の所在", kind: "choice" },
  { name: "responsible_label", label: "担当", kind: "text", longest: 100, mayBeEmpty: true },
  { name: "client_owner", label: "発注側の責任者", kind: "text", longest: 100, mayBeEmpty: true },
  { name: "data_source", label: "データの取得元", kind: "text", longest: 200, mayBeEmpty: true },
  { name: "weight", label: "重み", kind: "number", least: 0, most: 999_999 },
  { name: "importance", label: "重要度", kind: "whole", least: 1, most: 5 },
  { name: "baseline", label: "基準値", kind: "number", mayBeEmpty: true },
  { name: "deadline_on", label: "達成期限", kind: "day", mayBeEmpty: true },
  { name: "definition", label: "定義", kind: "text", longest: 5000, mayBeEmpty: true },
];

/**
 * Write a field as people read it.
 * @param {Node} node
 * @param {Column} column
 * @param {Choices} choices
 */
export function textOf(node, column, choices) {
  const value = node.fields[column.name];
  if (value === null || value === undefined) return "";
  if (column.kind === "choice") {
    return choices[column.name]?.find(([code]) => code === value)?.[1] ?? String(value);
  }
  return column.kind === "day" ? String(value).replaceAll("-", "/") : String(value);
}

/**
 * Read what a person wrote into a cell.
 * @param {string} written
 * @param {Column} column
 * @param {Choices} choices
 * @returns {{ value: any } | { problem: string }}
 */
export function readCell(written, column, choices) {
  const text = written.trim();
  if (!text) {
    if (!column.mayBeEmpty) return { problem: `${column.label}を入力してください。` };
    return { value: column.kind === "number" || column.kind === "day" ? null : "" };
  }
  if (column.kind === "choice") return choice(text, column, choices[column.name] ?? []);
  if (column.kind === "day") return day(text, column);
  if (column.kind === "text") {
    const most = column.longest ?? 200;
    if (text.length <= most) return { value: text };
    return { problem: `${column.label}は${most}文字以内で入力してください。` };
  }
  return number(text, column);
}

/**
 * @param {string} text
 * @param {Column} column
 * @param {Choices[string]} choices
 */
function choice(text, column, choices) {
  const wanted = folded(text);
  const found = choices.find(([code, label]) => code === text || folded(label) === wanted);
  if (found) return { value: found[0] };
  const labels = choices.map(([, label]) => label).join("、");
  return { problem: `${column.label}は「${text}」ではなく、次から選んでください：${labels}` };
}

/**
 * @param {string} text
 * @param {Column} column
 */
function number(text, column) {
  const plain = folded(text).replaceAll(",", "");
  const isWhole = column.kind === "whole";
  if (!(isWhole ? /^-?\d+$/ : /^-?\d{1,14}(\.\d{1,6})?$/).test(plain)) {
    return { problem: `${column.label}は${isWhole ? "整数" : "数字"}で入力してください。` };
  }
  const value = Number(plain);
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = column;
  if (value < least || value > most) {
    const limits = [least > -1e9 ? `${least}以上` : "", most < 1e9 ? `${most}以下` : ""];
    return { problem: `${column.label}は${limits.join("")}で入力してください。` };
  }
  return { value: isWhole ? value : trimmed(plain) };
}

/**
 * Write a number in the one way that equal numbers share, as the server does.
 * @param {string} plain
 */
function trimmed(plain) {
  const [whole = "0", part = ""] = plain.split(".");
  const sign = whole.startsWith("-") ? "-" : "";
  const digits = whole.replace("-", "").replace(/^0+(?=\d)/, "");
  const rest = part.replace(/0+$/, "");
  const text = rest ? `${digits}.${rest}` : digits;
  return text === "0" ? "0" : `${sign}${text}`;
}

/**
 * @param {string} text
 * @param {Column} column
 */
function day(text, column) {
  const found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(folded(text));
  const [, year = "", month = "", date = ""] = found ?? [];
  const iso = `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
  const time = new Date(`${iso}T00:00:00Z`);
  const isReal = found && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(iso);
  if (isReal) return { value: iso };
  return { problem: `${column.label}は「2027/03/31」のように入力してください。` };
}

/**
 * Read a range that was copied in a spreadsheet: lines of cells, quoted where they hold line breaks.
 * @param {string} text
 * @returns {string[][]}
 */
export function rangeOf(text) {
  /** @type {string[][]} */
  const lines = [];
  /** @type {string[]} */
  const line = [];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text.charAt(at + 1) === '"') cell += text.charAt(at++);
      else isQuoted = false;
    } else if (sign === '"' && cell === "") {
      isQuoted = true;
    } else if (sign === "\t" || sign === "\n") {
      line.push(cell);
      cell = "";
      if (sign === "\n") lines.push(line.splice(0));
    } else if (sign !== "\r") {
      cell += sign;
    }
  }
  if (cell || line.length) lines.push([...line, cell]);
  return lines;
}

/**
 * Return what a pasted range changes, from a cell to the right and down; all of it or nothing.
 * @param {readonly string[][]} range
 * @param {readonly Node[]} nodes  from the cell's row on
 * @param {readonly Column[]} columns  from the cell's column on
 * @param {Choices} choices
 * @returns {{ changes: Change[], problems: string[] }}
 */
export function pasted(range, nodes, columns, choices) {
  /** @type {Change[]} */
  const changes = [];
  const problems = [];
  if (range.length > nodes.length) {
    problems.push(
      `貼り付けた${range.length}行のうち、下の${range.length - nodes.length}行に当たるKPIがありません。`,
    );
  }
  const widest = Math.max(...range.map((line) => line.length));
  if (widest > columns.length) {
    problems.push(
      `貼り付けた${widest}列のうち、右の${widest - columns.length}列に当たる項目がありません。`,
    );
  }
  range.slice(0, nodes.length).forEach((line, at) => {
    const node = /** @type {Node} */ (nodes[at]);
    /** @type {Record<string, any>} */
    const fields = {};
    line.slice(0, columns.length).forEach((text, place) => {
      const column = /** @type {Column} */ (columns[place]);
      const read = readCell(text, column, choices);
      if ("problem" in read) problems.push(`「${node.fields.name}」：${read.problem}`);
      else fields[column.name] = read.value;
    });
    changes.push({ id: node.id, fields });
  });
  return { changes, problems };
}

/**
 * Write cells as a spreadsheet takes them.
 * @param {readonly (readonly string[])[]} lines
 */
export function rangeText(lines) {
  return lines.map((line) => line.map(quoted).join("\t")).join("\n");
}

/** @param {string} text */
function quoted(text) {
  return /["\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {string} text */
function folded(text) {
  return text.normalize("NFKC").trim();
}
