// <kpi-tree>: one model, three views. Edits show at once and go to the server one by one.
import { clipOf, copyBranch } from "./clipboard.js";
import { Diagram } from "./diagram.js";
import { askForPlace, askToDelete, askWhich, showHelp } from "./dialogs.js";
import { focusName } from "./dom.js";
import { listenToDrags } from "./drag.js";
import * as edits from "./edits.js";
import { Frame } from "./frame.js";
import { actionOf } from "./keys.js";
import { remember, remembered } from "./memory.js";
import { Outline } from "./outline.js";
import { Panel } from "./panel.js";
import { found, levelsInSight, revealed, rowsOf, step, toLevel } from "./rows.js";
import { read, serverOf } from "./server.js";
import { Sync } from "./sync.js";
import { Table } from "./table.js";
import { Tree } from "./tree.js";
import { DRAFT, NOTHING } from "./view.js";

/**
 * @typedef {import("./keys.js").Action} Action
 * @typedef {import("./edits.js").Edit} Edit
 * @typedef {"diagram" | "outline" | "table"} ViewName
 */

const STEPS = ["previous", "next", "open", "close", "first", "last"];
const SHIFTS = ["up", "down", "in", "out"];
/** KPIs in sight when a big tree opens. */
const IN_SIGHT = 150;
/** How often others' changes are asked for, and how soon values and findings follow an edit. */
const LOOK_EVERY = 4_000;
const REFRESH_AFTER = 800;
const narrow = matchMedia("(width < 48rem)");

class KpiTree extends HTMLElement {
  #ending = new AbortController();
  /** @type {ReadonlySet<string>} */
  #closed = new Set();
  #selected = "";
  /** @type {{ key: string, draft: { parentId: string, index: number | undefined } | null } | null} */
  #writing = null;
  /** @type {ReadonlySet<string>} */
  #hits = new Set();
  /** @type {Set<string>} */
  #fresh = new Set();
  /** @type {Record<string, import("./view.js").Around>} */
  #around = {};
  /** @type {string | null} */
  #month = null;
  /** @type {ViewName} */
  #viewName = "diagram";
  #isDue = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #refreshing;

  connectedCallback() {
    const source = document.getElementById(this.dataset.source ?? "");
    if (!source) return;
    const state = JSON.parse(source.textContent ?? "{}");
    this.#around = state.kpis;
    this.#month = state.month;
    this.frame = new Frame(this);
    this.panel = new Panel(this, this.dataset.kpis ?? "");
    this.server = serverOf(this.dataset.api ?? "", this.dataset.state ?? "");
    const start = { tree: Tree.of(state.nodes, state.links), ...pick(state) };
    this.sync = new Sync(start, this.server, {
      changed: () => this.#changed(),
      said: (text) => this.frame?.say(text),
      refused: (edit, reason) => this.frame?.showTrouble(edit, reason),
      others: (commands) => this.#tellOthers(commands),
      asked: (edit, theirs, isPossible) => askWhich(this, edit, theirs, isPossible),
    });
    this.#choose(state);
    const asks = this.#asks();
    this.views = {
      diagram: new Diagram(asks),
      outline: new Outline(asks),
      table: new Table(asks, state.choices),
    };
    this.#listen(this.#ending.signal);
    this.#showView(this.#viewName);
    this.dataset.ready = "";
    performance.mark("kpi-tree-ready");
    if (state.errors === null) this.#refreshSoon(0);
  }

  disconnectedCallback() {
    this.#ending.abort();
  }

  get isReadonly() {
    return this.dataset.readonly !== undefined;
  }

