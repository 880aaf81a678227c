// The pure half of the keyboard: which key asks for what. Silent while a word is being composed.

/**
 * @typedef {"previous" | "next" | "open" | "close" | "first" | "last" | "select"} Step
 * @typedef {"up" | "down" | "in" | "out"} Shift
 * @typedef {Step | Shift | "add" | "rename" | "delete" | "undo" | "redo"} Action
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
  F2: "rename",
  Delete: "delete",
};

/** @type {Record<string, Action>} */
const WITH_ALT = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

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
  if (event.ctrlKey || event.metaKey) return event.altKey ? null : historyOf(event);
  if (event.altKey) return event.shiftKey ? null : (WITH_ALT[event.key] ?? null);
  return event.shiftKey ? null : (PLAIN[event.key] ?? null);
}

/**
 * @param {Key} event
 * @returns {Action | null}
 */
function historyOf(event) {
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" && !event.shiftKey ? "redo" : null;
}
