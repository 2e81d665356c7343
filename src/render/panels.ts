import type { Panel } from "../cards/card.ts";
import { type Brush, drawEmpty, drawPanelTitle, drawSurface } from "./brush.ts";
import { drawComparison } from "./comparison.ts";
import { drawFigures } from "./figures.ts";
import { drawHeatmap } from "./heatmap.ts";
import { type Box, below } from "./layout.ts";
import { drawRanking } from "./ranking.ts";
import { drawSplit } from "./split.ts";

/** Draws a panel: its surface, its title, and what it shows. */
export function drawPanel(brush: Brush, panel: Panel, box: Box): void {
  drawSurface(brush, box);
  drawPanelTitle(brush, panel.title, box);
  const content = below(box);
  switch (panel.kind) {
    case "figures":
      drawFigures(brush, panel.rows, content);
      return;
    case "ranking":
      if (panel.rows.length === 0) drawEmpty(brush, panel.empty, box);
      else drawRanking(brush, panel.rows, content);
      return;
    case "split":
      if (panel.rows.length === 0) drawEmpty(brush, panel.empty, box);
      else drawSplit(brush, panel.rows, content);
      return;
    case "comparison":
      drawComparison(brush, panel.sides, panel.rows, content);
      return;
    case "heatmap":
      if (panel.empty !== null) drawEmpty(brush, panel.empty, box);
      else drawHeatmap(brush, panel, content);
      return;
    default:
      panel satisfies never;
  }
}
