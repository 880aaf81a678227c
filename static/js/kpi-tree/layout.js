// Where the cards of the diagram stand: columns from left to right, a parent beside its children.
import { hierarchy, tree as tidy } from "../../vendor/d3-hierarchy/d3-hierarchy.min.mjs";

/**
 * @typedef {import("./rows.js").Row} Row
 * @typedef {{ x: number, y: number }} Place  the card's left upper corner, in pixels
 * @typedef {{ places: Map<string, Place>, width: number, height: number }} Layout
 */

export const CARD = { width: 224, height: 102 };
export const GAP = { across: 64, down: 14, branch: 12, edge: 24 };

/**
 * Lay out the rows in sight.
 * @param {readonly Row[]} rows  parents before children
 * @returns {Layout}
 */
export function layoutOf(rows) {
  const [first] = rows;
  if (!first) return { places: new Map(), width: 0, height: 0 };
  /** @type {Map<string, Row[]>} */
  const below = new Map();
  for (const row of rows) {
    if (row === first) continue;
    const parent = row.parent ?? "";
    const siblings = below.get(parent);
    if (siblings) siblings.push(row);
    else below.set(parent, [row]);
  }
  const root = hierarchy(first, (row) => (row.link ? [] : (below.get(row.id) ?? [])));
  const down = CARD.height + GAP.down;
  tidy()
    .nodeSize([down, CARD.width + GAP.across])
    .separation((a, b) => (a.parent === b.parent ? 1 : 1 + GAP.branch / down))(root);
  let top = Number.POSITIVE_INFINITY;
  root.each((one) => {
    top = Math.min(top, one.x);
  });
  /** @type {Map<string, Place>} */
  const places = new Map();
  let width = 0;
  let height = 0;
  root.each((one) => {
    const place = { x: GAP.edge + one.y, y: GAP.edge + one.x - top };
    places.set(one.data.key, place);
    width = Math.max(width, place.x + CARD.width + GAP.edge);
    height = Math.max(height, place.y + CARD.height + GAP.edge);
  });
  return { places, width, height };
}

/**
 * Return the lines from parents to children as the data of one SVG path.
 * @param {readonly Row[]} rows
 * @param {Layout["places"]} places
 */
export function branches(rows, places) {
  return rows
    .filter((row) => row.depth > 0 && !row.link)
    .map((row) => elbow(places.get(row.parent ?? ""), places.get(row.key)))
    .join("");
}

/**
 * Return the lines to what is only referred to.
 * @param {readonly Row[]} rows
 * @param {Layout["places"]} places
 */
export function references(rows, places) {
  return rows
    .filter((row) => row.link)
    .map((row) => elbow(places.get(row.parent ?? ""), places.get(row.key)))
    .join("");
}

/**
 * Return the lines of influence between cards in sight: curves, from the left side of one to the other.
 * @param {Iterable<import("./tree.js").Link>} links
 * @param {Layout["places"]} places
 */
export function influences(links, places) {
  const found = [];
  for (const link of links) {
    const from = places.get(link.node_id);
    const to = places.get(link.target_id);
    if (link.kind !== "influence" || !from || !to) continue;
    const [a, b] = [middle(from), middle(to)];
    const bend = Math.max(from.x, to.x) + CARD.width + GAP.across * 0.6;
    found.push(`M${from.x + CARD.width} ${a}C${bend} ${a} ${bend} ${b} ${to.x + CARD.width} ${b}`);
  }
  return found.join("");
}

/** @param {Place} place */
function middle(place) {
  return place.y + CARD.height / 2;
}

/**
 * @param {Place | undefined} from
 * @param {Place | undefined} to
 */
function elbow(from, to) {
  if (!from || !to) return "";
  const start = from.x + CARD.width;
  const turn = start + GAP.across / 2;
  return `M${start} ${middle(from)}H${turn}V${middle(to)}H${to.x}`;
}
