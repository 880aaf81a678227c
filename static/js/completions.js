// The pure half of the formula field: which names fit what is being written, and the text with one.

/** Signs between names; what stands behind the last of them is being written. */
const BOUNDARY = /[\s+\-*/^×÷−＋()（）,，、<>=]/;
const MOST = 8;

/**
 * @typedef {{ start: number, options: string[] }} Completions
 */

/**
 * Return the names that fit the word before the caret; brackets may have been opened already.
 * @param {string} text
 * @param {number} caret
 * @param {readonly string[]} names
 * @returns {Completions}
 */
export function completionsOf(text, caret, names) {
  const before = text.slice(0, caret);
  const bracket = Math.max(before.lastIndexOf("["), before.lastIndexOf("［"));
  const isOpen = bracket > Math.max(before.lastIndexOf("]"), before.lastIndexOf("］"));
  let start = bracket;
  if (!isOpen) {
    start = before.length;
    while (start > 0 && !BOUNDARY.test(before.charAt(start - 1))) start--;
  }
  const word = folded(before.slice(isOpen ? start + 1 : start));
  if (!isOpen && (!word || /^[\d.,%]+$/.test(word) || word.includes("]"))) {
    return { start, options: [] };
  }
  const fitting = names.filter((name) => folded(name).includes(word));
  fitting.sort((a, b) => Number(folded(b).startsWith(word)) - Number(folded(a).startsWith(word)));
  return { start, options: fitting.slice(0, MOST) };
}

/**
 * Return the text with the name in brackets in the place of the word, and the caret behind it.
 * @param {string} text
 * @param {number} caret
 * @param {number} start
 * @param {string} name
 */
export function completed(text, caret, start, name) {
  const rest = text.slice(caret).replace(/^[\]］]/, "");
  const head = `${text.slice(0, start)}[${name}]`;
  return { text: head + rest, caret: head.length };
}

/** @param {string} text */
function folded(text) {
  return text.normalize("NFKC").trim().toLowerCase();
}
