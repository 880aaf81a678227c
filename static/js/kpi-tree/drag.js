// Dragging a KPI: onto another one to go below it, to its edge to go beside it. Every move has a twin
// on the keyboard (Alt and arrows) and in the panel.

/**
 * @typedef {"before" | "after" | "below"} Where
 */

/**
 * Return where a drop at this height of an element leads.
 * @param {number} part  0 at the upper edge, 1 at the lower one
 * @param {boolean} isGoal  nothing stands beside the goal
 * @returns {Where}
 */
export function whereAt(part, isGoal) {
  if (isGoal) return "below";
  if (part < 0.25) return "before";
  return part > 0.75 ? "after" : "below";
}

/**
 * Return parent and index of a KPI that is dropped at another one; null where it cannot go.
 * @param {import("./tree.js").Tree} tree
 * @param {string} id
 * @param {string} targetId
 * @param {Where} where
 * @returns {{ parentId: string, index: number | undefined } | null}
 */
export function placeOf(tree, id, targetId, where) {
  const target = tree.nodes.get(targetId);
  if (!target || id === targetId) return null;
  const parentId = where === "below" ? targetId : target.parent_id;
  if (parentId === null || !tree.canMove(id, parentId)) return null;
  if (where === "below") return { parentId, index: undefined };
  const others = tree.children(parentId).filter((one) => one.id !== id);
  const at = others.findIndex((one) => one.id === targetId);
  return { parentId, index: where === "before" ? at : at + 1 };
}

/**
 * @param {HTMLElement} host
 * @param {{ tree: () => import("./tree.js").Tree,
 *   drop: (id: string, parentId: string, index: number | undefined) => void }} how
 */
export function listenToDrags(host, { tree, drop }) {
  let dragged = "";
  /** @type {HTMLElement | null} */
  let marked = null;
  /**
   * @param {HTMLElement | null} target
   * @param {Where | ""} where
   */
  const mark = (target, where) => {
    if (marked && marked !== target) marked.removeAttribute("data-drop");
    marked = target;
    if (where) target?.setAttribute("data-drop", where);
  };
  /** @param {DragEvent} event */
  const aim = (event) => {
    const target = at(event);
    if (!target || !dragged) return null;
    const box = target.getBoundingClientRect();
    const id = target.dataset.kpi ?? "";
    const isGoal = tree().nodes.get(id)?.parent_id === null;
    const where = whereAt((event.clientY - box.top) / box.height, isGoal);
    const place = placeOf(tree(), dragged, id, where);
    return place && { target, where, place };
  };
  host.addEventListener("dragstart", (event) => {
    dragged = at(event)?.dataset.kpi ?? "";
    event.dataTransfer?.setData("text/plain", tree().nodes.get(dragged)?.fields.name ?? "");
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
  });
  host.addEventListener("dragover", (event) => {
    const aimed = aim(event);
    mark(aimed?.target ?? null, aimed?.where ?? "");
    if (aimed) event.preventDefault();
  });
  host.addEventListener("dragend", () => {
    mark(null, "");
    dragged = "";
  });
  host.addEventListener("drop", (event) => {
    const aimed = aim(event);
    mark(null, "");
    if (!aimed) return;
    event.preventDefault();
    drop(dragged, aimed.place.parentId, aimed.place.index);
    dragged = "";
  });
}

/** @param {Event} event */
function at(event) {
  const target = event.target instanceof Element ? event.target.closest("[data-kpi]") : null;
  return target instanceof HTMLElement ? target : null;
}
