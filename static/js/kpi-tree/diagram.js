// The diagram: cards that stand in columns, one drawing for all lines, signs on the joints.
import { element, KeyedList, set, writeName } from "./dom.js";
import { branches, CARD, GAP, influences, layoutOf, references } from "./layout.js";
import { aroundOf, findingMark, markOf, setPlace, statusMark, tagsOf } from "./view.js";

/**
 * @typedef {import("./view.js").Shown} Shown
 * @typedef {import("./view.js").Asks} Asks
 * @typedef {import("./rows.js").Row} Row
 */

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.25;
const LARGEST = 1.5;
const LEGIBLE = 0.7;
/** From this many cards on a small map helps to find one's way. */
const MAPPED = 40;

export class Diagram {
  #zoom = 1;
  /** @type {import("./layout.js").Layout} */
  #layout = { places: new Map(), width: 0, height: 0 };

  /** @param {Asks} asks */
  constructor(asks) {
    this.asks = asks;
    this.host = element("div", "diagram");
    this.scroll = element("div", "diagram__scroll", { role: "tree", "aria-label": "KPIツリー" });
    this.size = element("div", "diagram__size", { role: "none" });
    this.space = element("div", "diagram__space", { role: "none" });
    this.lines = document.createElementNS(SVG, "svg");
    this.lines.setAttribute("aria-hidden", "true");
    this.paths = ["branch", "reference", "influence"].map((kind) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", `diagram__line diagram__line--${kind}`);
      this.lines.append(path);
      return path;
    });
    this.map = /** @type {HTMLCanvasElement} */ (
      element("canvas", "diagram__map", { "aria-hidden": "true", width: "180", height: "120" })
    );
    this.map.hidden = true;
    const cards = element("div", "", { role: "none" });
    const joints = element("div", "", { role: "none" });
    this.space.append(this.lines, cards, joints);
    this.size.append(this.space);
    this.scroll.append(this.size);
    this.host.append(this.scroll, this.map);
    this.cards = new KeyedList(cards);
    this.joints = new KeyedList(joints);
    this.#listen();
  }

  get zoom() {
    return this.#zoom;
  }

  /** @param {Shown} shown */
  render(shown) {
    this.#layout = layoutOf(shown.rows);
    const { places, width, height } = this.#layout;
    this.cards.show(shown.rows, {
      key: (row) => row.key,
      mark: (row) => markOf(shown, row),
      make: () => element("div", "tree-card", { role: "treeitem" }),
      fill: (card, row) => this.#fill(card, row, shown),
    });
    for (const [key, card] of this.cards.elements) put(card, places.get(key));
    this.#renderJoints(shown);
    set(this.lines, { width, height });
    const drawn = [
      branches(shown.rows, places),
      references(shown.rows, places),
      influences(shown.tree.links.values(), places),
    ];
    this.paths.forEach((path, at) => {
      set(path, { d: drawn[at] ?? "" });
    });
    this.#resize();
  }

  /** @param {Shown} shown */
  #renderJoints(shown) {
    const { places } = this.#layout;
    const parents = shown.rows.filter((row) => row.below && !row.link);
    this.joints.show(parents, {
      key: (row) => row.key,
      mark: (row) => `${aroundOf(shown, row).operator}${row.isClosed}${row.below}`,
      make: (row) => {
        const joint = element("button", "joint", {
          type: "button",
          tabindex: "-1",
          "aria-hidden": "true",
        });
        joint.addEventListener("click", () => this.asks.toggle(row.id));
        return joint;
      },
      fill: (joint, row) => {
        const { operator } = aroundOf(shown, row);
        joint.textContent = row.isClosed ? `＋${row.below}件` : operator || "〜";
        set(joint, { "data-closed": row.isClosed, title: SIGNS[operator] ?? SIGNS["〜"] ?? "" });
      },
    });
    for (const [key, joint] of this.joints.elements) {
      const place = places.get(key);
      const x = (place?.x ?? 0) + CARD.width + GAP.across / 2;
      put(joint, { x, y: (place?.y ?? 0) + CARD.height / 2 });
    }
  }

  /**
   * @param {HTMLElement} card
   * @param {Row} row
   * @param {Shown} shown
   */
  #fill(card, row, shown) {
    const around = aroundOf(shown, row);
    setPlace(card, row, row.key === shown.selected);
    set(card, {
      "data-status": around.status,
      "data-reference": row.link !== null,
      "data-goal": row.depth === 0,
      "data-hit": shown.hits.has(row.id),
      "data-fresh": shown.fresh.has(row.id),
      draggable: row.depth > 0 && !row.link && !shown.isReadonly ? "true" : null,
    });
    if (row.key === shown.writing) {
      if (!card.querySelector("input")) {
        const value = row.node.fields.name;
        writeName(card, value, (name, andChild) => this.asks.named(name, andChild));
      }
      return;
    }
    const name = element("span", "tree-card__name");
    name.append(...tagsOf(row).map(tag));
    name.append(row.node.fields.name);
    name.title = row.node.fields.name;
    const values = element("span", "tree-card__values");
    values.append(value("実績", around.actual), value("目標", around.target));
    const foot = element("span", "tree-card__foot");
    const who = element("span", "tree-card__who");
    who.textContent = around.responsible;
    foot.append(statusMark(around), who);
    const mark = findingMark(around);
    if (mark) foot.append(mark);
    card.replaceChildren(name, values, foot);
  }

  /** @param {string} key */
  focus(key) {
    const card = this.cards.elements.get(key);
    if (!card) return;
    card.focus({ preventScroll: true });
    this.reveal(key);
  }

  /** Bring a card into sight, with room around it. */
  /** @param {string} key */
  reveal(key) {
    const place = this.#layout.places.get(key);
    if (!place) return;
    const box = this.scroll;
    const margin = 32;
    const [left, top] = [place.x * this.#zoom, place.y * this.#zoom];
    const [right, bottom] = [left + CARD.width * this.#zoom, top + CARD.height * this.#zoom];
    let { scrollLeft: x, scrollTop: y } = box;
    if (left - margin < x) x = left - margin;
    else if (right + margin > x + box.clientWidth) x = right + margin - box.clientWidth;
    if (top - margin < y) y = top - margin;
    else if (bottom + margin > y + box.clientHeight) y = bottom + margin - box.clientHeight;
    box.scrollTo({ left: x, top: y });
  }

  /** Open the drawing: whole where it stays legible, else around a card in the middle. */
  /** @param {string} key */
  open(key) {
    if (this.#wholeZoom() >= LEGIBLE) {
      this.fit();
      return;
    }
    const place = this.#layout.places.get(key);
    if (!place) return;
    const middle = (place.y + CARD.height / 2) * this.#zoom;
    this.scroll.scrollTo({ left: 0, top: middle - this.scroll.clientHeight / 2 });
    this.reveal(key);
  }

  /** Show the whole drawing. */
  fit() {
    this.zoomTo(this.#wholeZoom());
    this.scroll.scrollTo({ left: 0, top: 0 });
  }

  #wholeZoom() {
    const { width, height } = this.#layout;
    if (!width || !height) return 1;
    return Math.min(this.scroll.clientWidth / width, this.scroll.clientHeight / height, 1);
  }

  /**
   * @param {number} zoom
   * @param {{ x: number, y: number }} [still]  the point of the box that stays where it is
   */
  zoomTo(zoom, still = { x: this.scroll.clientWidth / 2, y: this.scroll.clientHeight / 2 }) {
    const before = this.#zoom;
    this.#zoom = Math.max(SMALLEST, Math.min(LARGEST, zoom));
    const left = ((this.scroll.scrollLeft + still.x) * this.#zoom) / before - still.x;
    const top = ((this.scroll.scrollTop + still.y) * this.#zoom) / before - still.y;
    this.#resize();
    this.scroll.scrollTo({ left, top });
    this.host.dispatchEvent(new CustomEvent("zoomed", { bubbles: true }));
  }

  #resize() {
    const { width, height } = this.#layout;
    this.space.style.transform = `scale(${this.#zoom})`;
    this.space.style.inlineSize = `${width}px`;
    this.space.style.blockSize = `${height}px`;
    this.size.style.inlineSize = `${width * this.#zoom}px`;
    this.size.style.blockSize = `${height * this.#zoom}px`;
    this.#drawMap();
  }

  #drawMap() {
    const { places, width, height } = this.#layout;
    const box = this.scroll;
    const isNeeded =
      places.size >= MAPPED &&
      (width * this.#zoom > box.clientWidth * 1.2 || height * this.#zoom > box.clientHeight * 1.2);
    this.map.hidden = !isNeeded;
    const drawing = isNeeded ? this.map.getContext("2d") : null;
    if (!drawing) return;
    const scale = Math.min(this.map.width / width, this.map.height / height);
    const style = getComputedStyle(this.host);
    drawing.clearRect(0, 0, this.map.width, this.map.height);
    drawing.fillStyle = style.getPropertyValue("--map-card");
    for (const place of places.values()) {
      const [w, h] = [Math.max(2, CARD.width * scale), Math.max(1, CARD.height * scale)];
      drawing.fillRect(place.x * scale, place.y * scale, w, h);
    }
    const real = scale / this.#zoom;
    drawing.strokeStyle = style.getPropertyValue("--map-frame");
    drawing.lineWidth = 1.5;
    drawing.strokeRect(
      box.scrollLeft * real,
      box.scrollTop * real,
      Math.min(box.clientWidth * real, width * scale) - 1,
      Math.min(box.clientHeight * real, height * scale) - 1,
    );
  }

  #listen() {
    const box = this.scroll;
    this.space.addEventListener("click", (event) => {
      const key = keyAt(event);
      if (key) this.asks.select(key, true);
    });
    this.space.addEventListener("dblclick", (event) => {
      const key = keyAt(event);
      if (key) this.asks.rename(key);
    });
    this.space.addEventListener("focusin", (event) => {
      const key = keyAt(event);
      if (key) this.asks.select(key);
    });
    box.addEventListener("scroll", () => this.#drawMap(), { passive: true });
    box.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const edge = box.getBoundingClientRect();
        const still = { x: event.clientX - edge.left, y: event.clientY - edge.top };
        this.zoomTo(this.#zoom * Math.exp(-event.deltaY / 400), still);
      },
      { passive: false },
    );
    this.#pan(box);
    this.#jump();
    new ResizeObserver(() => this.#drawMap()).observe(box);
  }

  /** Pull the paper with the mouse; fingers scroll by themselves. */
  /** @param {HTMLElement} box */
  #pan(box) {
    box.addEventListener("pointerdown", (event) => {
      const target = event.target instanceof Element ? event.target : null;
      if (event.button !== 0 || event.pointerType === "touch") return;
      if (target?.closest(".tree-card, .joint")) return;
      const start = { x: event.clientX + box.scrollLeft, y: event.clientY + box.scrollTop };
      box.setPointerCapture(event.pointerId);
      box.classList.add("is-panning");
      /** @param {PointerEvent} moved */
      const pull = (moved) => box.scrollTo(start.x - moved.clientX, start.y - moved.clientY);
      box.addEventListener("pointermove", pull);
      box.addEventListener(
        "lostpointercapture",
        () => {
          box.removeEventListener("pointermove", pull);
          box.classList.remove("is-panning");
        },
        { once: true },
      );
    });
  }

  /** A click on the small map leads there. */
  #jump() {
    /** @param {PointerEvent} event */
    const go = (event) => {
      if (!event.buttons) return;
      const { width, height } = this.#layout;
      const scale = Math.min(this.map.width / width, this.map.height / height) / this.#zoom;
      const left = event.offsetX / scale - this.scroll.clientWidth / 2;
      this.scroll.scrollTo(left, event.offsetY / scale - this.scroll.clientHeight / 2);
    };
    this.map.addEventListener("pointerdown", go);
    this.map.addEventListener("pointermove", go);
  }
}

