// How the editor talks to the server: the API of the tree, and pages that come as HTML.

/**
 * @typedef {import("./sync.js").Answer} Answer
 */

/**
 * @param {string} api  the tree's address in the API
 * @param {string} state  where the whole tree can be read
 * @returns {import("./sync.js").Server & { send: (api: string, request: any, key?: string) => Promise<Answer> }}
 */
export function serverOf(api, state) {
  return {
    post: (request, key) => send(api, request, key),
    send,
    changes: (after) => read(`${api}changes/?after=${after}`),
    whole: () => read(state),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/**
 * Post a command to a tree.
 * @param {string} api
 * @param {any} request
 * @param {string} [key]  what tells a repeated request from a second one
 */
async function send(api, request, key) {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  const answer = await fetch(`${api}commands/`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      ...(key ? { "Idempotency-Key": key } : {}),
      "X-CSRFToken": token instanceof HTMLInputElement ? token.value : "",
    },
    body: JSON.stringify(request),
  });
  return answerOf(answer);
}

/** @param {string} address */
export async function read(address) {
  return answerOf(await fetch(address, { headers: { Accept: "application/json" } }));
}

/**
 * @param {Response} answer
 * @returns {Promise<Answer>}
 */
async function answerOf(answer) {
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  return { status: answer.status, body: isJson ? await answer.json() : null };
}
