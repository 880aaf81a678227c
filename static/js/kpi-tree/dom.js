// Small means of the views: elements, lists that keep their elements, a name written in place.
import { namingOf } from "./keys.js";

/**
 * Make an element.
 * @param {string} tag
 * @param {string} className
 * @param {Record<string, string>} attributes
 */
export function element(tag, className = "", attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/**
 * Set attributes; null takes one away, what is the same already is not touched.
 * @param {Element} target
 * @param {Record<string, string | number | boolean | null>} attributes
 */
export function set(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) target.removeAttribute(name);
    else {
      const text = value === true ? "" : String(value);
      if (target.getAttribute(name) !== text) target.setAttribute(name, text);
    }
  }
}

/** A list of elements that stay the same for the same key, in the order that is asked for. */
export class KeyedList {
  /** @type {Map<string, HTMLElement>} */
  elements = new Map();
  /** @type {WeakMap<HTMLElement, string>} */
  #marks = new WeakMap();

  /**
   * @param {Element} host
   * @param {Element | null} [last]  what stays behind the list
   */
  constructor(host, last = null) {
    this.host = host;
    this.last = last;
  }

  /**
   * Show the items; `fill` is called only for an element whose mark is another one than before.
   * @template T
   * @param {readonly T[]} items
   * @param {{ key: (item: T) => string, mark: (item: T) => string, make: (item: T) => HTMLElement,
   *   fill: (made: HTMLElement, item: T) => void }} how
   */
  show(items, { key, mark, make, fill }) {
    const before = this.elements;
    this.elements = new Map();
    for (const item of items) {
      const name = key(item);
      const made = before.get(name) ?? make(item);
      before.delete(name);
      this.elements.set(name, made);
      const text = mark(item);
      if (this.#marks.get(made) !== text) {
        this.#marks.set(made, text);
        fill(made, item);
      }
    }
    for (const gone of before.values()) gone.remove();
    let next = this.last;
    for (const made of [...this.elements.values()].reverse()) {
      if (made.nextSibling !== next || made.parentNode !== this.host) {
        this.host.insertBefore(made, next);
      }
      next = made;
    }
  }
}

/**
 * Let the person write a name where it stands.
 * @param {HTMLElement} host  gets the field
 * @param {string} value
 * @param {(name: string | null, andChild: boolean) => void} done  null when given up
 */
export function writeName(host, value, done) {
  const input = document.createElement("input");
  input.className = "name-input";
  input.maxLength = 200;
  input.value = value;
  input.autocomplete = "off";
  input.setAttribute("aria-label", value ? "名称" : "新しいKPIの名称");
  if (!value) input.placeholder = "新しいKPIの名称";
  let isDone = false;
  /**
   * @param {string | null} name
   * @param {boolean} andChild
   */
  const finish = (name, andChild = false) => {
    if (isDone) return;
    isDone = true;
    done(name, andChild);
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const asked = namingOf(event);
    if (!asked) return;
    event.preventDefault();
    if (asked === "give-up") finish(null);
    else finish(input.value.trim(), asked === "accept-and-child");
  });
  // Another window is no answer; another place on the page is.
  input.addEventListener("blur", () => document.hasFocus() && finish(input.value.trim()));
  for (const name of ["click", "dblclick", "pointerdown"]) {
    input.addEventListener(name, (event) => event.stopPropagation());
  }
  host.replaceChildren(input);
}

/**
 * Put the person into the name that is being written, where it stands by now.
 * @param {Element} host
 */
export function focusName(host) {
  const input = host.querySelector(".name-input");
  if (!(input instanceof HTMLInputElement) || document.activeElement === input) return;
  input.focus();
  input.select();
}
