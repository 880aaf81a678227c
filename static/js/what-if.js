// <what-if-value>: a slider beside the number, over the range that the past has shown.

class WhatIfValue extends HTMLElement {
  connectedCallback() {
    const slider = this.querySelector("input[type=range]");
    const number = this.querySelector("input[name]");
    if (!(slider instanceof HTMLInputElement) || !(number instanceof HTMLInputElement)) return;
    const { low = "0", high = "0", value = "0" } = slider.dataset;
    const [first, last, now] = [Number(low), Number(high), Number(value)];
    if (!(last > first)) return;
    const digits = Math.max(0, 2 - Math.floor(Math.log10(last - first)));
    slider.min = String(first);
    slider.max = String(last);
    slider.step = String(10 ** -Math.min(6, digits));
    slider.value = number.value || String(now);
    slider.hidden = false;
    slider.addEventListener("input", () => {
      number.value = String(Number(slider.value));
      number.dispatchEvent(new Event("input", { bubbles: true }));
    });
    number.addEventListener("input", () => {
      if (number.value) slider.value = number.value;
    });
  }
}

customElements.define("what-if-value", WhatIfValue);
