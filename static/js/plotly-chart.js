// <plotly-chart data-figure="id of a json_script">: draws a figure; its table twin stands beside it.
import { themed } from "./chart-theme.js";

const STYLE_MARK = "plotly.js-style-global";

/** @type {Promise<any> | null} */
let library = null;

/**
 * Give the drawn layers a view box, so that the stylesheet can shrink them on paper, where the
 * library does not draw anew. @param {HTMLElement} chart
 */
function allowShrinking(chart) {
  for (const svg of chart.querySelectorAll(".main-svg")) {
    const [width, height] = [svg.getAttribute("width"), svg.getAttribute("height")];
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
}

/** Load the drawing library once, and only on pages that draw. @returns {Promise<any>} */
function plotly() {
  // The library would write a style element, which the page's policy refuses; with this mark it
  // leaves that to our stylesheet (components/data.css).
  if (!document.getElementById(STYLE_MARK)) {
    const mark = document.createElement("meta");
    mark.id = STYLE_MARK;
    mark.className = "no-inline-styles";
    document.head.append(mark);
  }
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(
      "../vendor/plotly.js-cartesian-dist-min/plotly-cartesian.min.js",
      import.meta.url,
    ).href;
    script.onload = () => resolve(/** @type {any} */ (window).Plotly);
    script.onerror = () => reject(new Error("plotly"));
    document.head.append(script);
  });
  return library;
}

class PlotlyChart extends HTMLElement {
  async connectedCallback() {
    const source = document.getElementById(this.dataset.figure ?? "");
    if (!source?.textContent) return;
    const figure = JSON.parse(source.textContent);
    const style = getComputedStyle(this);
    const theme = {
      text: style.getPropertyValue("color"),
      muted: style.getPropertyValue("--color-muted"),
      line: "rgba(128,140,148,0.3)",
      font: style.getPropertyValue("font-family"),
    };
    // When the window changes its size, the library takes the height of this element.
    if (figure.layout.height) this.style.blockSize = `${figure.layout.height}px`;
    try {
      const Plotly = await plotly();
      const drawing = await Plotly.newPlot(this, figure.data, themed(figure.layout, theme), {
        displayModeBar: false,
        responsive: true,
        locale: "ja",
      });
      drawing.on("plotly_afterplot", () => allowShrinking(this));
      allowShrinking(this);
      this.dataset.state = "drawn";
    } catch {
      this.style.blockSize = "";
      this.textContent = "図を表示できません。下の表をご覧ください。";
      this.dataset.state = "failed";
    }
  }
}

customElements.define("plotly-chart", PlotlyChart);
