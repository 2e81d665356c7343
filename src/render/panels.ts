import type { Image, SKRSContext2D } from "@napi-rs/canvas";
import type { FigureRow, Panel, RankingRow } from "../cards/card.ts";
import { type Box, PADDING, rowBoxes } from "./layout.ts";
import { drawSubject } from "./subject.ts";
import { drawText, fits } from "./text.ts";
import type { Theme } from "./themes.ts";

/** What panels are drawn with. */
export interface Brush {
  readonly context: SKRSContext2D;
  readonly theme: Theme;
  /** CSS colour. */
  readonly accent: string;
  /** Pictures by address, those that came. */
  readonly pictures: ReadonlyMap<string, Image>;
}

const ROUNDING = 16;
const PICTURE = 32;

/** The surface that everything else lies on. */
export function drawSurface({ context, theme }: Brush, box: Box): void {
  context.fillStyle = theme.panel;
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, ROUNDING);
  context.fill();
}

export function drawPanelTitle({ context, theme }: Brush, title: string, box: Box): void {
  const room = { x: box.x + PADDING, y: box.y + 36, width: box.width - 2 * PADDING };
  drawText(context, title, room, { size: 20, weight: 600, colour: theme.text, align: "start" });
}

export function drawPanel(brush: Brush, panel: Panel, box: Box): void {
  drawSurface(brush, box);
  drawPanelTitle(brush, panel.title, box);
  switch (panel.kind) {
    case "figures": {
      const boxes = rowBoxes(box, panel.rows.length);
      panel.rows.forEach((row, index) => {
        const room = boxes[index];
        if (room) drawFigure(brush, row, room, index > 0);
      });
      return;
    }
    case "ranking": {
      if (panel.rows.length === 0) drawEmpty(brush, panel.empty, box);
      const boxes = rowBoxes(box, panel.rows.length);
      panel.rows.forEach((row, index) => {
        const room = boxes[index];
        if (room) drawRank(brush, row, room);
      });
      return;
    }
    default:
      panel satisfies never;
  }
}

function drawFigure(
  { context, theme }: Brush,
  { label, value, note }: FigureRow,
  box: Box,
  ruled: boolean,
): void {
  const baseline = box.y + box.height / 2 + 8;
  if (ruled) {
    context.fillStyle = theme.line;
    context.fillRect(box.x, Math.round(box.y), box.width, 1);
  }
  const valueRoom = { x: box.x + box.width * 0.42, y: baseline, width: box.width * 0.58 };
  const taken = drawText(context, value, valueRoom, {
    size: 24,
    weight: 700,
    colour: theme.text,
    align: "end",
  });
  const labelTaken = drawText(
    context,
    label,
    { x: box.x, y: baseline, width: box.width * 0.42 - 8 },
    { size: 18, weight: 400, colour: theme.muted, align: "start" },
  );
  if (note === "") return;
  const left = box.x + labelTaken + 12;
  const room = { x: left, y: baseline, width: box.x + box.width - taken - 14 - left };
  const style = { size: 16, weight: 400, colour: theme.muted, align: "end", smallest: 13 } as const;
  // The note has what is left in the middle; cut short, it would say nothing.
  if (fits(context, note, room.width, style)) drawText(context, note, room, style);
}

function drawRank(brush: Brush, { place, subject, value, share }: RankingRow, box: Box): void {
  const { context, theme, accent, pictures } = brush;
  const middle = box.y + box.height / 2;
  const baseline = middle + 3;
  const placeRoom = { x: box.x, y: baseline + 2, width: 30 };
  drawText(context, String(place), placeRoom, { size: 18, weight: 600, colour: theme.muted, align: "start" });
  const picture = subject.imageUrl === null ? undefined : pictures.get(subject.imageUrl);
  drawSubject(context, subject, picture ?? null, { x: box.x + 32, y: middle - PICTURE / 2, size: PICTURE });
  const left = box.x + 32 + PICTURE + 12;
  const width = box.x + box.width - left;
  const taken = drawText(
    context,
    value,
    { x: left + width * 0.45, y: baseline, width: width * 0.55 },
    { size: 19, weight: 700, colour: theme.text, align: "end" },
  );
  drawText(
    context,
    subject.name,
    { x: left, y: baseline, width: width - taken - 14 },
    { size: 19, weight: 400, colour: theme.text, align: "start", followScript: true, smallest: 16 },
  );
  const bar = { y: Math.round(middle + 12), height: 5 };
  drawBar(context, { x: left, width, ...bar }, theme.line);
  // A share too small to see is still more than none.
  drawBar(context, { x: left, width: Math.max(width * Math.min(share, 1), bar.height), ...bar }, accent);
}

function drawBar(context: SKRSContext2D, { x, y, width, height }: Box, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y, width, height, height / 2);
  context.fill();
}

function drawEmpty({ context, theme }: Brush, text: string, box: Box): void {
  const room = { x: box.x + PADDING, y: box.y + 84, width: box.width - 2 * PADDING };
  drawText(context, text, room, { size: 18, weight: 400, colour: theme.muted, align: "start", smallest: 13 });
}
