// The pure half of the outline: which rows are in sight, where a step leads, what can be moved.

/**
 * @typedef {{ id: string, level: number }} Row  A KPI; rows are in the order of the page.
 * @typedef {{ focus: string, closed: Set<string> }} View
 */

/**
 * Return the ids above a row, nearest first.
 * @param {readonly Row[]} rows
 * @param {number} index
 * @returns {string[]}
 */
export function ancestors(rows, index) {
  const found = [];
  let level = rows[index]?.level ?? 0;
  for (let at = index - 1; at >= 0 && level > 1; at--) {
    const row = rows[at];
    if (row && row.level < level) {
      found.push(row.id);
      level = row.level;
    }
  }
  return found;
}

/**
 * Return how many rows are below a row, at any depth.
 * @param {readonly Row[]} rows
 * @param {string} id
 */
export function countBelow(rows, id) {
  const index = rows.findIndex((row) => row.id === id);
  const level = rows[index]?.level ?? 0;
  let count = 0;
  for (const row of rows.slice(index + 1)) {
    if (row.level <= level) break;
    count++;
  }
  return count;
}

/**
 * Return the rows that no closed row hides.
 * @param {readonly Row[]} rows
 * @param {ReadonlySet<string>} closed
 */
export function visible(rows, closed) {
  let hiddenBelow = Number.POSITIVE_INFINITY;
  return rows.filter((row) => {
    if (row.level > hiddenBelow) return false;
    hiddenBelow = closed.has(row.id) ? row.level : Number.POSITIVE_INFINITY;
    return true;
  });
}

/**
 * Return where a key leads: → opens, then goes in; ← closes, then goes out.
 * @param {readonly Row[]} rows
 * @param {ReadonlySet<string>} closed
 * @param {string} id
 * @param {string} action
 * @returns {View}
 */
export function step(rows, closed, id, action) {
  const shown = visible(rows, closed);
  const at = shown.findIndex((row) => row.id === id);
  const index = rows.findIndex((row) => row.id === id);
  const same = { focus: id, closed: new Set(closed) };
  if (at < 0) return { ...same, focus: shown[0]?.id ?? id };
  const hasChildren = countBelow(rows, id) > 0;
  const isClosed = closed.has(id);
  switch (action) {
    case "previous":
      return { ...same, focus: shown[at - 1]?.id ?? id };
    case "next":
      return { ...same, focus: shown[at + 1]?.id ?? id };
    case "first":
      return { ...same, focus: shown[0]?.id ?? id };
    case "last":
      return { ...same, focus: shown.at(-1)?.id ?? id };
    case "open":
      if (hasChildren && isClosed) return { focus: id, closed: without(closed, id) };
      return hasChildren ? { ...same, focus: shown[at + 1]?.id ?? id } : same;
    case "close":
      if (hasChildren && !isClosed) return { focus: id, closed: new Set([...closed, id]) };
      return { ...same, focus: ancestors(rows, index)[0] ?? id };
    default:
      return same;
  }
}

/**
 * Tell whether a row can go one place up or down, or one level in or out.
 * @param {readonly Row[]} rows
 * @param {string} id
 * @param {string} shift
 */
export function canShift(rows, id, shift) {
  const index = rows.findIndex((row) => row.id === id);
  const row = rows[index];
  if (!row || row.level === 1) return false;
  if (shift === "out") return row.level > 2;
  const rest = shift === "down" ? rows.slice(index + 1) : rows.slice(0, index).reverse();
  const edge = rest.find((other) => other.level <= row.level);
  return edge?.level === row.level;
}

/**
 * Open whatever hides a row.
 * @param {readonly Row[]} rows
 * @param {ReadonlySet<string>} closed
 * @param {string} id
 */
export function revealed(rows, closed, id) {
  const above = ancestors(
    rows,
    rows.findIndex((row) => row.id === id),
  );
  return new Set([...closed].filter((one) => !above.includes(one)));
}

/**
 * @param {ReadonlySet<string>} closed
 * @param {string} id
 */
function without(closed, id) {
  return new Set([...closed].filter((one) => one !== id));
}
