// A branch on the clipboard: as an indented list for other programs, and as itself for another tree.

/**
 * @typedef {{ api: string, id: string, name: string, isCut: boolean }} Clip
 */

const KIND = "application/x-aimitsu-kpi";

/**
 * @param {DataTransfer} data
 * @param {import("./tree.js").Tree} tree
 * @param {string} id
 * @param {string} api  the tree's address in the API
 * @param {boolean} isCut
 */
export function copyBranch(data, tree, id, api, isCut) {
  const name = tree.node(id).fields.name;
  data.setData("text/plain", indented(tree, id));
  data.setData(KIND, JSON.stringify({ api, id, name, isCut }));
}

/**
 * Return the branch that lies on the clipboard, if there is one.
 * @param {DataTransfer} data
 * @returns {Clip | null}
 */
export function clipOf(data) {
  try {
    const clip = JSON.parse(data.getData(KIND));
    const isOurs = /^\/api\/v1\/trees\/[0-9a-f-]{36}\/$/.test(clip.api);
    return isOurs && typeof clip.id === "string" ? clip : null;
  } catch {
    return null;
  }
}

/**
 * Write a branch as an indented list.
 * @param {import("./tree.js").Tree} tree
 * @param {string} id
 */
export function indented(tree, id) {
  const top = tree.ancestors(id).length;
  return tree
    .subtreeInOrder(id)
    .map((one) => "\t".repeat(tree.ancestors(one.id).length - top) + one.fields.name)
    .join("\n");
}
