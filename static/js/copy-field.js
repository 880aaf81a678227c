// <copy-field>: selects its text on focus and offers a button that copies it.

class CopyField extends HTMLElement {
  /** @type {AbortController | null} */
  #ending = null;

  connectedCallback() {
    const input = this.querySelector("input");
    if (!input || !navigator.clipboard) return;
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.dataset.variant = "secondary";
    button.textContent = "コピー";
    this.append(button);
    input.addEventListener("focus", () => input.select(), { signal });
    button.addEventListener(
      "click",
      async () => {
        await navigator.clipboard.writeText(input.value);
        button.textContent = "コピーしました";
      },
      { signal },
    );
  }

  disconnectedCallback() {
    this.#ending?.abort();
    this.querySelector("button")?.remove();
  }
}

customElements.define("copy-field", CopyField);
