import { type Card, isCharted, type Panel } from "../cards/card.ts";

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
const PANEL_TITLE = 52;
const ROW = 48;
/** Of figures with a second line: a note, a change. */
const TALL_ROW = 56;
/** What a row grows to beside higher panels. */
const MAX_ROW = 60;
/** Of a note: its title, and as many lines as a panel of that width needs for what notes say. */
export const NOTE_LINE = 24;
const NOTE = 80;
/** Figures side by side: a label, and the figure below it. */
const STRIP = PANEL_TITLE + 60 + BOTTOM;
/** The two who are compared, above the rows. */
export const SIDES = 56;
/** Of a heatmap: a line of cells, the hours below them, the scale and what it all says. */
export const HEAT_ROW = 28;
export const HOURS = 28;
const SCALE = 44;
const CARD_CHART = 300;
const GRAPH_CHART = 520;

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
  /** `null`: the card shows none. */
  readonly chart: Box | null;
  readonly footer: Box;
}

/** Panels in rows of equal height, the chart below them. */
export function layoutOf(card: Card): Layout {
  const inner = WIDTH - 2 * MARGIN;
  let y = HEADER;
  const panels = card.panels.flatMap((row) => {
    const columns = row.reduce((sum, panel) => sum + columnsOf(panel), 0);
    const height = Math.max(...row.map((panel) => heightOf(panel, columns)));
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
  const chart = isCharted(card) ? { x: MARGIN, y, width: inner, height: chartHeightOf(card) } : null;
  y += chart === null ? -GAP : chart.height;
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

function chartHeightOf({ chart, mode }: Card): number {
  if (chart.empty !== null) return noteHeight(1);
  return mode === "graph" ? GRAPH_CHART : CARD_CHART;
}

function noteHeight(columns: number): number {
  return NOTE + columns * NOTE_LINE;
}

function columnsOf(panel: Panel): number {
  return panel.kind === "heatmap" ? 2 : 1;
}

/** @param columns of all panels beside each other: the more, the narrower each is */
function heightOf(panel: Panel, columns: number): number {
  switch (panel.kind) {
    case "figures": {
      const isTall = panel.rows.some(({ note, change }) => note !== "" || change !== null);
      return listed(panel.rows.length, isTall ? TALL_ROW : ROW);
    }
    case "strip":
      return STRIP;
    case "note":
      return noteHeight(columns);
    case "ranking":
    case "split":
      return listed(panel.rows.length, ROW);
    case "comparison":
      return listed(panel.rows.length, ROW) + SIDES;
    case "heatmap":
      return PANEL_TITLE + panel.rows.length * HEAT_ROW + HOURS + SCALE + BOTTOM;
    default:
      return panel satisfies never;
  }
}

function listed(rows: number, each: number): number {
  return PANEL_TITLE + rows * each + BOTTOM;
}
