import type { Image, SKRSContext2D } from "@napi-rs/canvas";
import type { Subject } from "../cards/card.ts";
import { familiesFor, graphemes } from "./fonts.ts";
import { cleaned } from "./text.ts";

/** Quiet, and each dark enough for a white sign (4.5:1). */
export const COLOURS = [
  "#4a63b8",
  "#8a4fa8",
  "#1f7a67",
  "#a5552a",
  "#a34467",
  "#557030",
  "#2d7396",
  "#7d6230",
] as const;
export const SIGN = "#ffffff";

/** Draws a picture in a circle; for want of one, an initial on the subject's own colour, or a channel's sign. */
export function drawSubject(
  context: SKRSContext2D,
  subject: Subject,
  image: Image | null,
  { x, y, size }: { readonly x: number; readonly y: number; readonly size: number },
): void {
  const radius = size / 2;
  const colour = colourOf(subject.id);
  context.save();
  context.beginPath();
  context.arc(x + radius, y + radius, radius, 0, Math.PI * 2);
  context.clip();
  if (image) {
    context.drawImage(image, x, y, size, size);
  } else {
    context.fillStyle = colour;
    context.fillRect(x, y, size, size);
    drawSign(context, subject, { x: x + radius, y: y + radius, size }, SIGN);
  }
  context.restore();
}

function colourOf(id: string): string {
  // The last digits of a snowflake are its increment and differ between neighbours in a list.
  const index = Number(id.slice(-3)) % COLOURS.length;
  return COLOURS[index] ?? COLOURS[0];
}

interface Centre {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

function drawSign(context: SKRSContext2D, subject: Subject, centre: Centre, colour: string): void {
  switch (subject.kind) {
    case "voice":
      drawSpeaker(context, centre, colour);
      return;
    case "text":
    case "gone-channel":
      drawLetter(context, "#", centre, colour);
      return;
    case "member":
    case "bot":
    case "departed":
    case "guild":
      drawLetter(context, initialOf(subject.name), centre, colour);
      return;
    default:
      subject.kind satisfies never;
  }
}

function initialOf(name: string): string {
  const parts = graphemes(cleaned(name));
  const letter = parts.find((part) => /\p{L}|\p{N}|\p{Extended_Pictographic}/u.test(part));
  return (letter ?? parts[0] ?? "?").toUpperCase();
}

function drawLetter(context: SKRSContext2D, letter: string, { x, y, size }: Centre, colour: string): void {
  context.font = `600 ${Math.round(size * 0.5)}px ${familiesFor(letter)}`;
  context.fillStyle = colour;
  context.direction = "ltr";
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  const { actualBoundingBoxAscent: above, actualBoundingBoxDescent: below } = context.measureText(letter);
  context.fillText(letter, x, y + (above - below) / 2);
}

function drawSpeaker(context: SKRSContext2D, { x, y, size }: Centre, colour: string): void {
  const unit = size / 16;
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x - 4.5 * unit, y - 1.6 * unit);
  context.lineTo(x - 2.4 * unit, y - 1.6 * unit);
  context.lineTo(x + 0.4 * unit, y - 4 * unit);
  context.lineTo(x + 0.4 * unit, y + 4 * unit);
  context.lineTo(x - 2.4 * unit, y + 1.6 * unit);
  context.lineTo(x - 4.5 * unit, y + 1.6 * unit);
  context.closePath();
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 1.2 * unit;
  for (const reach of [2.2, 4]) {
    context.beginPath();
    context.arc(x + 0.6 * unit, y, reach * unit, -Math.PI / 4, Math.PI / 4);
    context.stroke();
  }
}
