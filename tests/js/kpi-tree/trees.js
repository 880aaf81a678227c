import { Tree } from "../../../static/js/kpi-tree/tree.js";

/**
 * Make a tree of its drawing: "goal(ads(ctr cpa)sales)"; names are ids.
 * @param {string} drawing
 * @param {import("../../../static/js/kpi-tree/tree.js").Link[]} [links]
 */
export function makeTree(drawing, links = []) {
  /** @type {import("../../../static/js/kpi-tree/tree.js").Node[]} */
  const nodes = [];
  /** @type {(string | null)[]} */
  const above = [null];
  let last = "";
  for (const [part] of drawing.matchAll(/\w+|[()]/g)) {
    if (part === "(") above.push(last);
    else if (part === ")") above.pop();
    else {
      const position = (nodes.length + 1) * 1024;
      const fields = { name: part, weight: "1" };
      nodes.push({ id: part, parent_id: above.at(-1) ?? null, position, fields });
      last = part;
    }
  }
  return Tree.of(nodes, links);
}

/**
 * Draw a tree, to compare it.
 * @param {Tree} tree
 * @param {string | null} [parentId]
 * @returns {string}
 */
export function drawn(tree, parentId = null) {
  return tree
    .children(parentId)
    .map((one) => {
      const below = drawn(tree, one.id);
      return below ? `${one.id}(${below})` : one.id;
    })
    .join(" ");
}
