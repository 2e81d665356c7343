import { type Canvas, createCanvas, type Image } from "@napi-rs/canvas";
import type { Card } from "../cards/card.ts";
import { drawChart } from "./chart.ts";
import { type Layout, layoutOf, MARGIN, PADDING, WIDTH } from "./layout.ts";
import { type Brush, drawPanel, drawPanelTitle, drawSurface } from "./panels.ts";
import { drawSubject } from "./subject.ts";
import { drawText } from "./text.ts";
import { accentOf, THEMES } from "./themes.ts";

const ICON = 84;
/** From the chart panel's top to the chart, whose legend shares the title's line. */
const CHART_TOP = 16;
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

function drawHeader(brush: Brush, { subject, title, subtitle }: Card): void {
  const { context, theme, accent, pictures } = brush;
  context.fillStyle = accent;
  context.fillRect(0, 0, WIDTH, 6);
  const picture = subject.imageUrl === null ? undefined : pictures.get(subject.imageUrl);
  drawSubject(context, subject, picture ?? null, { x: MARGIN, y: 30, size: ICON });
  const room = { x: MARGIN + ICON + 24, width: WIDTH - 2 * MARGIN - ICON - 24 };
  // A right-to-left name stays beside its picture: at the far right of an empty line it would belong to nothing.
  drawText(context, title, { ...room, y: 70 }, { size: 38, weight: 700, colour: theme.text, align: "start" });
  drawText(
    context,
    subtitle,
    { ...room, y: 105 },
    { size: 21, weight: 400, colour: theme.muted, align: "start" },
  );
}

function drawChartPanel(brush: Brush, card: Card, { chart: box }: Layout): void {
  drawSurface(brush, box);
  drawPanelTitle(brush, card.chart.title, { ...box, width: box.width / 2 });
  const inset = { x: box.x + PADDING, width: box.width - 2 * PADDING };
  drawChart(
    brush.context,
    card,
    { ...inset, y: box.y + CHART_TOP, height: box.height - CHART_TOP - 14 },
    brush.theme,
  );
}

function drawFooter({ context, theme }: Brush, { footer }: Card, { footer: box }: Layout): void {
  const style = { size: 17, weight: 400, colour: theme.muted } as const;
  const room = { x: box.x, y: box.y + 33, width: box.width / 2 };
  drawText(context, footer, room, { ...style, align: "start" });
  const brand = { ...room, x: box.x + box.width / 2 };
  drawText(context, BRAND, brand, { ...style, align: "end" });
}
