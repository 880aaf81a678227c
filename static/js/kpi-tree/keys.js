// The pure half of the keyboard: which key asks for what. Silent while a word is being composed.

/**
 * @typedef {import("./rows.js").Step} Step
 * @typedef {import("./edits.js").Shift} Shift
 * @typedef {Step | Shift | "select" | "add" | "add-before" | "add-child" | "rename" | "delete"
 *   | "undo" | "redo" | "duplicate" | "search" | "help" | "fit"
 *   | `level-${number}`} Action
 * @typedef {Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey"
 *   | "isComposing" | "keyCode">} Key
 */

/** @type {Record<string, Action>} */
const PLAIN = {
  ArrowUp: "previous",
  ArrowDown: "next",
  ArrowRight: "open",
  ArrowLeft: "close",
  Home: "first",
  End: "last",
  " ": "select",
  Enter: "add",
  Insert: "add-child",
  F2: "rename",
  Delete: "delete",
  Backspace: "delete",
  "/": "search",
  "?": "help",
  f: "fit",
};

/** @type {Record<string, Action>} */
const WITH_ALT = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

/** @type {Record<string, Action>} */
const WITH_CONTROL = {
  z: "undo",
  y: "redo",
  d: "duplicate",
};

/**
 * Tell whether the key belongs to the input method: the Enter that accepts kana adds nothing.
 * @param {Pick<Key, "isComposing" | "keyCode">} event
 */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/**
 * Return what the key asks for, or null when it is not ours.
 * @param {Key} event
 * @returns {Action | null}
 */
export function actionOf(event) {
  if (isComposing(event)) return null;
  if (event.ctrlKey || event.metaKey) return event.altKey ? null : withControl(event);
  if (event.altKey) return event.shiftKey ? null : (WITH_ALT[event.key] ?? null);
  if (/^[0-9]$/.test(event.key)) return `level-${Number(event.key)}`;
  if (event.shiftKey)
    return event.key === "Enter" ? "add-before" : event.key === "?" ? "help" : null;
  return PLAIN[event.key] ?? null;
}

/**
 * @param {Key} event
 * @returns {Action | null}
 */
function withControl(event) {
  const key = event.key.toLowerCase();
  if (event.shiftKey) return key === "z" ? "redo" : null;
  return WITH_CONTROL[key] ?? null;
}

/**
 * Return what a key asks for while a name is being written: Tab goes on with a KPI below it.
 * @param {Key} event
 * @returns {"accept" | "give-up" | "accept-and-child" | null}
 */
export function namingOf(event) {
  if (isComposing(event)) return null;
  if (event.key === "Escape") return "give-up";
  if (event.key === "Enter") return "accept";
  return event.key === "Tab" && !event.shiftKey ? "accept-and-child" : null;
}
