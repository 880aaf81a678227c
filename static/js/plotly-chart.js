// <plotly-chart data-figure="id of a json_script">: draws a figure; its table twin stands beside it.
import { themed } from "./chart-theme.js";

const STYLE_MARK = "plotly.js-style-global";

/** @type {Promise<any> | null} */
let library = null;

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
    try {
      const drawing = await plotly();
      await drawing.newPlot(this, figure.data, themed(figure.layout, theme), {
        displayModeBar: false,
        responsive: true,
        locale: "ja",
      });
      this.dataset.state = "drawn";
    } catch {
      this.textContent = "図を表示できません。下の表をご覧ください。";
      this.dataset.state = "failed";
    }
  }
}

customElements.define("plotly-chart", PlotlyChart);
