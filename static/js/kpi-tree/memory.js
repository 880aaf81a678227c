// What this browser keeps of the editor: conveniences only, and nothing where it keeps nothing.

/** @param {string} name */
export function remembered(name) {
  try {
    return localStorage.getItem(`kpi-tree-${name}`);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function remember(name, value) {
  try {
    localStorage.setItem(`kpi-tree-${name}`, value);
  } catch {
    // The person chooses again next time.
  }
}
