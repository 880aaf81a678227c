import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf, isComposing, namingOf } from "../../../static/js/kpi-tree/keys.js";

/** @param {string} key @param {object} [more] */
function press(key, more = {}) {
  const plain = {
    key,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    isComposing: false,
    keyCode: 0,
  };
  return actionOf({ ...plain, ...more });
}

test("plain keys walk and edit", () => {
  assert.equal(press("ArrowDown"), "next");
  assert.equal(press("ArrowLeft"), "close");
  assert.equal(press("Enter"), "add");
  assert.equal(press("F2"), "rename");
  assert.equal(press("Delete"), "delete");
  assert.equal(press(" "), "select");
});

test("digits fold, and some keys lead elsewhere", () => {
  assert.equal(press("2"), "level-2");
  assert.equal(press("0"), "level-0");
  assert.equal(press("/"), "search");
  assert.equal(press("?", { shiftKey: true }), "help");
  assert.equal(press("f"), "fit");
  assert.equal(press("Enter", { shiftKey: true }), "add-before");
  assert.equal(press("d", { ctrlKey: true }), "duplicate");
});

test("while a name is written Tab goes on below it, and only then", () => {
  const plain = { key: "Tab", altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };
  const idle = { isComposing: false, keyCode: 0 };
  assert.equal(namingOf({ ...plain, ...idle }), "accept-and-child");
  assert.equal(namingOf({ ...plain, ...idle, shiftKey: true }), null);
  assert.equal(namingOf({ ...plain, ...idle, key: "Enter" }), "accept");
  assert.equal(namingOf({ ...plain, ...idle, key: "Escape" }), "give-up");
  for (const key of ["Enter", "Tab", "Escape"]) {
    assert.equal(namingOf({ ...plain, key, isComposing: true, keyCode: 0 }), null);
    assert.equal(namingOf({ ...plain, key, isComposing: false, keyCode: 229 }), null);
  }
});

test("with Alt the arrows move the KPI", () => {
  assert.equal(press("ArrowUp", { altKey: true }), "up");
  assert.equal(press("ArrowRight", { altKey: true }), "in");
  assert.equal(press("ArrowLeft", { altKey: true }), "out");
  assert.equal(press("Enter", { altKey: true }), null);
});

test("Ctrl or Command with Z and Y walk through the history", () => {
  assert.equal(press("z", { ctrlKey: true }), "undo");
  assert.equal(press("Z", { metaKey: true, shiftKey: true }), "redo");
  assert.equal(press("y", { ctrlKey: true }), "redo");
  assert.equal(press("z", { ctrlKey: true, altKey: true }), null);
  assert.equal(press("c", { ctrlKey: true }), null);
});

test("keys of the page are left alone", () => {
  assert.equal(press("Tab"), null);
  assert.equal(press("Escape"), null);
  assert.equal(press("a"), null);
  assert.equal(press("ArrowDown", { shiftKey: true }), null);
});

test("nothing happens while a word is being composed", () => {
  for (const composing of [{ isComposing: true }, { keyCode: 229 }]) {
    assert.equal(press("Enter", composing), null);
    assert.equal(press("ArrowDown", composing), null);
    assert.equal(press("z", { ctrlKey: true, ...composing }), null);
  }
  assert.equal(isComposing({ isComposing: false, keyCode: 13 }), false);
});
