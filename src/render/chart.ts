import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Card, ChartSeries } from "../cards/card.ts";
import { drawAxes, type Plot, plotOf, type ValueAxis, valueAt, yOf } from "./chart-axes.ts";
import { drawBars, drawLines, overflowOf } from "./chart-marks.ts";
import { numberFormat } from "./digits.ts";
import { familiesFor } from "./fonts.ts";
import type { Box } from "./layout.ts";
import { type Scale, scaleFromZero, scaleNear } from "./scale.ts";
import { colourOf, LOOKS } from "./series-look.ts";
import type { Theme } from "./themes.ts";

/** Both axes have as many steps, so that the lines of one are the lines of the other. */
const STEPS = { card: 4, graph: 6 } as const;
/** From this share of the highest value on, a step is seen in a short number such as 1.25K. */
const SHORT_STEP = 0.05;

/** Draws the card's chart: bars and lines by days, with an axis of values on one side or on both. */
export function drawChart(
  context: SKRSContext2D,
  { chart, locale, mode }: Card,
  box: Box,
  theme: Theme,
): void {
  const steps = STEPS[mode];
  const axes = (["left", "right"] as const).flatMap((side): ValueAxis[] => {
    const series = chart.series.filter(({ axis }) => axis === side);
    if (series.length === 0) return [];
    const scale = scaleOf(series, steps);
    return [{ side, scale, texts: textsOf(scale, steps, locale) }];
  });
  const families = familiesFor([...chart.labels, ...axes.flatMap(({ texts }) => texts)].join(""));
  const bars = chart.series.filter(({ shape }) => shape === "bars");
  const lines = chart.series.filter(({ shape }) => shape === "line");
  const yOfValue = ({ axis }: ChartSeries, value: number): number => {
    const scale = axes.find(({ side }) => side === axis)?.scale;
    return scale === undefined ? plot.bottom : yOf(plot, scale, steps, value);
  };
  context.save();
  context.translate(box.x, box.y);
  const plot = plotOf(context, axes, chart.labels, families, box, overflowOf(lines, theme));
  drawAxes(context, axes, chart.labels, families, plot, theme);
  drawBars(context, bars, plot, yOfValue, theme);
  drawLines(context, lines, plot, yOfValue, theme, chart.series.length === 1);
  for (const side of ["left", "right"] as const) {
    const own = ownOf(chart.series, side);
    if (own) drawAxis(context, own, plot, plot[side], theme);
  }
  context.restore();
}

/** What is written at the steps of an axis. */
function textsOf(scale: Scale, steps: number, locale: string): string[] {
  const { from, step } = scale;
  const highest = Math.max(Math.abs(from), Math.abs(from + steps * step));
  const notation = step / highest < SHORT_STEP ? "standard" : "compact";
  const format = numberFormat(locale, notation, fractionDigits(step));
  // What lies below the line is counted as well: nobody left a negative number of times.
  return Array.from({ length: steps + 1 }, (_, index) => format.format(Math.abs(valueAt(scale, index))));
}

function scaleOf(series: readonly ChartSeries[], steps: number): Scale {
  const values = series.flatMap(({ values: each }) => each.flatMap((value) => value ?? []));
  const whole = series.every((each) => each.whole);
  // The length of bars, and any amount, would lie on an axis that does not begin at zero.
  const isNear = series.every(({ role, shape }) => role === "members" && shape === "line");
  return isNear ? scaleNear(values, steps, whole) : scaleFromZero(values, steps, whole);
}

/** As many as a step has, and at least two, for short numbers such as 1.25K. */
function fractionDigits(step: number): number {
  return Math.min(Math.max(Math.ceil(-Math.log10(step)) + 1, 2), 15);
}

/** The one series whose values an axis has, where there is another axis to tell it from. */
function ownOf(series: readonly ChartSeries[], side: "left" | "right"): ChartSeries | undefined {
  const [own, ...others] = series.filter(({ axis }) => axis === side);
  return others.length === 0 && series.length > 1 ? own : undefined;
}

/** An axis is drawn as the line of its series is; that of bars is solid, and no wider, or it would be one of them. */
function drawAxis(
  context: SKRSContext2D,
  { role, shape }: ChartSeries,
  { top, bottom }: Plot,
  x: number,
  theme: Theme,
): void {
  context.save();
  context.strokeStyle = colourOf(role, theme);
  context.lineWidth = 2;
  context.setLineDash(shape === "bars" ? [] : [...LOOKS[role].dash]);
  context.beginPath();
  context.moveTo(Math.round(x), bottom);
  context.lineTo(Math.round(x), top);
  context.stroke();
  context.restore();
}
