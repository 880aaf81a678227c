// Edits are shown at once, sent one by one on the version that they were made on, and put on top of
// what others did meanwhile. What others changed in the same place is for a person to decide.
import { apply, collides, Tree } from "./tree.js";

/**
 * @typedef {import("./edits.js").Edit} Edit
 * @typedef {{ version: number, kind: string, payload: any, summary: string, by: string,
 *   is_own: boolean }} Logged
 * @typedef {{ version: number, commands: Logged[], undo: string | null, redo: string | null }} Log
 * @typedef {{ status: number, body: any }} Answer
 * @typedef {{ post: (request: any, key: string) => Promise<Answer>, changes: (after: number) => Promise<Answer>,
 *   whole: () => Promise<Answer>, wait: (ms: number) => Promise<void> }} Server
 * @typedef {{ changed: () => void, said: (text: string) => void, refused: (edit: Edit,
 *   reason: string) => void, others: (commands: readonly Logged[]) => void,
 *   asked: (edit: Edit, theirs: readonly Logged[], isPossible: boolean) => Promise<boolean> }} Ears
 */

const LONGEST_WAIT = 30_000;

export class Sync {
  /** @type {Edit[]} */
  #waiting = [];
  #isSending = false;
  /** @type {WeakMap<Edit, string>} */
  #keys = new WeakMap();
  /** @type {Tree | null} */
  #shown = null;

  /**
   * @param {{ tree: Tree, version: number, undo: string | null, redo: string | null }} start
   * @param {Server} server
   * @param {Ears} ears
   */
  constructor(start, server, ears) {
    this.tree = start.tree;
    this.version = start.version;
    this.undo = start.undo;
    this.redo = start.redo;
    this.server = server;
    this.ears = ears;
    this.isOffline = false;
  }

  /** How many edits the server has not confirmed yet. */
  get unsent() {
    return this.#waiting.length;
  }

  /** The tree as the person sees it: what the server has, and the edits on their way. */
  get shown() {
    if (!this.#shown) {
      this.#shown = this.tree;
      for (const edit of this.#waiting) this.#shown = tried(edit, this.#shown);
    }
    return this.#shown;
  }

  /**
   * Show an edit and send it.
   * @param {Edit} edit
   */
  do(edit) {
    this.#waiting.push(edit);
    this.#changed();
    return this.#send();
  }

  /** Ask what others did; nothing while edits are on their way, which ask by themselves. */
  async look() {
    if (this.#isSending || this.#waiting.length) return;
    this.#isSending = true;
    try {
      await this.#catchUp();
    } catch {
      // The next look, or the next edit, tells.
    }
    this.#isSending = false;
    await this.#send();
  }

  /**
   * Take a whole tree from the server.
   * @param {{ tree: Tree, version: number, undo: string | null, redo: string | null }} state
   */
  take(state) {
    if (state.version < this.version) return;
    Object.assign(this, state);
    this.#changed();
  }

  #changed() {
    this.#shown = null;
    this.ears.changed();
  }

  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    let pause = 1_000;
    for (let edit = this.#waiting[0]; edit; edit = this.#waiting[0]) {
      try {
        await this.#sendOne(edit);
        this.isOffline = false;
        pause = 1_000;
      } catch {
        this.isOffline = true;
        this.ears.changed();
        await this.server.wait(pause);
        pause = Math.min(pause * 2, LONGEST_WAIT);
      }
    }
    this.#isSending = false;
    this.#changed();
  }

  /** @param {Edit} edit */
  async #sendOne(edit) {
    const { version } = this;
    const key = `${this.#keyOf(edit)}-${version}`;
    const { status, body } = await this.server.post({ ...edit.request, version }, key);
    if (status === 200) {
      this.#drop(edit);
      await this.#receive(body);
    } else if (status === 409 && body?.code === "kpis.stale") {
      await this.#settle(edit, await this.#catchUp());
    } else if (status >= 400 && status < 500 && status !== 429) {
      this.#drop(edit);
      this.ears.refused(edit, body?.detail ?? "");
      if (body?.code === "kpis.collision") await this.#catchUp();
    } else {
      throw new Error(String(status));
    }
  }

  /**
   * Others were faster: go on when it was elsewhere, else let the person decide.
   * @param {Edit} edit
   * @param {readonly Logged[]} theirs
   */
  async #settle(edit, theirs) {
    const { command } = edit;
    if (!command) return;
    const meeting = theirs.filter((one) => collides(command, one, this.tree));
    let isPossible = true;
    try {
      apply(command, this.tree);
    } catch {
      isPossible = false;
    }
    if (isPossible && !meeting.length) return;
    const isWanted = await this.ears.asked(edit, meeting.length ? meeting : theirs, isPossible);
    if (!isWanted || !isPossible) this.#drop(edit);
  }

  /** @returns {Promise<Logged[]>} what others did since the version that is known here */
  async #catchUp() {
    const { status, body } = await this.server.changes(this.version);
    if (status !== 200) throw new Error(String(status));
    const others = body.commands.filter((/** @type {Logged} */ one) => !one.is_own);
    await this.#receive(body);
    if (others.length) this.ears.others(others);
    return body.commands;
  }

  /**
   * Apply what the log holds after the version that is known here.
   * @param {Log} log
   */
  async #receive(log) {
    let isFollowed = true;
    try {
      for (const one of log.commands) {
        if (one.version !== this.version + 1) continue;
        if (APPLIED.has(one.kind)) this.tree = apply(one, this.tree);
        this.version = one.version;
      }
    } catch {
      isFollowed = false;
    }
    this.undo = log.undo;
    this.redo = log.redo;
    if (!isFollowed || this.version < log.version) await this.#reload();
    this.#changed();
  }

  /** Read the whole tree: too much happened, or something that cannot be followed. */
  async #reload() {
    const { status, body } = await this.server.whole();
    if (status !== 200) throw new Error(String(status));
    this.version = body.version;
    this.tree = Tree.of(body.nodes, body.links);
    this.undo = body.undo;
    this.redo = body.redo;
    this.#changed();
  }

  /** An answer may be lost on its way: with its key the same edit is done once. */
  /** @param {Edit} edit */
  #keyOf(edit) {
    const key = this.#keys.get(edit) ?? crypto.randomUUID();
    this.#keys.set(edit, key);
    return key;
  }

  /** @param {Edit} edit */
  #drop(edit) {
    this.#waiting = this.#waiting.filter((one) => one !== edit);
  }
}

// Other entries of the log (a new name of the tree, its status) change no node.
const APPLIED = new Set([
  ...["add", "update", "move", "delete", "reorder"],
  ...["link", "unlink", "batch"],
]);

/**
 * @param {Edit} edit
 * @param {Tree} tree
 */
function tried(edit, tree) {
  try {
    return edit.command ? apply(edit.command, tree) : tree;
  } catch {
    return tree;
  }
}
