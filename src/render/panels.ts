import type { Panel } from "../cards/card.ts";
import { type Brush, drawNote, drawPanelTitle, drawSurface } from "./brush.ts";
import { drawComparison } from "./comparison.ts";
import { drawFigures } from "./figures.ts";
import { drawHeatmap } from "./heatmap.ts";
import { type Box, below } from "./layout.ts";
import { drawRanking } from "./ranking.ts";
import { drawSplit } from "./split.ts";
import { drawStrip } from "./strip.ts";

/** Draws a panel: its surface, its title, and what it shows. */
export function drawPanel(brush: Brush, panel: Panel, box: Box): void {
  drawSurface(brush, box);
  drawPanelTitle(brush, panel.title, box);
  const content = below(box);
  switch (panel.kind) {
    case "figures":
      drawFigures(brush, panel.rows, content);
      return;
    case "strip":
      drawStrip(brush, panel.rows, content);
      return;
    case "note":
      drawNote(brush, panel.text, box);
      return;
    case "ranking":
      drawRanking(brush, panel.rows, content);
      return;
    case "split":
      drawSplit(brush, panel.rows, content);
      return;
    case "comparison":
      drawComparison(brush, panel.sides, panel.rows, content);
      return;
    case "heatmap":
      drawHeatmap(brush, panel, content);
      return;
    default:
      panel satisfies never;
  }
}
