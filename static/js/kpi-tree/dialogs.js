// The questions of the editor: each opens a <dialog> of the page and promises the answer.
import { element } from "./dom.js";

/**
 * @typedef {import("./tree.js").Tree} Tree
 */

/**
 * Open a dialog and wait for the value that it closes with.
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<string>} empty when it was given up
 */
function answerOf(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

/**
 * @param {HTMLElement} editor
 * @param {string} name
 * @returns {HTMLDialogElement}
 */
function dialogOf(editor, name) {
  const dialog = editor.querySelector(`dialog[data-dialog="${name}"]`);
  if (!(dialog instanceof HTMLDialogElement)) throw new Error(name);
  return dialog;
}

/**
 * @param {Element} host
 * @param {string} name
 * @param {string} text
 */
function write(host, name, text) {
  const place = host.querySelector(`[data-${name}]`);
  if (place) place.textContent = text;
}

/** @param {HTMLElement} editor */
export function showHelp(editor) {
  return answerOf(dialogOf(editor, "help"));
}

/**
 * Ask before a KPI and all below it are deleted.
 * @param {HTMLElement} editor
 * @param {string} name
 * @param {number} below
 */
export async function askToDelete(editor, name, below) {
  const dialog = dialogOf(editor, "delete");
  const also = below ? `と、下にある${below}件のKPI` : "";
  write(dialog, "question", `「${name}」${also}を削除しますか。`);
  return (await answerOf(dialog)) === "yes";
}

/**
 * Ask what to do when others changed the same thing: both sides are shown, nothing is lost.
 * @param {HTMLElement} editor
 * @param {import("./edits.js").Edit} mine
 * @param {readonly import("./sync.js").Logged[]} theirs
 * @param {boolean} isPossible
 */
export async function askWhich(editor, mine, theirs, isPossible) {
  const dialog = dialogOf(editor, "conflict");
  write(dialog, "mine", mine.label);
  const typed = dialog.querySelector("[data-typed]");
  if (typed instanceof HTMLInputElement) {
    typed.value = mine.typed ?? "";
    typed.hidden = !mine.typed;
  }
  const list = dialog.querySelector("[data-theirs]");
  list?.replaceChildren(
    ...theirs.slice(-5).map((one) => {
      const item = element("li");
      item.textContent = `${one.by}：${one.summary}`;
      return item;
    }),
  );
  const yes = dialog.querySelector("button[value=yes]");
  if (yes instanceof HTMLButtonElement) yes.hidden = !isPossible;
  write(
    dialog,
    "advice",
    isPossible
      ? "どちらを残すか選んでください。選ばなかった変更も「変更の履歴」に残ります。"
      : "対象のKPIが削除されているため、この変更は行えません。入力した内容は下の欄から写せます。",
  );
  return (await answerOf(dialog)) === "yes";
}

/**
 * Ask for a KPI of the tree, with a search over names and paths.
 * @param {HTMLElement} editor
 * @param {Tree} tree
 * @param {string} title
 * @param {(id: string) => boolean} isOffered
 * @param {boolean} hasLines  also ask for the kind of line and a note
 * @returns {Promise<{ id: string, kind: import("./tree.js").LinkKind, note: string } | null>}
 */
export async function askForPlace(editor, tree, title, isOffered, hasLines = false) {
  const dialog = dialogOf(editor, "place");
  write(dialog, "title", title);
  const search = dialog.querySelector("input[type=search]");
  const list = dialog.querySelector("[data-places]");
  const lines = dialog.querySelector("[data-lines]");
  if (!(search instanceof HTMLInputElement) || !list) return null;
  if (lines instanceof HTMLElement) lines.hidden = !hasLines;
  const places = [...tree.nodes.values()]
    .filter((one) => isOffered(one.id))
    .map((one) => ({
      id: one.id,
      path: [
        ...tree
          .ancestors(one.id)
          .map((above) => above.fields.name)
          .reverse(),
        one.fields.name,
      ].join(" › "),
    }))
    .sort((a, b) => a.path.localeCompare(b.path, "ja"));
  const fill = () => {
    const wanted = search.value.normalize("NFKC").trim().toLowerCase();
    const fitting = places.filter((one) =>
      one.path.normalize("NFKC").toLowerCase().includes(wanted),
    );
    const shown = fitting.slice(0, 50).map((one) => {
      const button = element("button", "place-choice", { value: one.id, type: "submit" });
      button.textContent = one.path;
      return button;
    });
    if (!shown.length) {
      const none = element("p", "muted");
      none.textContent = places.length
        ? "あてはまるKPIがありません。別の言葉で探してください。"
        : "選べるKPIがありません。";
      shown.push(none);
    } else if (fitting.length > shown.length) {
      const more = element("p", "muted small");
      more.textContent = `ほかに${fitting.length - shown.length}件あります。言葉を入れて絞り込んでください。`;
      shown.push(more);
    }
    list.replaceChildren(...shown);
  };
  search.value = "";
  search.oninput = fill;
  fill();
  const id = await answerOf(dialog);
  const note = dialog.querySelector("input[name=note]");
  const kind = dialog.querySelector("input[name=line]:checked");
  const answer = {
    id,
    kind: /** @type {import("./tree.js").LinkKind} */ (
      kind instanceof HTMLInputElement ? kind.value : "reference"
    ),
    note: note instanceof HTMLInputElement ? note.value.trim() : "",
  };
  if (note instanceof HTMLInputElement) note.value = "";
  return id ? answer : null;
}
