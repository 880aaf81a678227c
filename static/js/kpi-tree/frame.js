// What stands around the views: whether all is kept, what others did, what was refused.

/**
 * Write into a part of the page that is marked with a data attribute.
 * @param {Element} host
 * @param {string} name
 * @param {string} text
 */
function write(host, name, text) {
  const place = host.querySelector(`[data-${name}]`);
  if (place && place.textContent !== text) place.textContent = text;
}

/** The lines above the tree. */
export class Frame {
  /** @param {HTMLElement} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /**
   * Undo, redo and whether everything is kept.
   * @param {import("./sync.js").Sync} sync
   * @param {boolean} isReadonly
   */
  showState(sync, isReadonly) {
    for (const name of /** @type {const} */ (["undo", "redo"])) {
      const button = this.editor.querySelector(`button[data-action="${name}"]`);
      if (!(button instanceof HTMLButtonElement)) continue;
      const isPossible = sync[name] !== null || (name === "undo" && sync.unsent > 0);
      button.disabled = isReadonly || !isPossible;
      button.title = sync[name] ?? "";
    }
    const kept = `第${sync.version}版・KPI ${sync.tree.nodes.size}件・保存済み`;
    const away = `つながりません。${sync.unsent}件を送れるまで、このページを閉じないでください。`;
    write(this.editor, "saving", sync.isOffline ? away : sync.unsent ? "保存しています…" : kept);
    this.editor.querySelector("[data-saving]")?.toggleAttribute("data-offline", sync.isOffline);
  }

  /** @param {number} zoom */
  showZoom(zoom) {
    write(this.editor, "zoom", `${Math.round(zoom * 100)}%`);
  }

  /** @param {string} text */
  showHits(text) {
    write(this.editor, "hits", text);
  }

  /** @param {{ errors: number, warnings: number }} counts */
  showFindings(counts) {
    for (const name of /** @type {const} */ (["errors", "warnings"])) {
      const place = this.editor.querySelector(`[data-${name}]`);
      if (!(place instanceof HTMLElement)) continue;
      place.hidden = counts[name] === 0;
      write(place, "number", String(counts[name]));
    }
  }

  /**
   * Say what was not kept and why, with what was typed.
   * @param {import("./edits.js").Edit} edit
   * @param {string} reason
   */
  showTrouble(edit, reason) {
    const place = this.editor.querySelector("[data-trouble]");
    if (!(place instanceof HTMLElement)) return;
    const text = reason || "サーバーで受け付けられませんでした。";
    write(place, "trouble-what", `${edit.label}は保存していません`);
    write(place, "trouble-why", text);
    write(place, "trouble-typed", edit.typed ? `入力：${edit.typed}` : "");
    place.hidden = false;
    place.focus();
    this.say(`${edit.label}は保存していません。${text}`);
  }

  dismissTrouble() {
    const place = this.editor.querySelector("[data-trouble]");
    if (place instanceof HTMLElement) place.hidden = true;
  }

  /**
   * Say something, to be seen and heard.
   * @param {string} text
   */
  notice(text) {
    write(this.editor, "notice", text);
    this.say(text);
  }

  /** @param {string} text */
  say(text) {
    const region = this.editor.querySelector("[data-said]");
    if (!region) return;
    region.textContent = "";
    setTimeout(() => {
      region.textContent = text;
    }, 50);
  }
}
