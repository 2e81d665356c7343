import type { SKRSContext2D } from "@napi-rs/canvas";
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartDataset,
  type ChartItem,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from "chart.js";
import type { Card, ChartSeries } from "../cards/card.ts";
import { chartWindow } from "./chart-window.ts";
import { numberFormat } from "./digits.ts";
import { familiesFor } from "./fonts.ts";
import type { Box } from "./layout.ts";
import { type Scale, scaleFromZero, scaleNear } from "./scale.ts";
import { colourOf, fillOf, LOOKS } from "./series-look.ts";
import { dashOf, markerRadius } from "./series-sign.ts";
import type { Theme } from "./themes.ts";

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
);

/** Both axes have as many steps, so that the lines of one are the lines of the other. */
const STEPS = { card: 4, graph: 6 } as const;
/** Of more days than this, not each has a marker. */
const MARKERS = 45;
/** From this share of the highest value on, a step is seen in a short number such as 1.25K. */
const SHORT_STEP = 0.05;

type Dataset = ChartDataset<"bar" | "line", (number | null)[]>;

/** Draws the card's chart with Chart.js, straight onto the card's own surface. */
export function drawChart(context: SKRSContext2D, card: Card, box: Box, theme: Theme): void {
  const { chart, locale, mode } = card;
  const steps = STEPS[mode];
  const axes = (["left", "right"] as const).flatMap((side) => {
    const series = chart.series.filter(({ axis }) => axis === side);
    return series.length === 0 ? [] : [{ side, scale: scaleOf(series, steps) }];
  });
  const tickText = ({ from, step }: Scale, tick: number): string => {
    const highest = Math.max(Math.abs(from), Math.abs(from + steps * step));
    const notation = step / highest < SHORT_STEP ? "standard" : "compact";
    // What lies below the line is counted as well: nobody left a negative number of times.
    return numberFormat(locale, notation, fractionDigits(step)).format(Math.abs(tick));
  };
  const drawnText = [chart.labels, axes.map(({ scale }) => tickText(scale, scale.from + scale.step))];
  const font = { family: familiesFor(drawnText.flat().join("")), size: 16 };
  const hasNegative = axes.some(({ scale }) => scale.from < 0);
  const axis = (scale: Scale, side: "left" | "right") => ({
    position: side,
    min: scale.from,
    max: scale.from + steps * scale.step,
    border: { display: false },
    grid: {
      display: side === "left",
      color: ({ tick }: { tick?: { value: number } }) =>
        hasNegative && tick?.value === 0 ? theme.muted : theme.line,
    },
    ticks: {
      color: theme.muted,
      font,
      stepSize: scale.step,
      // Thirds of a step are not exact.
      callback: (value: number | string) => tickText(scale, Number(Number(value).toPrecision(12))),
    },
  });
  const configuration: ChartConfiguration<"bar" | "line", (number | null)[], string> = {
    type: "bar",
    data: {
      labels: [...chart.labels],
      datasets: chart.series.flatMap((series, index) =>
        series.shape === "bars"
          ? [barsOf(series, index, theme)]
          : linesOf(series, index, theme, chart.series.length === 1),
      ),
    },
    options: {
      animation: false,
      responsive: false,
      events: [],
      devicePixelRatio: 1,
      layout: { padding: 0 },
      scales: {
        x: {
          border: { display: !hasNegative, color: theme.line },
          grid: { display: false },
          ticks: { color: theme.muted, font, maxRotation: 0, autoSkip: true, autoSkipPadding: 24 },
        },
        ...Object.fromEntries(
          axes.map(({ side, scale }) => [side, { type: "linear", ...axis(scale, side) }]),
        ),
      },
    },
  };
  context.save();
  // Chart.js knows the browser's canvas; of it, it uses what ours has as well.
  const drawn = new Chart(chartWindow(context, box) as unknown as ChartItem, configuration);
  const area = drawn.chartArea;
  drawn.destroy();
  context.restore();
  for (const side of ["left", "right"] as const) {
    const own = ownOf(chart.series, side);
    if (own) drawAxis(context, own, { ...area, x: box.x + area[side], y: box.y }, theme);
  }
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
  {
    x,
    y,
    top,
    bottom,
  }: { readonly x: number; readonly y: number; readonly top: number; readonly bottom: number },
  theme: Theme,
): void {
  context.save();
  context.strokeStyle = colourOf(role, theme);
  context.lineWidth = 2;
  context.setLineDash(shape === "bars" ? [] : [...LOOKS[role].dash]);
  context.beginPath();
  context.moveTo(Math.round(x), y + bottom);
  context.lineTo(Math.round(x), y + top);
  context.stroke();
  context.restore();
}

function barsOf({ role, label, axis, values }: ChartSeries, index: number, theme: Theme): Dataset {
  return {
    type: "bar",
    label,
    data: [...values],
    yAxisID: axis,
    backgroundColor: fillOf(role, theme),
    borderColor: colourOf(role, theme),
    borderWidth: LOOKS[role].isHollow ? 2 : 0,
    borderRadius: 4,
    maxBarThickness: 26,
    // Who came and who left share a place on the axis, above and below zero; others stand beside each other.
    stack: role === "joins" || role === "leaves" ? "movement" : role,
    // Behind all lines.
    order: 100 + index,
  };
}

/** A line, and below all lines a wider one in the panel's colour, so that it is seen above bars. */
function linesOf(series: ChartSeries, index: number, theme: Theme, isAlone: boolean): Dataset[] {
  const { role, label, axis, values } = series;
  const { marker } = LOOKS[role];
  const every = Math.ceil(values.length / MARKERS);
  const known = (day: number): boolean => values[day] !== null && values[day] !== undefined;
  // A day between two gaps has no line that would show it.
  const isLone = (day: number): boolean => !known(day - 1) && !known(day + 1);
  const radii = (radius: number): number[] =>
    values.map((_, day) => (isLone(day) ? radius + 2 : day % every === 0 ? radius : 0));
  const line: Dataset = {
    type: "line",
    label,
    data: [...values],
    yAxisID: axis,
    borderColor: colourOf(role, theme),
    backgroundColor: colourOf(role, theme),
    borderWidth: theme.stroke,
    borderDash: dashOf(series, theme, isAlone),
    borderCapStyle: LOOKS[role].cap,
    ...marker,
    pointRadius: radii(markerRadius(theme)),
    pointBorderWidth: 0,
    spanGaps: false,
    cubicInterpolationMode: "monotone",
    clip: 10,
    // Later ones have gaps in their dashes: what lies below is seen through them.
    order: -index,
  };
  const edge: Dataset = {
    ...line,
    borderColor: theme.panel,
    backgroundColor: theme.panel,
    borderWidth: theme.stroke + 4,
    borderDash: [],
    pointRadius: radii(markerRadius(theme) + 2.5),
    order: 50,
  };
  return [edge, line];
}
