import type { Image, SKRSContext2D } from "@napi-rs/canvas";
import type { Subject } from "../cards/card.ts";
import { type Box, NOTE_LINE, PADDING } from "./layout.ts";
import { drawParagraph } from "./paragraph.ts";
import { drawSubject } from "./subject.ts";
import { drawText, type TextStyle, widthOf } from "./text.ts";
import type { Theme } from "./themes.ts";

/** What panels are drawn with. */
export interface Brush {
  readonly context: SKRSContext2D;
  readonly theme: Theme;
  /** `#rrggbb`; can be seen on the theme's panels. */
  readonly accent: string;
  /** Pictures by address, those that came. */
  readonly pictures: ReadonlyMap<string, Image>;
  /** A whole number as the card's language writes it. */
  readonly number: (value: number) => string;
}

/** A line to write on, from where reading begins: `y` is its baseline. */
export interface Room {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const ROUNDING = 16;
const OUTLINE = 2;
/** Baselines, from a panel's top: of its title, and of a note below it. */
export const TITLE_LINE = 36;
const NOTE_BASELINE = 76;

/** The surface that everything else lies on. */
export function drawSurface({ context, theme }: Brush, box: Box): void {
  context.fillStyle = theme.panel;
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, ROUNDING);
  context.fill();
  if (theme.outline === null) return;
  context.strokeStyle = theme.outline;
  context.lineWidth = OUTLINE;
  context.beginPath();
  const inset = OUTLINE / 2;
  context.roundRect(
    box.x + inset,
    box.y + inset,
    box.width - OUTLINE,
    box.height - OUTLINE,
    ROUNDING - inset,
  );
  context.stroke();
}

export function drawPanelTitle({ context, theme }: Brush, title: string, box: Box): void {
  const room = { x: box.x + PADDING, y: box.y + TITLE_LINE, width: box.width - 2 * PADDING };
  drawText(context, title, room, { size: 20, weight: 600, colour: theme.text, align: "start" });
}

/** A sentence in place of what there is nothing of, below a panel's title. */
export function drawNote({ context, theme }: Brush, text: string, box: Box): void {
  const room = { x: box.x + PADDING, y: box.y + NOTE_BASELINE, width: box.width - 2 * PADDING };
  const lines = Math.floor((box.height - NOTE_BASELINE) / NOTE_LINE);
  drawParagraph(
    context,
    text,
    { ...room, lines, spacing: NOTE_LINE },
    { size: 18, weight: 400, colour: theme.muted },
  );
}

/** A bar, filled from where it begins. `share` in [0, 1]; one too small to see is still more than none. */
export function drawShare({ context, theme }: Brush, box: Box, share: number, colour: string): void {
  drawBar(context, box, theme.line);
  if (share > 0) drawBar(context, { ...box, width: shareWidth(box, share) }, colour);
}

/** The same, filled from its end. */
export function drawShareFromEnd({ context, theme }: Brush, box: Box, share: number, colour: string): void {
  drawBar(context, box, theme.line);
  const width = shareWidth(box, share);
  if (share > 0) drawBar(context, { ...box, x: box.x + box.width - width, width }, colour);
}

function shareWidth({ width, height }: Box, share: number): number {
  return Math.max(width * Math.min(share, 1), height);
}

function drawBar(context: SKRSContext2D, { x, y, width, height }: Box, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y, width, height, height / 2);
  context.fill();
}

/** A subject's picture in a circle, or its sign. */
export function drawPicture(
  { context, pictures, theme }: Brush,
  subject: Subject,
  place: { readonly x: number; readonly y: number; readonly size: number },
): void {
  const picture = subject.imageUrl === null ? undefined : pictures.get(subject.imageUrl);
  drawSubject(context, subject, picture ?? null, place, theme);
}

/** A text with its note as a tag behind it; the text gives way, the tag stays whole or away. */
export function drawNoted(
  { context, theme }: Brush,
  { text, note }: { readonly text: string; readonly note: string },
  room: Room,
  style: TextStyle,
  noteColour: string = theme.muted,
): void {
  const size = Math.max(15, Math.round(style.size * 0.5));
  const tag = { size, weight: 400, colour: noteColour, align: "start" } as const;
  const tagWidth = widthOf(context, note, tag) + size;
  // More than half of the room is the text's; a tag that was cut would say nothing.
  if (note === "" || tagWidth > room.width * 0.45) {
    drawText(context, text, room, style);
    return;
  }
  const x = room.x + drawText(context, text, { ...room, width: room.width - tagWidth - 8 }, style) + 8;
  // The tag's middle is that of the text's small letters.
  const middle = room.y - style.size * 0.27;
  context.strokeStyle = theme.outline ?? theme.line;
  context.lineWidth = 1.5;
  context.beginPath();
  context.roundRect(x, middle - size * 0.72, tagWidth, size * 1.44, size * 0.4);
  context.stroke();
  drawText(context, note, { x: x + size / 2, y: middle + size * 0.29, width: tagWidth - size }, tag);
}
