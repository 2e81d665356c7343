import { type Canvas, createCanvas, type Image } from "@napi-rs/canvas";
import type { Card } from "../cards/card.ts";
import { type Brush, drawNote, drawPanelTitle, drawSurface, TITLE_LINE } from "./brush.ts";
import { drawChart } from "./chart.ts";
import { numberFormat } from "./digits.ts";
import { drawHeader } from "./header.ts";
import { mainColourOf } from "./icon-colour.ts";
import { type Box, below, type Layout, layoutOf, PADDING, WIDTH } from "./layout.ts";
import { drawLegend } from "./legend.ts";
import { mirrored } from "./mirror.ts";
import { drawPanel } from "./panels.ts";
import { drawText } from "./text.ts";
import { accentOf, THEMES, type Theme } from "./themes.ts";

const BRAND = "GuildStats";

/**
 * Draws a card.
 * @param pictures avatars, icons and the banner by address; a missing one is drawn otherwise
 */
export function draw(card: Card, pictures: ReadonlyMap<string, Image>): Canvas {
  const layout = layoutOf(card);
  const canvas = createCanvas(WIDTH, layout.height);
  drawOnto(canvas, card, layout, pictures);
  return canvas;
}

/**
 * Draws a card over all that the canvas has at its top. The canvas is `WIDTH` pixels wide and at least as high as the
 * layout, and can be drawn onto again.
 */
export function drawOnto(
  canvas: Canvas,
  card: Card,
  layout: Layout,
  pictures: ReadonlyMap<string, Image>,
): void {
  const theme = THEMES[card.theme];
  const context = canvas.getContext("2d");
  const number = numberFormat(card.locale, "standard");
  const brush: Brush = {
    context,
    theme,
    accent: accentFor(card, pictures, theme),
    pictures,
    number: (value) => number.format(value),
  };
  const drawing = (): void => {
    context.fillStyle = theme.background;
    context.fillRect(0, 0, WIDTH, layout.height);
    drawHeader(brush, card, layout.header);
    for (const { panel, box } of layout.panels) drawPanel(brush, panel, box);
    if (layout.chart !== null) drawChartPanel(brush, card, layout.chart);
    drawFooter(brush, card, layout.footer);
  };
  if (card.direction === "rtl") mirrored(context, WIDTH, drawing);
  else drawing();
}

function accentFor({ accent, iconUrl }: Card, pictures: ReadonlyMap<string, Image>, theme: Theme): string {
  if (accent !== "icon") return accentOf(theme, accent);
  const icon = iconUrl === null ? undefined : pictures.get(iconUrl);
  return accentOf(theme, icon ? mainColourOf(icon) : null);
}

function drawChartPanel(brush: Brush, card: Card, box: Box): void {
  const { context, theme } = brush;
  drawSurface(brush, box);
  if (card.chart.empty !== null) {
    drawPanelTitle(brush, card.chart.title, box);
    drawNote(brush, card.chart.empty, box);
    return;
  }
  const room = below(box);
  const legend = { x: room.x + room.width * 0.35, y: box.y + TITLE_LINE, width: room.width * 0.65 };
  const taken = drawLegend(context, card.chart.series, legend, theme);
  drawPanelTitle(brush, card.chart.title, { ...box, width: box.width - taken - PADDING });
  drawChart(context, card, room, theme);
}

function drawFooter({ context, theme }: Brush, { footer }: Card, box: Box): void {
  const style = { size: 17, weight: 400, colour: theme.muted } as const;
  const room = { ...box, y: box.y + 33 };
  const taken = drawText(context, BRAND, room, { ...style, align: "end" });
  drawText(context, footer, { ...room, width: room.width - taken - 24 }, { ...style, align: "start" });
}
