import assert from "node:assert/strict";
import { test } from "node:test";
import * as edits from "../../../static/js/kpi-tree/edits.js";
import { Sync } from "../../../static/js/kpi-tree/sync.js";
import { apply } from "../../../static/js/kpi-tree/tree.js";
import { drawn, makeTree } from "./trees.js";

/**
 * A server that keeps a tree the way the real one does: one version a command, stale ones refused.
 * @param {string} drawing
 */
function makeServer(drawing) {
  const server = {
    tree: makeTree(drawing),
    version: 1,
    /** @type {import("../../../static/js/kpi-tree/sync.js").Logged[]} */
    log: [],
    /** @type {any[]} */
    asked: [],
    down: 0,
    /** @type {any} */
    refusal: null,
    /** @param {any} command @param {boolean} isOwn */
    commit(command, isOwn) {
      server.tree = apply(command, server.tree);
      server.version++;
      server.log.push({
        ...{ version: server.version, ...command, summary: command.kind, by: "鈴木さん" },
        is_own: isOwn,
      });
    },
    /** @param {number} after */
    since(after) {
      const commands = server.log.filter((one) => one.version > after);
      return { version: server.version, commands, undo: "最後の操作", redo: null };
    },
    /** @param {any} request */
    async post(request) {
      if (server.down > 0) {
        server.down--;
        throw new Error("no connection");
      }
      server.asked.push(request);
      if (server.refusal) return server.refusal;
      if (request.version !== server.version) {
        return { status: 409, body: { code: "kpis.stale", version: server.version } };
      }
      const before = server.version;
      const edit = requestToCommand(server.tree, request);
      if (edit) server.commit(edit, true);
      return { status: 200, body: server.since(before) };
    },
    /** @param {number} after */
    changes: async (after) => ({ status: 200, body: server.since(after) }),
    whole: async () => ({
      status: 200,
      body: {
        ...{ version: server.version, undo: null, redo: null },
        ...{ nodes: [...server.tree.nodes.values()], links: [...server.tree.links.values()] },
      },
    }),
    wait: async () => {},
  };
  return server;
}

/**
 * @param {import("../../../static/js/kpi-tree/tree.js").Tree} tree
 * @param {any} request
 */
function requestToCommand(tree, request) {
  if (request.kind === "update") {
    return { kind: "update", payload: { id: request.kpi, fields: request.settings } };
  }
  if (request.kind === "delete") return edits.remove(tree, request.kpi)?.command;
  if (request.kind !== "add") return null;
  const { id, parent_id: parentId, index, settings } = request;
  return edits.add(tree, { id, parentId, index, name: settings.name }).command;
}

/** @param {ReturnType<typeof makeServer>} server */
function startSync(server, isMineWanted = true) {
  /** @type {{ refused: string[], others: string[], asked: any[] }} */
  const heard = { refused: [], others: [], asked: [] };
  const start = { tree: server.tree, version: server.version, undo: null, redo: null };
  const sync = new Sync(start, server, {
    changed: () => {},
    said: () => {},
    refused: (edit, reason) => heard.refused.push(`${edit.label}：${reason}`),
    others: (commands) => heard.others.push(...commands.map((one) => one.kind)),
    asked: async (edit, theirs, isPossible) => {
      heard.asked.push({ label: edit.label, theirs: theirs.length, isPossible });
      return isMineWanted;
    },
  });
  return { sync, heard };
}

/** @param {Sync} sync @param {string} id @param {string} name */
function rename(sync, id, name) {
  const edit = edits.update(sync.shown, [{ id, fields: { name } }]);
  assert.ok(edit);
  return sync.do(edit);
}

test("an edit shows at once, and is the server's soon after", async () => {
  const server = makeServer("goal(a b)");
  const { sync } = startSync(server);
  const done = rename(sync, "a", "広告");
  assert.equal(sync.shown.node("a").fields.name, "広告");
  assert.equal(sync.unsent, 1);
  await done;
  assert.deepEqual([sync.unsent, sync.version, server.version], [0, 2, 2]);
  assert.equal(server.tree.node("a").fields.name, "広告");
  assert.equal(sync.undo, "最後の操作");
});

