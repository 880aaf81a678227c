// Small questions of the outline: a name typed in place, and a deletion confirmed.
import { isComposing } from "./keys.js";

/**
 * Let the person type a name: in place of a link, or in a line of its own below a row.
 * @param {HTMLElement} anchor
 * @param {string} name
 * @returns {Promise<string | null>} the name, or null when it is given up or unchanged
 */
export function editName(anchor, name) {
  const input = document.createElement("input");
  input.className = "outline__input";
  input.maxLength = 200;
  input.value = name;
  input.autocomplete = "off";
  input.setAttribute("aria-label", name ? "名称" : "新しいKPIの名称");
  if (!name) input.placeholder = "新しいKPIの名称";
  anchor.after(input);
  anchor.hidden = name !== "";
  input.focus();
  input.select();
  return new Promise((resolve) => {
    let isDone = false;
    /** @param {string | null} answer */
    const finish = (answer) => {
      if (isDone) return;
      isDone = true;
      input.remove();
      anchor.hidden = false;
      resolve(answer && answer !== name ? answer : null);
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (isComposing(event)) return;
      if (event.key === "Enter") {
        event.preventDefault();
        finish(input.value.trim());
      } else if (event.key === "Escape") {
        finish(null);
      }
    });
    input.addEventListener("blur", () => finish(input.value.trim()));
  });
}

/**
 * Ask before a KPI and all below it are deleted.
 * @param {HTMLElement} editor
 * @param {string} name
 * @param {number} below
 * @returns {Promise<boolean>}
 */
export function askToDelete(editor, name, below) {
  const dialog = editor.querySelector("dialog");
  if (!dialog) return Promise.resolve(false);
  const question = dialog.querySelector("[data-question]");
  const also = below ? `と、下にある${below}件のKPI` : "";
  if (question) question.textContent = `「${name}」${also}を削除しますか。`;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "delete"), {
      once: true,
    });
  });
}
