import type { Image, SKRSContext2D } from "@napi-rs/canvas";
import type { Subject, SubjectKind } from "../cards/card.ts";
import { contrast, hex } from "./colour.ts";
import { drawCover } from "./cover.ts";
import { familiesFor, graphemes } from "./fonts.ts";
import { upright } from "./mirror.ts";
import { bubbles, bubbleWithLines, folder, gamePad, type Ink, type Sign, shield, speaker } from "./signs.ts";
import { cleaned } from "./text.ts";
import type { Theme } from "./themes.ts";

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
const WHITE = "#ffffff";
const BLACK = "#000000";

/** Below this a circle needs an edge to be seen on its panel. */
const VISIBLE = 1.5;

/** What stands for a subject without a picture: a sign, `#`, or the first letter of its name. */
const SIGNS: Readonly<Record<SubjectKind, Sign | "#" | "initial">> = {
  member: "initial",
  bot: "initial",
  departed: "initial",
  guild: "initial",
  text: "#",
  "gone-channel": "#",
  voice: speaker,
  forum: bubbles,
  thread: bubbleWithLines,
  category: folder,
  role: shield,
  activity: gamePad,
};

/** Draws a picture in a circle; for want of one, an initial or a sign on the subject's own colour. */
export function drawSubject(
  context: SKRSContext2D,
  subject: Subject,
  image: Image | null,
  { x, y, size }: { readonly x: number; readonly y: number; readonly size: number },
  theme: Theme,
): void {
  const radius = size / 2;
  const circle = (reach: number): void => {
    context.beginPath();
    context.arc(x + radius, y + radius, reach, 0, Math.PI * 2);
  };
  const ink = inkOf(subject);
  context.save();
  circle(radius);
  context.clip();
  upright(context, { x, width: size }, () => {
    if (image) {
      drawCover(context, image, { x, y, width: size, height: size });
      return;
    }
    context.fillStyle = ink.ground;
    context.fillRect(x, y, size, size);
    drawSign(context, subject, { x: x + radius, y: y + radius, size }, ink);
  });
  context.restore();
  if (image || contrast(ink.ground, theme.panel) >= VISIBLE) return;
  circle(radius - 1);
  context.strokeStyle = theme.muted;
  context.lineWidth = 2;
  context.stroke();
}

/** A role's own colour, whatever it is, with the sign in black or white; else one of the quiet colours. */
export function inkOf({ id, colour }: Pick<Subject, "id" | "colour">): Ink {
  if (colour !== null) {
    const ground = hex(colour);
    return { ground, sign: contrast(ground, WHITE) >= contrast(ground, BLACK) ? WHITE : BLACK };
  }
  // An activity's id is any text; the last digits of a snowflake differ between neighbours in a list.
  const number = /^\d+$/.test(id)
    ? Number(id.slice(-3))
    : Array.from(id).reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0);
  return { ground: COLOURS[number % COLOURS.length] ?? COLOURS[0], sign: WHITE };
}

interface Centre {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

function drawSign(context: SKRSContext2D, subject: Subject, centre: Centre, ink: Ink): void {
  const sign = SIGNS[subject.kind];
  if (typeof sign === "string") {
    drawLetter(context, sign === "#" ? "#" : initialOf(subject.name), centre, ink.sign);
    return;
  }
  context.save();
  context.translate(centre.x, centre.y);
  context.scale(centre.size / 16, centre.size / 16);
  sign(context, ink);
  context.restore();
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
