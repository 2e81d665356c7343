import type { SKRSContext2D } from "@napi-rs/canvas";
import { upright } from "./mirror.ts";
import type { Scale } from "./scale.ts";
import { directionOf } from "./text.ts";
import type { Theme } from "./themes.ts";

/** An axis of values, and what is written at each of its steps, from the lowest on. */
export interface ValueAxis {
  readonly side: "left" | "right";
  readonly scale: Scale;
  readonly texts: readonly string[];
}

/** Where a chart's days and values are; pixels from the corner of its box. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** How wide a day is. */
  readonly pitch: number;
  /** The first day has a label, and each that is so many later. */
  readonly labelEvery: number;
}

const SIZE = 16;
const LINE_HEIGHT = SIZE * 1.2;
/** From the plot to a label: a tick, and room. */
const TICK = 8;
const ROOM = 3;
/** Between the labels of two days, at least. */
const BETWEEN = 24;

/**
 * Lays out a chart within a size.
 * @param overflow how far what is drawn at the first and the last day reaches
 */
export function plotOf(
  context: SKRSContext2D,
  axes: readonly ValueAxis[],
  labels: readonly string[],
  families: string,
  { width, height }: { readonly width: number; readonly height: number },
  overflow: number,
): Plot {
  context.font = fontOf(families);
  const widthOf = (text: string): number => context.measureText(text).width;
  const sideOf = (side: ValueAxis["side"]): number => {
    const texts = axes.flatMap((axis) => (axis.side === side ? axis.texts : []));
    return texts.length === 0 ? 0 : TICK + Math.max(...texts.map(widthOf)) + 2 * ROOM;
  };
  const [least, most] = [Math.max(sideOf("left"), overflow), Math.max(sideOf("right"), overflow)];
  const inner = width - least - most;
  const widths = labels.map(widthOf);
  const fitting = Math.max(1, Math.floor(inner / (Math.max(...widths) + BETWEEN)));
  const labelEvery = Math.ceil(Math.max(1, labels.length / fitting));
  // A label at an end may be wider than its day, and than what is beside the plot.
  const pitch = inner / labels.length;
  const last = Math.floor((labels.length - 1) / labelEvery) * labelEvery;
  const beyond = (labelled: number, room: number): number =>
    ((labelled / 2 - room + ROOM) * inner) / (inner - room);
  const left = Math.max(least, beyond(widths[0] ?? 0, pitch / 2));
  const right = width - Math.max(most, beyond(widths[last] ?? 0, inner - (last + 0.5) * pitch));
  return {
    left,
    right,
    top: Math.max(overflow, axes.length === 0 ? 0 : LINE_HEIGHT / 2 + ROOM),
    bottom: height - Math.max(overflow, TICK + LINE_HEIGHT + 2 * ROOM),
    pitch: (right - left) / labels.length,
    labelEvery,
  };
}

/** The middle of a day. */
export function xOf({ left, pitch }: Plot, day: number): number {
  return left + (day + 0.5) * pitch;
}

/** Where a value is, on a scale of so many steps. */
export function yOf({ top, bottom }: Plot, { from, step }: Scale, steps: number, value: number): number {
  return bottom - ((value - from) / (steps * step)) * (bottom - top);
}

/** Grid lines, the line below all, and what is written at the axes. */
export function drawAxes(
  context: SKRSContext2D,
  axes: readonly ValueAxis[],
  labels: readonly string[],
  families: string,
  plot: Plot,
  theme: Theme,
): void {
  const hasNegative = axes.some(({ scale }) => scale.from < 0);
  context.font = fontOf(families);
  context.textBaseline = "middle";
  context.lineWidth = 1;
  for (const { side, scale, texts } of axes) {
    texts.forEach((text, index) => {
      const value = valueAt(scale, index);
      const y = yOf(plot, scale, texts.length - 1, value);
      const away = TICK + ROOM;
      if (side === "left") {
        drawLine(
          context,
          plot.left - TICK,
          plot.right,
          y,
          hasNegative && value === 0 ? theme.muted : theme.line,
        );
      }
      const x = side === "left" ? plot.left - away : plot.right + away;
      drawLabel(context, text, x, y, side === "left" ? "right" : "left", theme);
    });
  }
  if (!hasNegative) {
    drawLine(context, Math.round(plot.left - 0.5), Math.round(plot.right - 0.5) + 1, plot.bottom, theme.line);
  }
  for (let day = 0; day < labels.length; day += plot.labelEvery) {
    const y = plot.bottom + TICK + ROOM + LINE_HEIGHT / 2;
    drawLabel(context, labels[day] ?? "", xOf(plot, day), y, "center", theme);
  }
}

/** The value of a step; thirds are not exact. */
export function valueAt({ from, step }: Scale, index: number): number {
  return Number((from + index * step).toPrecision(12));
}

/** A line on whole pixels. */
function drawLine(context: SKRSContext2D, from: number, to: number, y: number, colour: string): void {
  const middle = Math.round(y - 0.5) + 0.5;
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(from, middle);
  context.lineTo(to, middle);
  context.stroke();
}

const OPPOSITE = { left: "right", right: "left", center: "center" } as const;

function drawLabel(
  context: SKRSContext2D,
  text: string,
  x: number,
  y: number,
  align: "left" | "right" | "center",
  theme: Theme,
): void {
  context.fillStyle = theme.muted;
  context.direction = directionOf(context, text);
  upright(context, { x, width: 0 }, (start) => {
    context.textAlign = start === "left" ? align : OPPOSITE[align];
    context.fillText(text, x, y);
  });
}

function fontOf(families: string): string {
  return `${SIZE}px ${families}`;
}
