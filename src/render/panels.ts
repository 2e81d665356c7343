import type { Image, SKRSContext2D } from "@napi-rs/canvas";
import type { FigureRow, Panel, RankingRow } from "../cards/card.ts";
import { type Box, PADDING, rowBoxes } from "./layout.ts";
import { drawSubject } from "./subject.ts";
import { drawText, fits, type TextStyle, widthOf } from "./text.ts";
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
/** Baselines, from a panel's top: of its title, and of what it says when it has nothing to show. */
export const TITLE_LINE = 36;
export const EMPTY_LINE = 84;

/** The surface that everything else lies on. */
export function drawSurface({ context, theme }: Brush, box: Box): void {
  context.fillStyle = theme.panel;
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, ROUNDING);
  context.fill();
}

export function drawPanelTitle({ context, theme }: Brush, title: string, box: Box): void {
  const room = { x: box.x + PADDING, y: box.y + TITLE_LINE, width: box.width - 2 * PADDING };
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
  const labelRoom = { x: box.x, y: baseline, width: box.width * 0.5 };
  const labelStyle = { size: 18, weight: 400, colour: theme.muted, align: "start" } as const;
  const left = box.x + drawText(context, label, labelRoom, labelStyle) + 14;
  const valueRoom = { x: left, y: baseline, width: box.x + box.width - left };
  const valueStyle = { size: 24, weight: 700, colour: theme.text, align: "end" } as const;
  const taken = drawText(context, value, valueRoom, valueStyle);
  if (note === "") return;
  const room = { ...valueRoom, width: valueRoom.width - taken - 14 };
  const style = { size: 16, weight: 400, colour: theme.muted, align: "end", smallest: 15 } as const;
  // The note has what is left in the middle; cut short, it would say nothing.
  if (fits(context, note, room.width, style)) drawText(context, note, room, style);
}

function drawRank(brush: Brush, { place, subject, note, value, share }: RankingRow, box: Box): void {
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
  const nameStyle = { size: 19, weight: 400, colour: theme.text, align: "start", smallest: 16 } as const;
  drawNoted(
    brush,
    { text: subject.name, note },
    { x: left, y: baseline, width: width - taken - 14 },
    nameStyle,
  );
  const bar = { y: Math.round(middle + 12), height: 5 };
  drawBar(context, { x: left, width, ...bar }, theme.line);
  // A share too small to see is still more than none.
  drawBar(context, { x: left, width: Math.max(width * Math.min(share, 1), bar.height), ...bar }, accent);
}

/** A text with its note as a tag behind it; the text gives way, the tag stays whole. */
export function drawNoted(
  { context, theme }: Brush,
  { text, note }: { readonly text: string; readonly note: string },
  room: { readonly x: number; readonly y: number; readonly width: number },
  style: TextStyle,
): void {
  if (note === "") {
    drawText(context, text, room, style);
    return;
  }
  const size = Math.max(15, Math.round(style.size * 0.5));
  const tag = { size, weight: 400, colour: theme.muted, align: "start" } as const;
  const tagWidth = widthOf(context, note, tag) + size;
  const x = room.x + drawText(context, text, { ...room, width: room.width - tagWidth - 8 }, style) + 8;
  // The tag's middle is that of the text's small letters.
  const middle = room.y - style.size * 0.27;
  context.strokeStyle = theme.line;
  context.lineWidth = 1.5;
  context.beginPath();
  context.roundRect(x, middle - size * 0.72, tagWidth, size * 1.44, size * 0.4);
  context.stroke();
  drawText(context, note, { x: x + size / 2, y: middle + size * 0.29, width: tagWidth }, tag);
}

function drawBar(context: SKRSContext2D, { x, y, width, height }: Box, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y, width, height, height / 2);
  context.fill();
}

function drawEmpty({ context, theme }: Brush, text: string, box: Box): void {
  const room = { x: box.x + PADDING, y: box.y + EMPTY_LINE, width: box.width - 2 * PADDING };
  drawText(context, text, room, { size: 18, weight: 400, colour: theme.muted, align: "start", smallest: 15 });
}