const SIGNS = /** @type {Record<string, string>} */ ({
  "＋": "下のKPIの合計です。",
  "−": "下のKPIの差です。",
  "×": "下のKPIの積です。",
  "÷": "下のKPIから比率を計算します。",
  平均: "下のKPIの平均です。",
  中央値: "下のKPIの中央値です。",
  式: "計算式で計算します。",
  "?": "計算式を読めません。",
  "〜": "下のKPIが影響します（計算ではつながっていません）。",
});

/** @param {string} text */
function tag(text) {
  const made = element("span", "badge", { "data-kind": "info" });
  made.textContent = text;
  return made;
}

/**
 * @param {string} label
 * @param {string | null} text
 */
function value(label, text) {
  const made = element("span", "tree-card__value");
  const small = element("span", "tree-card__label");
  small.textContent = label;
  made.append(small, text ?? "–");
  return made;
}

/** @param {Event} event */
function keyAt(event) {
  const target = event.target instanceof Element ? event.target : null;
  const card = target?.closest(".tree-card");
  return card instanceof HTMLElement ? (card.dataset.key ?? null) : null;
}

/**
 * @param {HTMLElement} target
 * @param {import("./layout.js").Place | undefined} place
 */
function put(target, place) {
  if (place) target.style.transform = `translate(${place.x}px, ${place.y}px)`;
}