test("edits are sent one after the other, each on the version that the one before made", async () => {
  const server = makeServer("goal(a b)");
  const { sync } = startSync(server);
  const add = edits.add(sync.shown, { id: "c", parentId: "a", name: "c" });
  const done = sync.do(add);
  sync.do(edits.add(sync.shown, { id: "d", parentId: "c", name: "d" }));
  assert.equal(drawn(sync.shown), "goal(a(c(d)) b)");
  await done;
  assert.equal(drawn(server.tree), "goal(a(c(d)) b)");
  assert.deepEqual(
    server.asked.map((one) => one.version),
    [1, 2],
  );
});

test("what others did elsewhere is put below one's own edit, without a question", async () => {
  const server = makeServer("goal(a b)");
  const { sync, heard } = startSync(server);
  server.commit({ kind: "update", payload: { id: "b", fields: { name: "商談" } } }, false);
  await rename(sync, "a", "広告");
  assert.deepEqual(heard.asked, []);
  assert.deepEqual(heard.others, ["update"]);
  assert.equal(server.tree.node("a").fields.name, "広告");
  assert.equal(sync.shown.node("b").fields.name, "商談");
  assert.equal(sync.version, 3);
});

test("in the same place the person decides: one's own", async () => {
  const server = makeServer("goal(a b)");
  const { sync, heard } = startSync(server, true);
  server.commit({ kind: "update", payload: { id: "a", fields: { name: "集客" } } }, false);
  await rename(sync, "a", "広告");
  assert.equal(heard.asked.length, 1);
  assert.equal(server.tree.node("a").fields.name, "広告");
});

test("in the same place the person decides: the other's", async () => {
  const server = makeServer("goal(a b)");
  const { sync } = startSync(server, false);
  server.commit({ kind: "update", payload: { id: "a", fields: { name: "集客" } } }, false);
  await rename(sync, "a", "広告");
  assert.equal(sync.shown.node("a").fields.name, "集客");
  assert.deepEqual([sync.unsent, server.version], [0, 2]);
});

test("what became impossible is told with what was typed, and dropped", async () => {
  const server = makeServer("goal(a b)");
  const { sync, heard } = startSync(server, true);
  server.commit({ kind: "delete", payload: { id: "a", positions: {} } }, false);
  await rename(sync, "a", "広告");
  assert.deepEqual(heard.asked, [{ label: "「a」の変更", theirs: 1, isPossible: false }]);
  assert.equal(drawn(sync.shown), "goal(b)");
  assert.equal(sync.unsent, 0);
});

test("a refused edit goes, with the reason; those after it stay", async () => {
  const server = makeServer("goal(a b)");
  const { sync, heard } = startSync(server);
  server.refusal = { status: 422, body: { code: "kpis.x", detail: "合いません。" } };
  const done = rename(sync, "a", "広告");
  await done;
  assert.deepEqual(heard.refused, ["「a」の変更：合いません。"]);
  assert.equal(sync.shown.node("a").fields.name, "a");
  server.refusal = null;
  await rename(sync, "b", "商談");
  assert.equal(server.tree.node("b").fields.name, "商談");
});

test("without a connection edits wait, and are sent once when it is back", async () => {
  const server = makeServer("goal(a b)");
  const { sync } = startSync(server);
  server.down = 3;
  await rename(sync, "a", "広告");
  assert.deepEqual([sync.unsent, sync.isOffline], [0, false]);
  assert.equal(server.asked.length, 1);
});

test("looking brings what others did", async () => {
  const server = makeServer("goal(a b)");
  const { sync, heard } = startSync(server);
  server.commit({ kind: "delete", payload: { id: "b", positions: {} } }, false);
  await sync.look();
  assert.equal(drawn(sync.shown), "goal(a)");
  assert.deepEqual(heard.others, ["delete"]);
});

test("what cannot be followed is read anew", async () => {
  const server = makeServer("goal(a b)");
  const { sync } = startSync(server);
  server.commit({ kind: "delete", payload: { id: "b", positions: {} } }, false);
  server.commit({ kind: "update", payload: { id: "a", fields: { name: "x" } } }, false);
  server.log.shift();
  await sync.look();
  assert.deepEqual([drawn(sync.shown), sync.version], ["goal(a)", 3]);
});
