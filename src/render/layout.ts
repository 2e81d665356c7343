import type { Card, Panel } from "../cards/card.ts";

/** All lengths in pixels of the finished image, on a grid of 4. */
export const WIDTH = 1_200;
export const MARGIN = 36;
export const GAP = 16;
export const PADDING = 20;
const HEADER = 136;
const FOOTER = 52;
/** From a panel's top to what is below its title. */
export const PANEL_TITLE = 52;
const ROW = 46;
const MIN_ROWS = 3;
const CARD_CHART = 300;
const GRAPH_CHART = 520;
const EMPTY_CHART = 120;

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

/** Panels in rows of equal width and height, the chart below them. */
export function layoutOf(card: Card): Layout {
  const inner = WIDTH - 2 * MARGIN;
  let y = HEADER;
  const panels = card.panels.flatMap((row) => {
    const height = Math.max(...row.map(heightOf));
    const width = (inner - GAP * (row.length - 1)) / row.length;
    const boxes = row.map((panel, index) => ({
      panel,
      box: { x: MARGIN + index * (width + GAP), y, width, height },
    }));
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

/** Where a panel's rows are: below its title, evenly spread over what its neighbours make it high. */
export function rowBoxes(box: Box, rows: number): Box[] {
  const room = box.height - PANEL_TITLE - PADDING / 2;
  const height = Math.min(room / Math.max(rows, 1), ROW * 1.25);
  return Array.from({ length: rows }, (_, index) => ({
    x: box.x + PADDING,
    y: box.y + PANEL_TITLE + index * height,
    width: box.width - 2 * PADDING,
    height,
  }));
}

function heightOf(panel: Panel): number {
  return PANEL_TITLE + Math.max(panel.rows.length, MIN_ROWS) * ROW + PADDING / 2;
}
