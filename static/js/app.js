// The entry of every page: small behaviours on plain HTML, each of which works without it as well.
import "./plotly-chart.js";
import "./copy-field.js";

document.documentElement.classList.add("js");

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target instanceof HTMLSelectElement && target.hasAttribute("data-submit-on-change")) {
    target.form?.requestSubmit();
  }
});

// HTMX requests carry the token that Django put into the page's own forms.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (event instanceof CustomEvent && token instanceof HTMLInputElement) {
    event.detail.headers["X-CSRFToken"] = token.value;
  }
});

// A menu closes when the person goes on elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute("open");
  }
});
