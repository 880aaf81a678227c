// The tree in memory: the same commands as in kpis/domain/commands.py, applied in the browser.

/**
 * @typedef {Record<string, any>} Fields
 * @typedef {{ id: string, parent_id: string | null, position: number, fields: Fields }} Node
 * @typedef {"reference" | "influence"} LinkKind
 * @typedef {{ id: string, node_id: string, target_id: string, kind: LinkKind, note: string }} Link
 * @typedef {{ kind: string, payload: any }} Command
 */

export const STEP = 1024;

/** A command that does not fit the tree (any more). */
export class Misfit extends Error {}

/** Nodes by id with one root, and links; never changed, only replaced. */
export class Tree {
  /** @type {Map<string | null, Node[]> | null} */
  #children = null;

  /**
   * @param {ReadonlyMap<string, Node>} nodes
   * @param {ReadonlyMap<string, Link>} links
   */
  constructor(nodes, links = new Map()) {
    this.nodes = nodes;
    this.links = links;
  }

  /**
   * @param {readonly Node[]} nodes
   * @param {readonly Link[]} links
   */
  static of(nodes, links = []) {
    return new Tree(
      new Map(nodes.map((one) => [one.id, one])),
      new Map(links.map((one) => [one.id, one])),
    );
  }

  /**
   * @param {string | null} parentId
   * @returns {readonly Node[]} in their order
   */
  children(parentId) {
    if (!this.#children) {
      this.#children = new Map();
      for (const node of this.nodes.values()) {
        const siblings = this.#children.get(node.parent_id);
        if (siblings) siblings.push(node);
        else this.#children.set(node.parent_id, [node]);
      }
      for (const siblings of this.#children.values()) siblings.sort(byPlace);
    }
    return this.#children.get(parentId) ?? [];
  }

  get root() {
    return this.children(null)[0];
  }

  /** @param {string} id */
  node(id) {
    const node = this.nodes.get(id);
    if (!node) throw new Misfit(id);
    return node;
  }

  /**
   * @param {string} id
   * @returns {Node[]} the node and all below it, parents first
   */
  subtree(id) {
    const found = [this.node(id)];
    for (const node of found) found.push(...this.children(node.id));
    return found;
  }

  /**
   * @param {string} id
   * @returns {Node[]} the node and all below it, as they stand from the top down
   */
  subtreeInOrder(id) {
    /** @type {Node[]} */
    const found = [];
    const waiting = [this.node(id)];
    for (let node = waiting.pop(); node; node = waiting.pop()) {
      found.push(node);
      waiting.push(...[...this.children(node.id)].reverse());
    }
    return found;
  }

  /**
   * @param {string} id
   * @returns {Node[]} nearest first
   */
  ancestors(id) {
    const found = [];
    for (let at = this.node(id).parent_id; at !== null; at = this.node(at).parent_id) {
      found.push(this.node(at));
    }
    return found;
  }

  /**
   * @param {string} id
   * @param {string} parentId
   */
  canMove(id, parentId) {
    if (!this.nodes.has(id) || !this.nodes.has(parentId)) return false;
    if (this.node(id).parent_id === null || id === parentId) return false;
    return !this.ancestors(parentId).some((one) => one.id === id);
  }

  /**
   * @param {Pick<Link, "node_id" | "target_id" | "kind">} link
   */
  canLink(link) {
    const { node_id: from, target_id: to } = link;
    if (!this.nodes.has(from) || !this.nodes.has(to) || from === to) return false;
    if (this.node(from).parent_id === to) return false;
    const isThere = [...this.links.values()].some(
      (one) => one.node_id === from && one.target_id === to,
    );
    if (isThere) return false;
    return link.kind === "influence" || !this.ancestors(to).some((one) => one.id === from);
  }

  /** @param {Iterable<Node>} changed */
  withNodes(changed) {
    const nodes = new Map(this.nodes);
    for (const node of changed) nodes.set(node.id, node);
    return new Tree(nodes, this.links);
  }

  /** @param {Record<string, number>} positions */
  withPositions(positions) {
    return this.withNodes(
      Object.entries(positions).map(([id, position]) => ({ ...this.node(id), position })),
    );
  }
}

/**
 * @param {Node} a
 * @param {Node} b
 */
function byPlace(a, b) {
  return a.position - b.position || (a.id < b.id ? -1 : 1);
}

/**
 * Find a position for a node that becomes the index-th of these siblings, and what must move first.
 * @param {readonly Node[]} siblings
 * @param {number} index
 * @returns {[number, Record<string, number>]}
 */
export function positionAt(siblings, index) {
  const at = Math.max(0, Math.min(index, siblings.length));
  const before = siblings[at - 1]?.position ?? 0;
  const after = siblings[at]?.position;
  if (after === undefined) return [before + STEP, {}];
  if (after - before > 1) return [Math.floor((before + after) / 2), {}];
  const moved = siblings.map((one, place) => [one.id, (place + 1 + Number(place >= at)) * STEP]);
  return [(at + 1) * STEP, Object.fromEntries(moved)];
}

/**
 * Return the tree after the command; Misfit when it does not fit.
 * @param {Command} command
 * @param {Tree} tree
 * @returns {Tree}
 */
export function apply(command, tree) {
  const done = APPLY[command.kind];
  if (!done) throw new Misfit(command.kind);
  return done(tree, command.payload);
}

/** @type {Record<string, (tree: Tree, payload: any) => Tree>} */
const APPLY = {
  add(tree, payload) {
    let grown = tree.withPositions(payload.positions ?? {});
    for (const node of payload.nodes) {
      if (grown.nodes.has(node.id) || !grown.nodes.has(node.parent_id)) throw new Misfit(node.id);
      grown = grown.withNodes([node]);
    }
    return (payload.links ?? []).reduce(withLink, grown);
  },
  update(tree, { id, fields }) {
    const node = tree.node(id);
    return tree.withNodes([{ ...node, fields: { ...node.fields, ...fields } }]);
  },
  move(tree, payload) {
    if (!tree.canMove(payload.id, payload.parent_id)) throw new Misfit(payload.id);
    const { parent_id, position } = payload;
    const moved = { ...tree.node(payload.id), parent_id, position };
    return tree.withPositions(payload.positions ?? {}).withNodes([moved]);
  },
  delete(tree, payload) {
    const nodes = new Map(tree.nodes);
    for (const node of tree.subtree(payload.id)) nodes.delete(node.id);
    const links = [...tree.links].filter(
      ([, link]) => nodes.has(link.node_id) && nodes.has(link.target_id),
    );
    return new Tree(nodes, new Map(links)).withPositions(payload.positions ?? {});
  },
  reorder: (tree, payload) => tree.withPositions(payload.positions),
  link: (tree, payload) => withLink(tree, payload.link),
  unlink(tree, payload) {
    const links = new Map(tree.links);
    if (!links.delete(payload.link.id)) throw new Misfit(payload.link.id);
    return new Tree(tree.nodes, links);
  },
  batch: (tree, payload) => payload.commands.reduce(flipped, tree),
};

/**
 * @param {Tree} tree
 * @param {Command} command
 */
function flipped(tree, command) {
  return apply(command, tree);
}

/**
 * @param {Tree} tree
 * @param {Link} link
 */
function withLink(tree, link) {
  if (!tree.nodes.has(link.node_id) || !tree.nodes.has(link.target_id)) throw new Misfit(link.id);
  return new Tree(tree.nodes, new Map(tree.links).set(link.id, link));
}

/**
 * Return the single commands of a command, in their order.
 * @param {Command} command
 * @returns {Command[]}
 */
export function parts(command) {
  return command.kind === "batch" ? command.payload.commands.flatMap(parts) : [command];
}

/**
 * Tell whether two commands change the same thing, so that a person must choose.
 * @param {Command} mine
 * @param {Command} theirs
 * @param {Tree} tree  with both done, as far as they could be
 */
export function collides(mine, theirs, tree) {
  return parts(mine).some((one) => parts(theirs).some((other) => meets(one, other, tree)));
}

/**
 * @param {Command} mine
 * @param {Command} theirs
 * @param {Tree} tree
 */
function meets(mine, theirs, tree) {
  const needed = needs(mine);
  if (theirs.kind === "delete") return needed.some((id) => !tree.nodes.has(id));
  const changed = needs(theirs);
  if (mine.kind === "delete") {
    const gone = tree.nodes.has(mine.payload.id)
      ? new Set(tree.subtree(mine.payload.id).map((one) => one.id))
      : new Set([mine.payload.id]);
    return changed.some((id) => gone.has(id));
  }
  if (mine.kind === "update" && theirs.kind === "update") {
    const names = Object.keys(theirs.payload.fields);
    return (
      mine.payload.id === theirs.payload.id && names.some((name) => name in mine.payload.fields)
    );
  }
  if (mine.kind === "move" && theirs.kind === "move") return mine.payload.id === theirs.payload.id;
  return (
    mine.kind === "reorder" &&
    theirs.kind === "reorder" &&
    changed.some((id) => id in mine.payload.positions)
  );
}

/**
 * Return the nodes without which a command cannot be done.
 * @param {Command} command
 * @returns {string[]}
 */
function needs({ kind, payload }) {
  if (kind === "add") return [payload.nodes[0].parent_id];
  if (kind === "move") return [payload.id, payload.parent_id];
  if (kind === "reorder") return Object.keys(payload.positions);
  if (kind === "link" || kind === "unlink") return [payload.link.node_id, payload.link.target_id];
  return [payload.id];
}
