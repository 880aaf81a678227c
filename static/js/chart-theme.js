// The pure half of <plotly-chart>: the page's colours and fonts over a figure from the server.

/**
 * @typedef {{ text: string, muted: string, line: string, font: string }} Theme
 * @typedef {{ data: object[], layout: Record<string, any> }} Figure
 */

/**
 * Return the layout with the page's look; the figure itself stays as it is.
 * @param {Record<string, any>} layout
 * @param {Theme} theme
 * @returns {Record<string, any>}
 */
export function themed(layout, theme) {
  const axis = { gridcolor: theme.line, linecolor: theme.line, zerolinecolor: theme.line };
  return {
    ...layout,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, color: theme.text, size: 12 },
    xaxis: { ...axis, ...layout.xaxis },
    yaxis: { ...axis, ...layout.yaxis },
  };
}
