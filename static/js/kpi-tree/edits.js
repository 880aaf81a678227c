// What a person does, as a pair: the request for the server, and the command that shows it at once.
import { positionAt } from "./tree.js";

/**
 * @typedef {import("./tree.js").Tree} Tree
 * @typedef {import("./tree.js").Command} Command
 * @typedef {{ request: any, command: Command | null, label: string, typed?: string }} Edit
 * @typedef {"up" | "down" | "in" | "out"} Shift
 */

/**
 * Add a KPI below another one, last or as the index-th child.
 * @param {Tree} tree
 * @param {{ id: string, parentId: string, name: string, index?: number | undefined }} wanted
 * @returns {Edit}
 */
export function add(tree, { id, parentId, name, index }) {
  const siblings = tree.children(parentId);
  const place = index ?? siblings.length;
  const [position, positions] = positionAt(siblings, place);
  const fields = { ...BLANK, ...inherited(tree.node(parentId).fields), name };
  const node = { id, parent_id: parentId, position, fields };
  return {
    request: { kind: "add", id, parent_id: parentId, index: place, settings: { name } },
    command: { kind: "add", payload: { nodes: [node], positions } },
    label: `「${name}」の追加`,
    typed: name,
  };
}

/** What a new KPI is on the server, until its answer comes. */
const BLANK = {
  unit: "count",
  unit_per: "",
  direction: "higher",
  aggregation: "sum",
  value_source: "measured",
  weight: "1",
  importance: 3,
  definition: "",
  data_source: "",
  perspective: "",
  baseline: null,
  deadline_on: null,
  formula: "",
  notes: "",
};

/** @param {import("./tree.js").Fields} parent */
function inherited(parent) {
  const { frequency, responsible_side, responsible_organization } = parent;
  const { responsible_label, client_owner } = parent;
  return {
    frequency,
    responsible_side,
    responsible_organization,
    responsible_label,
    client_owner,
  };
}

/**
 * Give fields of KPIs new values, in one step.
 * @param {Tree} tree
 * @param {readonly { id: string, fields: import("./tree.js").Fields }[]} changes
 * @returns {Edit | null} null when nothing changes
 */
export function update(tree, changes) {
  const real = changes.filter(({ id, fields }) =>
    Object.entries(fields).some(([name, value]) => tree.node(id).fields[name] !== value),
  );
  const [first] = real;
  if (!first) return null;
  const commands = real.map(({ id, fields }) => ({ kind: "update", payload: { id, fields } }));
  const name = tree.node(first.id).fields.name;
  const isOne = real.length === 1;
  return {
    request: isOne
      ? { kind: "update", kpi: first.id, settings: first.fields }
      : {
          kind: "bulk",
          updates: real.map(({ id, fields }) => ({ kpi: id, settings: fields })),
        },
    command: isOne ? (commands[0] ?? null) : { kind: "batch", payload: { commands } },
    label: isOne ? `「${name}」の変更` : `${real.length}件のKPIの変更`,
    typed: isOne ? Object.values(first.fields).join("、") : "",
  };
}

/**
 * Put a KPI with all below it under another one, last or as the index-th child.
 * @param {Tree} tree
 * @param {string} id
 * @param {string} parentId
 * @param {number} [index]  among the others that will be there
 * @returns {Edit | null} null when it cannot go there
 */
export function move(tree, id, parentId, index) {
  if (!tree.canMove(id, parentId)) return null;
  const siblings = tree.children(parentId).filter((one) => one.id !== id);
  const place = index ?? siblings.length;
  const [position, positions] = positionAt(siblings, place);
  return {
    request: { kind: "move", kpi: id, parent_id: parentId, index: place },
    command: { kind: "move", payload: { id, parent_id: parentId, position, positions } },
    label: `「${tree.node(id).fields.name}」の移動`,
  };
}

/**
 * Move a KPI one place up or down, or one level in or out.
 * @param {Tree} tree
 * @param {string} id
 * @param {Shift} shift
 * @returns {Edit | null} null at the edge
 */
export function shift(tree, id, shift) {
  const node = tree.node(id);
  if (node.parent_id === null) return null;
  const siblings = tree.children(node.parent_id);
  const place = siblings.findIndex((one) => one.id === id);
  if (shift === "up") return place > 0 ? move(tree, id, node.parent_id, place - 1) : null;
  if (shift === "down") {
    return place + 1 < siblings.length ? move(tree, id, node.parent_id, place + 1) : null;
  }
  if (shift === "in") {
    const above = siblings[place - 1];
    return above ? move(tree, id, above.id) : null;
  }
  const parent = tree.node(node.parent_id);
  if (parent.parent_id === null) return null;
  const aunts = tree.children(parent.parent_id).findIndex((one) => one.id === parent.id);
  return move(tree, id, parent.parent_id, aunts + 1);
}

/**
 * @param {Tree} tree
 * @param {string} id
 * @returns {Edit | null} null for the goal
 */
export function remove(tree, id) {
  const node = tree.node(id);
  if (node.parent_id === null) return null;
  return {
    request: { kind: "delete", kpi: id },
    command: { kind: "delete", payload: { id, positions: {} } },
    label: `「${node.fields.name}」の削除`,
  };
}

/**
 * Copy a branch of the same tree.
 * @param {Tree} tree
 * @param {string} id
 * @param {string} parentId
 * @param {number | undefined} index
 * @param {() => string} newId
 * @returns {Edit}
 */
export function copy(tree, id, parentId, index, newId) {
  const branch = tree.subtree(id);
  const ids = new Map(branch.map((one) => [one.id, newId()]));
  const siblings = tree.children(parentId);
  const place = index ?? siblings.length;
  const [position, positions] = positionAt(siblings, place);
  const nodes = branch.map((one, at) => ({
    ...one,
    id: ids.get(one.id) ?? "",
    parent_id: at ? (ids.get(one.parent_id ?? "") ?? "") : parentId,
    position: at ? one.position : position,
  }));
  return {
    request: {
      kind: "copy",
      kpi: id,
      parent_id: parentId,
      index: place,
      ids: Object.fromEntries(ids),
    },
    command: { kind: "add", payload: { nodes, positions } },
    label: `「${tree.node(id).fields.name}」の複写`,
  };
}

/**
 * Draw a line beside the tree; the server gives it its id.
 * @param {Tree} tree
 * @param {string} from
 * @param {string} to
 * @param {import("./tree.js").LinkKind} kind
 * @param {string} note
 * @returns {Edit}
 */
export function link(tree, from, to, kind, note) {
  const names = [from, to].map((id) => tree.node(id).fields.name);
  return {
    request: { kind: "link", kpi: from, target: to, line: kind, note },
    command: null,
    label: `「${names[0]}」から「${names[1]}」への線`,
  };
}

/**
 * @param {Tree} tree
 * @param {string} linkId
 * @returns {Edit | null}
 */
export function unlink(tree, linkId) {
  const found = tree.links.get(linkId);
  if (!found) return null;
  return {
    request: { kind: "unlink", link: linkId },
    command: { kind: "unlink", payload: { link: found } },
    label: "線の削除",
  };
}
