// The pure half of the views: which KPIs are in sight, in which order, and where a key leads.

/**
 * @typedef {import("./tree.js").Tree} Tree
 * @typedef {import("./tree.js").Node} Node
 * @typedef {import("./tree.js").Link} Link
 * @typedef {{ key: string, id: string, parent: string | null, node: Node, depth: number,
 *   place: number, size: number, below: number, isClosed: boolean, link: Link | null }} Row
 *   `link` is set where the KPI is only referred to; `key` tells the two places apart.
 * @typedef {"previous" | "next" | "open" | "close" | "first" | "last"} Step
 */

/**
 * Return the KPIs that no closed one hides, from the top down; references stand last among siblings.
 * @param {Tree} tree
 * @param {ReadonlySet<string>} closed
 * @returns {Row[]}
 */
export function rowsOf(tree, closed) {
  /** @type {Map<string, Link[]>} */
  const referred = new Map();
  for (const link of tree.links.values()) {
    if (link.kind !== "reference") continue;
    referred.set(link.target_id, [...(referred.get(link.target_id) ?? []), link]);
  }
  /** @type {Row[]} */
  const rows = [];
  /** @type {[Node, number, number, number, Link | null][]} */
  const waiting = tree.root ? [[tree.root, 0, 1, 1, null]] : [];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [node, depth, place, size, link] = next;
    const children = link ? [] : tree.children(node.id);
    const links = link ? [] : (referred.get(node.id) ?? []);
    const below = children.length + links.length;
    const isClosed = below > 0 && closed.has(node.id);
    const parent = link ? link.target_id : node.parent_id;
    const key = link ? link.id : node.id;
    rows.push({ key, id: node.id, parent, node, depth, place, size, below, isClosed, link });
    if (isClosed) continue;
    for (let at = links.length - 1; at >= 0; at--) {
      const one = /** @type {Link} */ (links[at]);
      waiting.push([tree.node(one.node_id), depth + 1, children.length + at + 1, below, one]);
    }
    for (let at = children.length - 1; at >= 0; at--) {
      waiting.push([/** @type {Node} */ (children[at]), depth + 1, at + 1, below, null]);
    }
  }
  return rows;
}

/**
 * Return where a key leads: → opens, then goes in; ← closes, then goes out.
 * @param {readonly Row[]} rows
 * @param {ReadonlySet<string>} closed
 * @param {string} key
 * @param {Step} action
 * @returns {{ focus: string, closed: ReadonlySet<string> }}
 */
export function step(rows, closed, key, action) {
  const at = rows.findIndex((row) => row.key === key);
  const row = rows[at];
  if (!row) return { focus: rows[0]?.key ?? key, closed };
  const near = /** @type {Record<string, string | undefined>} */ ({
    previous: rows[at - 1]?.key,
    next: rows[at + 1]?.key,
    first: rows[0]?.key,
    last: rows.at(-1)?.key,
    open: row.below && !row.isClosed ? rows[at + 1]?.key : undefined,
    close: row.below && !row.isClosed ? undefined : (row.parent ?? undefined),
  })[action];
  if (action === "open" && row.isClosed) return { focus: key, closed: without(closed, row.id) };
  if (action === "close" && row.below && !row.isClosed) {
    return { focus: key, closed: new Set([...closed, row.id]) };
  }
  return { focus: near ?? key, closed };
}

/**
 * Open whatever hides a KPI.
 * @param {Tree} tree
 * @param {ReadonlySet<string>} closed
 * @param {string} id
 * @returns {ReadonlySet<string>}
 */
export function revealed(tree, closed, id) {
  if (!closed.size || !tree.nodes.has(id)) return closed;
  const above = new Set(tree.ancestors(id).map((one) => one.id));
  return new Set([...closed].filter((one) => !above.has(one)));
}

/**
 * Return what must be closed so that this many levels are in sight; 0 for all of them.
 * @param {Tree} tree
 * @param {number} levels
 * @returns {ReadonlySet<string>}
 */
export function toLevel(tree, levels) {
  /** @type {Set<string>} */
  const closed = new Set();
  /** @type {[Node, number][]} */
  const waiting = tree.root && levels > 0 ? [[tree.root, 1]] : [];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [node, level] = next;
    if (level >= levels) closed.add(node.id);
    else for (const child of tree.children(node.id)) waiting.push([child, level + 1]);
  }
  return closed;
}

/**
 * Return how many levels a big tree opens with, so that about `most` KPIs are in sight; 0 for all.
 * @param {Tree} tree
 * @param {number} most
 */
export function levelsInSight(tree, most) {
  if (tree.nodes.size <= most) return 0;
  let levels = 1;
  let group = tree.root ? [tree.root] : [];
  for (let seen = 1; group.length; levels++) {
    group = group.flatMap((one) => [...tree.children(one.id)]);
    seen += group.length;
    if (seen > most) break;
  }
  return levels;
}

/**
 * Return the KPIs whose name holds the text, in the order of the tree.
 * @param {Tree} tree
 * @param {string} text
 * @returns {string[]} ids
 */
export function found(tree, text) {
  const wanted = folded(text);
  if (!wanted) return [];
  return rowsOf(tree, new Set())
    .filter((row) => !row.link && folded(row.node.fields.name).includes(wanted))
    .map((row) => row.id);
}

/** @param {string} text */
function folded(text) {
  return text.normalize("NFKC").trim().toLowerCase();
}

/**
 * @param {ReadonlySet<string>} closed
 * @param {string} id
 */
function without(closed, id) {
  return new Set([...closed].filter((one) => one !== id));
}
