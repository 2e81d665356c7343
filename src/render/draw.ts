import { type Canvas, createCanvas, type Image } from "@napi-rs/canvas";
import type { Card } from "../cards/card.ts";
import { drawChart } from "./chart.ts";
import { type Layout, layoutOf, MARGIN, PADDING, PANEL_TITLE, WIDTH } from "./layout.ts";
import { drawLegend } from "./legend.ts";
import {
  type Brush,
  drawNoted,
  drawPanel,
  drawPanelTitle,
  drawSurface,
  EMPTY_LINE,
  TITLE_LINE,
} from "./panels.ts";
import { drawSubject } from "./subject.ts";
import { drawText } from "./text.ts";
import { accentOf, THEMES } from "./themes.ts";

const ICON = 84;
const BRAND = "GuildStats";

/**
 * Draws a card.
 * @param pictures avatars and icons by address; a missing one is drawn otherwise
 */
export function draw(card: Card, pictures: ReadonlyMap<string, Image>): Canvas {
  const theme = THEMES[card.theme];
  const layout = layoutOf(card);
  const canvas = createCanvas(WIDTH, layout.height);
  const context = canvas.getContext("2d");
  const brush: Brush = { context, theme, accent: accentOf(theme, card.accent), pictures };
  context.fillStyle = theme.background;
  context.fillRect(0, 0, WIDTH, layout.height);
  drawHeader(brush, card);
  for (const { panel, box } of layout.panels) drawPanel(brush, panel, box);
  drawChartPanel(brush, card, layout);
  drawFooter(brush, card, layout);
  return canvas;
}

function drawHeader(brush: Brush, { subject, title, titleNote, subtitle }: Card): void {
  const { context, theme, accent, pictures } = brush;
  context.fillStyle = accent;
  context.fillRect(0, 0, WIDTH, 6);
  const picture = subject.imageUrl === null ? undefined : pictures.get(subject.imageUrl);
  drawSubject(context, subject, picture ?? null, { x: MARGIN, y: 30, size: ICON });
  const room = { x: MARGIN + ICON + 24, width: WIDTH - 2 * MARGIN - ICON - 24 };
  const titleStyle = { size: 38, weight: 700, colour: theme.text, align: "start" } as const;
  drawNoted(brush, { text: title, note: titleNote }, { ...room, y: 70 }, titleStyle);
  drawText(
    context,
    subtitle,
    { ...room, y: 105 },
    { size: 21, weight: 400, colour: theme.muted, align: "start" },
  );
}

function drawChartPanel(brush: Brush, card: Card, { chart: box }: Layout): void {
  const { context, theme } = brush;
  drawSurface(brush, box);
  drawPanelTitle(brush, card.chart.title, { ...box, width: box.width / 2 });
  const inset = { x: box.x + PADDING, width: box.width - 2 * PADDING };
  if (card.chart.empty !== null) {
    const style = { size: 18, weight: 400, colour: theme.muted, align: "start" } as const;
    drawText(context, card.chart.empty, { ...inset, y: box.y + EMPTY_LINE }, style);
    return;
  }
  const half = inset.width / 2;
  const legend = { x: inset.x + half, y: box.y + TITLE_LINE, width: half };
  drawLegend(context, card.chart.series, legend, theme);
  const below = { ...inset, y: box.y + PANEL_TITLE, height: box.height - PANEL_TITLE - 14 };
  drawChart(context, card, below, theme);
}

function drawFooter({ context, theme }: Brush, { footer }: Card, { footer: box }: Layout): void {
  const style = { size: 17, weight: 400, colour: theme.muted } as const;
  const room = { x: box.x, y: box.y + 33, width: box.width / 2 };
  drawText(context, footer, room, { ...style, align: "start" });
  const brand = { ...room, x: box.x + box.width / 2 };
  drawText(context, BRAND, brand, { ...style, align: "end" });
}
