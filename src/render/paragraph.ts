import type { SKRSContext2D } from "@napi-rs/canvas";
import { cleaned, drawText, type TextStyle, widthOf } from "./text.ts";

const words = new Intl.Segmenter("en", { granularity: "word" });
/** Scripts that put no spaces between words. */
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * Breaks a text into lines: between words, whatever the script; what is left after the last line stays on it.
 * @param fits whether a line has room
 * @param most lines, 1 or more
 */
export function brokenLines(text: string, most: number, fits: (line: string) => boolean): string[] {
  const units: string[] = [];
  for (const { segment, isWordLike } of words.segment(text)) {
    const before = units.at(-1);
    // Where no space is, a full stop may follow, which never begins a line.
    const isBreak =
      before === undefined || /\s$/u.test(before) || (isWordLike === true && UNSPACED.test(segment));
    if (isBreak) units.push(segment);
    else units[units.length - 1] = before + segment;
  }
  const lines: string[] = [];
  let line = "";
  for (const unit of units) {
    if (line !== "" && lines.length < most - 1 && !fits((line + unit).trim())) {
      lines.push(line.trim());
      line = "";
    }
    line += unit;
  }
  return [...lines, line.trim()].filter((each) => each !== "");
}

/** Draws a text of several lines, the first with its baseline at `y`; what is too long for the last is cut. */
export function drawParagraph(
  context: SKRSContext2D,
  text: string,
  room: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly lines: number;
    readonly spacing: number;
  },
  style: Omit<TextStyle, "align">,
): void {
  const aligned = { ...style, align: "start" } as const;
  const fits = (line: string): boolean => widthOf(context, line, aligned) <= room.width;
  brokenLines(cleaned(text), room.lines, fits).forEach((line, index) => {
    drawText(context, line, { ...room, y: room.y + index * room.spacing }, aligned);
  });
}
