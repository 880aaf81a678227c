// Turns the list from the server into a treegrid of ARIA; the list itself stays as it is.

/** @typedef {import("./rows.js").Row} Row */

/**
 * Give roles, levels and positions to the list, and a button to every row that can be closed.
 * @param {HTMLElement} grid
 * @param {string} label
 * @param {boolean} isReadonly
 */
export function dressUp(grid, label, isReadonly) {
  grid.setAttribute("role", "treegrid");
  grid.setAttribute("aria-label", label);
  if (isReadonly) grid.setAttribute("aria-readonly", "true");
  const head = grid.querySelector("[data-head]");
  head?.setAttribute("role", "row");
  for (const cell of head?.children ?? []) cell.setAttribute("role", "columnheader");
  for (const list of grid.querySelectorAll("ul")) {
    list.setAttribute("role", "none");
    list.removeAttribute("aria-label");
    const items = [...list.children];
    items.forEach((item, place) => {
      dressItem(item, place + 1, items.length);
    });
  }
}

/**
 * @param {Element} item
 * @param {number} place
 * @param {number} size
 */
function dressItem(item, place, size) {
  item.setAttribute("role", "none");
  const row = item.firstElementChild;
  if (!(row instanceof HTMLElement)) return;
  row.setAttribute("role", "row");
  row.setAttribute("aria-level", row.dataset.level ?? "1");
  row.setAttribute("aria-posinset", String(place));
  row.setAttribute("aria-setsize", String(size));
  row.setAttribute("aria-selected", String(row.hasAttribute("aria-current")));
  row.removeAttribute("aria-current");
  [...row.children].forEach((cell, at) => {
    cell.setAttribute("role", at === 0 ? "rowheader" : "gridcell");
  });
  if (row.nextElementSibling) {
    const toggle = document.createElement("button");
    toggle.type = "button";
    toggle.className = "outline__toggle";
    toggle.tabIndex = -1;
    toggle.setAttribute("aria-hidden", "true");
    row.firstElementChild?.prepend(toggle);
  }
}

/**
 * Return the rows of the grid in the order of the page.
 * @param {HTMLElement} grid
 * @returns {Map<string, HTMLElement>}
 */
export function rowsOf(grid) {
  const found = new Map();
  for (const item of grid.querySelectorAll("li")) {
    if (item.firstElementChild instanceof HTMLElement) {
      found.set(item.dataset.kpi ?? "", item.firstElementChild);
    }
  }
  return found;
}

/**
 * Show which rows are closed.
 * @param {Map<string, HTMLElement>} rows
 * @param {ReadonlySet<string>} closed
 */
export function fold(rows, closed) {
  for (const [id, row] of rows) {
    const below = row.nextElementSibling;
    if (below instanceof HTMLElement) {
      below.hidden = closed.has(id);
      row.setAttribute("aria-expanded", String(!closed.has(id)));
    }
  }
}
