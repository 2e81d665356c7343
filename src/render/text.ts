import type { SKRSContext2D } from "@napi-rs/canvas";
import { drawable, familiesFor, graphemes } from "./fonts.ts";
import { isMirrored, upright } from "./mirror.ts";

export interface TextStyle {
  /** Pixels. */
  readonly size: number;
  /** 400 to 700. */
  readonly weight: number;
  readonly colour: string;
  /**
   * `start` is where the card's reading begins, whatever the script: at the far end of its room a name would stand
   * apart from its picture, and next to someone's number.
   */
  readonly align: "start" | "middle" | "end";
  /** The smallest size to shrink to before the text is cut; default 75 % of `size`. */
  readonly smallest?: number;
}

/** A text that fits its room, and how. */
export interface FittedText {
  readonly text: string;
  readonly size: number;
  /** Pixels. */
  readonly width: number;
}

const RIGHT_TO_LEFT = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}]/u;
// Line breaks and other controls have no place on one line; direction overrides could turn the card's own words.
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

const HAS_RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;

/**
 * Which way a line runs: as its first letter does. In a card that is read from right to left a line such as a
 * subtitle may begin with a Latin name, and still is a sentence of that card.
 */
export function directionOf(context: SKRSContext2D, text: string): "ltr" | "rtl" {
  const pattern = isMirrored(context) ? HAS_RIGHT_TO_LEFT : RIGHT_TO_LEFT;
  return pattern.test(text) ? "rtl" : "ltr";
}

// No script stacks more on a letter; piles of marks would cover the lines above and below.
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** A name as it may stand on one line, and as it can be drawn. */
export function cleaned(text: string): string {
  return drawable(text.replace(UNPRINTABLE, " ").replace(PILED_MARKS, "$1")).replace(/\s+/gu, " ").trim();
}

/**
 * Fits a text into a width: as it is, else smaller, else cut after the last whole grapheme with an ellipsis, else
 * (where there is no room for that) nothing.
 * @param measure the width of a text at a size, pixels
 */
export function fitText(
  text: string,
  width: number,
  { size, smallest }: { readonly size: number; readonly smallest: number },
  measure: (text: string, size: number) => number,
): FittedText {
  const natural = measure(text, size);
  if (natural <= width) return { text, size, width: natural };
  for (let smaller = size - 1; smaller >= smallest; smaller--) {
    const measured = measure(text, smaller);
    if (measured <= width) return { text, size: smaller, width: measured };
  }
  const parts = graphemes(text);
  let [fitting, tooLong] = [0, parts.length];
  const cut = (count: number): string => `${parts.slice(0, count).join("").trimEnd()}…`;
  while (tooLong - fitting > 1) {
    const middle = Math.floor((fitting + tooLong) / 2);
    if (measure(cut(middle), smallest) <= width) fitting = middle;
    else tooLong = middle;
  }
  const shortened = cut(fitting);
  const shortenedWidth = measure(shortened, smallest);
  if (shortenedWidth > width) return { text: "", size: smallest, width: 0 };
  return { text: shortened, size: smallest, width: shortenedWidth };
}

/** The width of a text that nothing shrinks, pixels. */
export function widthOf(context: SKRSContext2D, text: string, { weight, size }: TextStyle): number {
  const line = cleaned(text);
  context.font = `${weight} ${size}px ${familiesFor(line)}`;
  return context.measureText(line).width;
}

function smallestOf({ size, smallest }: TextStyle): number {
  return smallest ?? Math.round(size * 0.75);
}

/**
 * Draws one line into the room `[x, x + width)` with its baseline at `y`.
 * @returns the width it took, pixels
 */
export function drawText(
  context: SKRSContext2D,
  text: string,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  style: TextStyle,
): number {
  const line = cleaned(text);
  // The ellipsis is in the base face, which every text has.
  const families = familiesFor(line);
  const fontOf = (size: number): string => `${style.weight} ${size}px ${families}`;
  const measure = (candidate: string, size: number): number => {
    context.font = fontOf(size);
    return context.measureText(candidate).width;
  };
  const fitted = fitText(line, width, { size: style.size, smallest: smallestOf(style) }, measure);
  if (fitted.text === "") return 0;
  context.font = fontOf(fitted.size);
  context.fillStyle = style.colour;
  context.direction = directionOf(context, line);
  context.textBaseline = "alphabetic";
  upright(context, { x, width }, (start) => {
    if (style.align === "middle") {
      context.textAlign = "center";
      context.fillText(fitted.text, x + width / 2, y);
      return;
    }
    const atLeft = (style.align === "start") === (start === "left");
    context.textAlign = atLeft ? "left" : "right";
    context.fillText(fitted.text, atLeft ? x : x + width, y);
  });
  return fitted.width;
}
