import type { Card, Panel } from "../cards/card.ts";

/** All lengths in pixels of the finished image, on a grid of 4. */
export const WIDTH = 1_200;
export const MARGIN = 36;
export const GAP = 16;
export const PADDING = 20;
/** Left free below the last row of a panel. */
const BOTTOM = 12;
const HEADER = 136;
const FOOTER = 52;
/** From a panel's top to what is below its title. */
export const PANEL_TITLE = 52;
const ROW = 48;
/** Of figures with a second line: a note, a change. */
const TALL_ROW = 56;
/** What a row grows to beside higher panels. */
const MAX_ROW = 60;
const MIN_ROWS = 3;
/** The two who are compared, above the rows. */
export const SIDES = 56;
/** Of a heatmap: a line of cells, the hours below them, the scale and what it all says. */
export const HEAT_ROW = 28;
export const HOURS = 28;
const SCALE = 44;
const CARD_CHART = 300;
const GRAPH_CHART = 520;
const EMPTY_CHART = 136;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything of a card is. */
export interface Layout {
  readonly height: number;
  readonly header: Box;
  readonly panels: readonly { readonly panel: Panel; readonly box: Box }[];
  readonly chart: Box;
  readonly footer: Box;
}

/** Panels in rows of equal height, the chart below them. */
export function layoutOf(card: Card): Layout {
  const inner = WIDTH - 2 * MARGIN;
  let y = HEADER;
  const panels = card.panels.flatMap((row) => {
    const height = Math.max(...row.map(heightOf));
    const columns = row.reduce((sum, panel) => sum + columnsOf(panel), 0);
    const column = (inner - GAP * (columns - 1)) / columns;
    let x = MARGIN;
    const boxes = row.map((panel) => {
      // A panel that takes two columns takes the gap between them as well: it ends where those of other rows end.
      const width = columnsOf(panel) * (column + GAP) - GAP;
      const box = { x, y, width, height };
      x += width + GAP;
      return { panel, box };
    });
    y += height + GAP;
    return boxes;
  });
  const chartHeight =
    card.chart.empty !== null ? EMPTY_CHART : card.mode === "graph" ? GRAPH_CHART : CARD_CHART;
  const chart = { x: MARGIN, y, width: inner, height: chartHeight };
  y += chartHeight;
  return {
    height: y + FOOTER,
    header: { x: MARGIN, y: 0, width: inner, height: HEADER },
    panels,
    chart,
    footer: { x: MARGIN, y, width: inner, height: FOOTER },
  };
}

/** What is left of a panel below its title. */
export function below(box: Box, title = PANEL_TITLE): Box {
  return {
    x: box.x + PADDING,
    y: box.y + title,
    width: box.width - 2 * PADDING,
    height: box.height - title - BOTTOM,
  };
}

/** Where a panel's rows are: evenly spread over what its neighbours make it high. */
export function rowBoxes({ x, y, width, height }: Box, rows: number): Box[] {
  const each = Math.min(height / Math.max(rows, 1), MAX_ROW);
  return Array.from({ length: rows }, (_, index) => ({ x, y: y + index * each, width, height: each }));
}

function columnsOf(panel: Panel): number {
  return panel.kind === "heatmap" ? 2 : 1;
}

function heightOf(panel: Panel): number {
  const listed = PANEL_TITLE + Math.max(panel.rows.length, MIN_ROWS) * ROW + BOTTOM;
  switch (panel.kind) {
    case "figures": {
      const isTall = panel.rows.some(({ note, change }) => note !== "" || change !== null);
      return isTall ? Math.max(listed, PANEL_TITLE + panel.rows.length * TALL_ROW + BOTTOM) : listed;
    }
    case "ranking":
    case "split":
      return listed;
    case "comparison":
      return listed + SIDES;
    case "heatmap":
      if (panel.empty !== null) return PANEL_TITLE + MIN_ROWS * ROW + BOTTOM;
      return PANEL_TITLE + panel.rows.length * HEAT_ROW + HOURS + SCALE + BOTTOM;
    default:
      return panel satisfies never;
  }
}