  get #tree() {
    return /** @type {Sync} */ (this.sync).shown;
  }

  get #view() {
    return /** @type {NonNullable<typeof this.views>} */ (this.views)[this.#viewName];
  }

  /** The KPI that is selected, also through one of its references. */
  get #id() {
    return this.#tree.links.get(this.#selected)?.node_id ?? this.#selected;
  }

  /** Come back to where the person was: the KPI in the address, the view that was used last. */
  /** @param {any} state */
  #choose(state) {
    const tree = this.#tree;
    const wanted = this.dataset.selected || location.hash.replace("#kpi-", "");
    const root = state.nodes[0]?.id ?? "";
    this.#selected = tree.nodes.has(wanted) ? wanted : root;
    const kept = remembered(`closed-${this.dataset.api}`);
    this.#closed = kept ? new Set(kept.split(",")) : toLevel(tree, levelsInSight(tree, IN_SIGHT));
    this.#closed = revealed(tree, this.#closed, this.#selected);
    const name = remembered("view");
    if (name === "outline" || name === "table") this.#viewName = name;
    if (narrow.matches) this.#viewName = "outline";
  }

  /** @returns {import("./view.js").Asks} */
  #asks() {
    return {
      select: (key, isFocused = false) => this.#select(key, isFocused),
      toggle: (id) => this.#toggle(id),
      rename: (key) => this.#rename(key),
      named: (name, andChild) => this.#named(name, andChild),
      change: (changes) => this.#do(edits.update(this.#tree, changes)),
      say: (text) => this.frame?.notice(text),
    };
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    this.#stage.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    document.addEventListener("keydown", (event) => this.#onPageKey(event), { signal });
    this.addEventListener("click", (event) => this.#onClick(event), { signal });
    this.addEventListener("input", (event) => this.#onInput(event), { signal });
    this.addEventListener("change", (event) => this.#onChange(event), { signal });
    this.addEventListener("zoomed", () => this.frame?.showZoom(this.views?.diagram.zoom ?? 1), {
      signal,
    });
    for (const name of /** @type {const} */ (["copy", "cut", "paste"])) {
      this.#stage.addEventListener(name, (event) => this.#onClipboard(name, event), { signal });
    }
    listenToDrags(this.#stage, {
      tree: () => this.#tree,
      drop: (id, parentId, index) => this.#do(edits.move(this.#tree, id, parentId, index)),
    });
    narrow.addEventListener(
      "change",
      () => this.#showView(narrow.matches ? "outline" : "diagram"),
      {
        signal,
      },
    );
    addEventListener("beforeunload", (event) => this.sync?.unsent && event.preventDefault(), {
      signal,
    });
    addEventListener("beforeprint", () => this.#print(true), { signal });
    addEventListener("afterprint", () => this.#print(false), { signal });
    const look = () => document.visibilityState === "visible" && this.sync?.look();
    const timer = setInterval(look, LOOK_EVERY);
    document.addEventListener("visibilitychange", look, { signal });
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  get #stage() {
    return /** @type {HTMLElement} */ (this.querySelector("[data-stage]"));
  }

  // --- What is shown ---------------------------------------------------------------------------

  /** Something changed: show it with the next picture, once. */
  #changed() {
    if (this.sync && !this.sync.unsent) this.#refreshSoon(REFRESH_AFTER);
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#render();
    });
  }

  #render() {
    if (!this.views) return;
    const tree = this.#withDraft();
    if (!tree.nodes.has(this.#id) && !tree.links.has(this.#selected)) {
      this.#selected = tree.root?.id ?? "";
    }
    const rows = rowsOf(tree, this.#closed);
    this.rows = rows;
    if (!rows.some((row) => row.key === this.#selected)) this.#selected = this.#id;
    const hadFocus = this.#stage.contains(document.activeElement);
    this.#view.render({
      tree,
      rows,
      around: this.#around,
      month: this.#month,
      selected: this.#selected,
      writing: this.#writing?.key ?? null,
      hits: this.#hits,
      fresh: this.#fresh,
      isReadonly: this.isReadonly,
    });
    if (this.#writing) focusName(this.#stage);
    else if (hadFocus && !this.#stage.contains(document.activeElement))
      this.#view.focus(this.#selected);
    this.#showAround();
  }

  #showAround() {
    const { sync } = this;
    if (!sync) return;
    this.frame?.showState(sync, this.isReadonly);
    this.panel?.show(this.#tree, this.#id, {
      isReadonly: this.isReadonly,
      isSettled: !sync.unsent,
      mark: `${sync.version} ${JSON.stringify(this.#around[this.#id] ?? null)}`,
    });
  }

  /** The tree, with the KPI whose name is being written. */
  #withDraft() {
    const tree = this.#tree;
    const draft = this.#writing?.draft;
    if (!draft || !tree.nodes.has(draft.parentId)) return tree;
    const wanted = { id: DRAFT, parentId: draft.parentId, name: "", index: draft.index };
    const { command } = edits.add(tree, wanted);
    return tree
      .withPositions(command?.payload.positions ?? {})
      .withNodes(command?.payload.nodes ?? []);
  }

  /** @param {ViewName} name */
  #showView(name) {
    this.#viewName = name;
    this.#stage.replaceChildren(this.#view.host);
    this.dataset.view = name;
    for (const button of this.querySelectorAll("button[data-view]")) {
      const isOn = button instanceof HTMLElement && button.dataset.view === name;
      button.setAttribute("aria-pressed", String(isOn));
    }
    this.#render();
    if (name === "diagram") this.views?.diagram.open(this.#selected);
    this.frame?.showZoom(this.views?.diagram.zoom ?? 1);
  }

  // --- What is beside the tree -----------------------------------------------------------------

  /** Values, status and findings follow a little later than the edit itself. */
  /** @param {number} after */
  #refreshSoon(after) {
    clearTimeout(this.#refreshing);
    this.#refreshing = setTimeout(async () => {
      const { sync } = this;
      if (!sync || sync.unsent) return;
      const { status, body } = await read(this.dataset.state ?? "").catch(() => FAILED);
      if (status !== 200 || sync.unsent || body.version < sync.version) return;
      const isSame = JSON.stringify(body.kpis) === JSON.stringify(this.#around);
      this.#around = body.kpis;
      this.#month = body.month;
      this.frame?.showFindings(body);
      if (body.version > sync.version) sync.look();
      if (!isSame) this.#render();
    }, after);
  }

  /** @param {readonly import("./sync.js").Logged[]} commands */
  #tellOthers(commands) {
    const last = commands.at(-1);
    if (!last) return;
    const more = commands.length > 1 ? `（ほか${commands.length - 1}件）` : "";
    this.frame?.notice(`${last.by}：${last.summary}${more}`);
    for (const one of commands) {
      const { id, nodes } = one.payload ?? {};
      for (const key of [id, ...(nodes ?? []).map((/** @type {any} */ node) => node.id)]) {
        if (key) this.#fresh.add(key);
      }
    }
    setTimeout(() => {
      this.#fresh = new Set();
      this.#changed();
    }, 4_000);
  }

  // --- What the person asks for ----------------------------------------------------------------

  /**
   * @param {string} key
   * @param {boolean} isFocused
   */
  #select(key, isFocused) {
    if (this.#writing) return;
    const isSame = key === this.#selected;
    this.#selected = key;
    if (!isSame) this.#render();
    if (isFocused) this.#view.focus(key);
    if (!isSame) history.replaceState(null, "", `?selected=${this.#id}`);
  }

  /** @param {string} id */
  #toggle(id) {
    const closed = new Set(this.#closed);
    if (!closed.delete(id)) closed.add(id);
    this.#close(closed);
  }

  /** @param {ReadonlySet<string>} closed */
  #close(closed) {
    this.#closed = closed;
    remember(`closed-${this.dataset.api}`, [...closed].join(","));
    const tree = this.#tree;
    const hider = tree.nodes.has(this.#id)
      ? tree.ancestors(this.#id).findLast((one) => closed.has(one.id))
      : null;
    if (hider) this.#selected = hider.id;
    this.#render();
  }

  /** @param {string} key */
  #rename(key) {
    if (this.isReadonly || this.#tree.links.has(key)) return;
    this.#writing = { key, draft: null };
    this.#selected = key;
    this.#render();
  }

  /**
   * Start a KPI: its name is written where it will stand.
   * @param {string} parentId
   * @param {number} [index]
   */
  #draft(parentId, index) {
    if (this.isReadonly) return;
    this.#closed = new Set([...this.#closed].filter((one) => one !== parentId));
    this.#writing = { key: DRAFT, draft: { parentId, index } };
    this.#render();
    if (this.#viewName === "diagram") this.views?.diagram.reveal(DRAFT);
  }

  /**
   * A name was written, or given up (null).
   * @param {string | null} name
   * @param {boolean} andChild
   */
  #named(name, andChild) {
    const writing = this.#writing;
    this.#writing = null;
    if (!writing) return;
    if (writing.draft) {
      if (name) {
        const id = crypto.randomUUID();
        this.#selected = id;
        this.#do(edits.add(this.#tree, { id, name, ...writing.draft }));
        this.frame?.say(`「${name}」を追加しました。`);
      }
    } else if (name) {
      this.#do(edits.update(this.#tree, [{ id: writing.key, fields: { name } }]));
    }
    this.#render();
    if (andChild && name) this.#draft(this.#id);
    else this.#view.focus(this.#selected);
  }

  /** @param {Edit | null} edit */
  #do(edit) {
    if (!edit) this.frame?.say("これ以上は変更できません。");
    else if (!this.isReadonly) this.sync?.do(edit);
    return edit !== null;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input, select, textarea, button")) return;
    const action = actionOf(event);
    if (!action || action === "undo" || action === "redo") return;
    event.preventDefault();
    this.#act(action);
  }

  /** Undo, redo and the search work wherever the person is on the page. */
  /** @param {KeyboardEvent} event */
  #onPageKey(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input, textarea, select, [contenteditable], dialog")) return;
    const action = actionOf(event);
    if (action === "undo" || action === "redo" || action === "search" || action === "help") {
      if (event.defaultPrevented) return;
      event.preventDefault();
      this.#act(action);
    }
  }

  /** @param {Action | string} action */
  async #act(action) {
    const tree = this.#tree;
    const id = this.#id;
    const node = tree.nodes.get(id);
    if (STEPS.includes(action)) {
      const to = /** @type {import("./rows.js").Step} */ (action);
      const view = step(this.rows ?? [], this.#closed, this.#selected, to);
      if (view.closed !== this.#closed) this.#close(view.closed);
      this.#select(view.focus, true);
    } else if (action.startsWith("level-")) {
      this.#close(toLevel(tree, Number(action.slice(6))));
    } else if (action === "undo" || action === "redo") {
      await this.#turnBack(action);
    } else if (action === "search") {
      this.#searchField?.focus();
    } else if (action === "help") {
      await showHelp(this);
    } else if (action === "fit") {
      this.views?.diagram.fit();
    } else if (action === "zoom-in" || action === "zoom-out") {
      const { diagram } = this.views ?? {};
      diagram?.zoomTo(diagram.zoom * (action === "zoom-in" ? 1.25 : 0.8));
    } else if (node && !this.isReadonly) {
      await this.#edit(action, node);
    }
  }

  /**
   * @param {string} action
   * @param {import("./tree.js").Node} node
   */
  async #edit(action, node) {
    const tree = this.#tree;
    const { id, parent_id: parentId } = node;
    const place = parentId ? tree.children(parentId).findIndex((one) => one.id === id) : 0;
    if (SHIFTS.includes(action)) {
      const isDone = this.#do(edits.shift(tree, id, /** @type {edits.Shift} */ (action)));
      if (isDone) this.frame?.say(`「${node.fields.name}」を移動しました。Ctrl+Zで元に戻せます。`);
      this.#closed = revealed(this.#tree, this.#closed, id);
    } else if (action === "add") {
      if (parentId) this.#draft(parentId, place + 1);
      else this.#draft(id);
    } else if (action === "add-before" && parentId) this.#draft(parentId, place);
    else if (action === "add-child") this.#draft(id);
    else if (action === "rename") this.#rename(id);
    else if (action === "delete") await this.#delete(node);
    else if (action === "duplicate" && parentId) {
      this.#do(edits.copy(tree, id, parentId, place + 1, () => crypto.randomUUID()));
    } else if (action === "move") await this.#moveTo(node);
    else if (action === "link") await this.#link(node);
    else if (action === "select") this.panel?.focus();
  }

  /** @param {import("./tree.js").Node} node */
  async #delete(node) {
    const link = this.#tree.links.get(this.#selected);
    if (link) {
      this.#do(edits.unlink(this.#tree, link.id));
      return;
    }
    if (node.parent_id === null) {
      this.frame?.notice("KGIは削除できません。ツリーが不要なときは、ツリーを保管してください。");
      return;
    }
    const below = this.#tree.subtree(node.id).length - 1;
    const around = this.#around[node.id] ?? NOTHING;
    const hasData = around.actual !== null || around.target !== null;
    const isAsked = below > 0 || hasData;
    if (!isAsked || (await askToDelete(this, node.fields.name, below))) {
      const siblings = this.#tree.children(node.parent_id);
      const at = siblings.findIndex((one) => one.id === node.id);
      this.#selected = siblings[at + 1]?.id ?? siblings[at - 1]?.id ?? node.parent_id;
      this.#do(edits.remove(this.#tree, node.id));
      this.frame?.say(`「${node.fields.name}」を削除しました。Ctrl+Zで元に戻せます。`);
    }
    this.#render();
    this.#view.focus(this.#selected);
  }

  /** @param {import("./tree.js").Node} node */
  async #moveTo(node) {
    const tree = this.#tree;
    const title = `「${node.fields.name}」の移動先`;
    const chosen = await askForPlace(
      this,
      tree,
      title,
      (id) => id !== node.parent_id && tree.canMove(node.id, id),
    );
    if (chosen) this.#do(edits.move(this.#tree, node.id, chosen.id));
  }

  /** @param {import("./tree.js").Node} node */
  async #link(node) {
    const tree = this.#tree;
    const title = `「${node.fields.name}」をつなぐ相手`;
    /** @param {string} id */
    const isOffered = (id) => tree.canLink({ node_id: node.id, target_id: id, kind: "influence" });
    const chosen = await askForPlace(this, tree, title, isOffered, true);
    if (!chosen) return;
    this.#do(edits.link(this.#tree, node.id, chosen.id, chosen.kind, chosen.note));
  }

  /** @param {"undo" | "redo"} kind */
  async #turnBack(kind) {
    const { sync } = this;
    if (!sync || this.isReadonly) return;
    if (sync[kind] === null && !sync.unsent) {
      this.frame?.say(
        kind === "undo" ? "元に戻せる操作はありません。" : "やり直せる操作はありません。",
      );
      return;
    }
    const what = sync[kind] ?? "";
    const label = kind === "undo" ? "元に戻す操作" : "やり直す操作";
    await sync.do({ request: { kind }, command: null, label });
    if (what) this.frame?.say(`${kind === "undo" ? "元に戻しました" : "やり直しました"}：${what}`);
  }

  /**
   * @param {"copy" | "cut" | "paste"} kind
   * @param {ClipboardEvent} event
   */
  async #onClipboard(kind, event) {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input, select, textarea") || !event.clipboardData) return;
    event.preventDefault();
    const api = this.dataset.api ?? "";
    if (kind !== "paste") {
      copyBranch(event.clipboardData, this.#tree, this.#id, api, kind === "cut");
      const name = this.#tree.nodes.get(this.#id)?.fields.name ?? "";
      this.frame?.notice(
        `「${name}」を${kind === "cut" ? "切り取り" : "コピー"}しました。貼り付けたいKPIを選んで、Ctrl+Vを押してください。`,
      );
      return;
    }
    const clip = clipOf(event.clipboardData);
    if (this.isReadonly) return;
    if (!clip) {
      this.frame?.notice("KPIではない文字は、「貼り付け・ファイルから追加」から取り込めます。");
    } else if (clip.api !== api) {
      await this.#pasteFromElsewhere(clip);
    } else if (clip.isCut) {
      this.#do(edits.move(this.#tree, clip.id, this.#id));
    } else if (this.#tree.nodes.has(clip.id)) {
      this.#do(edits.copy(this.#tree, clip.id, this.#id, undefined, () => crypto.randomUUID()));
    }
  }

  /** Copy out of another tree; what was cut leaves it after the copy is kept. */
  /** @param {import("./clipboard.js").Clip} clip */
  async #pasteFromElsewhere(clip) {
    const { sync, server } = this;
    if (!sync || !server) return;
    const request = { kind: "copy", kpi: clip.id, parent_id: this.#id };
    const before = sync.version;
    await sync.do({ request, command: null, label: `「${clip.name}」の貼り付け` });
    if (!clip.isCut || sync.version === before) return;
    const { body } = await read(`${clip.api}changes/?after=0`);
    const gone = { kind: "delete", kpi: clip.id, version: body?.version };
    const { status } = await server.send(clip.api, gone);
    this.frame?.notice(
      status === 200
        ? `「${clip.name}」を移しました。元のツリーでは「元に戻す」で戻せます。`
        : `「${clip.name}」を複写しました。元のツリーのKPIは残っています。`,
    );
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const target = event.target instanceof Element ? event.target.closest("button") : null;
    if (!target) return;
    const { action, view, unlink, select } = target.dataset;
    if (view === "diagram" || view === "outline" || view === "table") {
      remember("view", view);
      this.#showView(view);
    } else if (unlink) {
      this.#do(edits.unlink(this.#tree, unlink));
    } else if (select) {
      this.#closed = revealed(this.#tree, this.#closed, select);
      this.#select(select, true);
    } else if (action === "dismiss") {
      this.frame?.dismissTrouble();
    } else if (action) {
      this.#act(action);
    }
  }

  get #searchField() {
    const field = this.querySelector("input[data-search]");
    return field instanceof HTMLInputElement ? field : null;
  }

  /** @param {Event} event */
  #onInput(event) {
    const field = this.#searchField;
    if (!field || event.target !== field) return;
    const ids = found(this.#tree, field.value);
    this.#hits = new Set(ids);
    this.frame?.showHits(field.value.trim() ? `${ids.length}件` : "");
    for (const id of ids.slice(0, 50)) this.#closed = revealed(this.#tree, this.#closed, id);
    const [first] = ids;
    if (first) this.#selected = first;
    this.#render();
    if (first && this.#viewName === "diagram") this.views?.diagram.reveal(first);
  }

  /** @param {Event} event */
  #onChange(event) {
    const field = event.target;
    if (field === this.#searchField && this.#hits.size) this.#view.focus(this.#selected);
    if (field instanceof HTMLSelectElement && field.dataset.level !== undefined && field.value) {
      this.#act(`level-${field.value}`);
      field.value = "";
    }
  }

  /** Paper shows the whole outline. */
  /** @param {boolean} isStarting */
  #print(isStarting) {
    if (isStarting) {
      this.beforePrint = { view: this.#viewName, closed: this.#closed };
      this.#closed = new Set();
      this.#showView("outline");
    } else if (this.beforePrint) {
      this.#closed = this.beforePrint.closed;
      this.#showView(this.beforePrint.view);
    }
  }
}

const FAILED = { status: 0, body: null };

/** @param {any} state */
function pick({ version, undo, redo }) {
  return { version, undo, redo };
}

customElements.define("kpi-tree", KpiTree);
