import type { SKRSContext2D } from "@napi-rs/canvas";
import { BarElement, LineElement, PointElement } from "chart.js";
import type { ChartSeries } from "../cards/card.ts";
import { type Plot, xOf } from "./chart-axes.ts";
import { colourOf, fillOf, LOOKS } from "./series-look.ts";
import { dashOf, markerRadius } from "./series-sign.ts";
import type { Theme } from "./themes.ts";

// Chart.js's elements draw themselves. Its controllers would look each option of each element up through proxies of
// their own, which take longer than all that is drawn, and which V8 compiles anew after every collection.

/** Of a day's width, what its bars take together, and of what each has of it, the bar itself. */
const BARS = 0.8;
const BAR = 0.9;
const WIDEST_BAR = 26;
const ROUNDING = 4;
/** Of more days than this, not each has a marker. */
const MARKERS = 45;
/** How much wider than a line its edge is, on each side; round markers, a bit more. */
const EDGE = 2;
const MARKER_EDGE = 2.5;
/** A day between two gaps has no line that would show it: its marker is larger. */
const LONE = 2;
/** Lines and markers may reach so far beyond the plot. */
const BEYOND = 10;

/** Draws bars; who came and who left share a place, above and below zero, others stand beside each other. */
export function drawBars(
  context: SKRSContext2D,
  all: readonly ChartSeries[],
  plot: Plot,
  yOfValue: (series: ChartSeries, value: number) => number,
  theme: Theme,
): void {
  const placeOf = ({ role }: ChartSeries): string =>
    role === "joins" || role === "leaves" ? "movement" : role;
  const places = Array.from(new Set(all.map(placeOf)));
  const share = (plot.pitch * BARS) / places.length;
  for (const series of all) {
    const { role, axis, values } = series;
    const options = {
      backgroundColor: fillOf(role, theme),
      borderColor: colourOf(role, theme),
      borderWidth: LOOKS[role].isHollow ? 2 : 0,
      borderRadius: ROUNDING,
    };
    const inPlace = (places.indexOf(placeOf(series)) + 0.5) * share - (plot.pitch * BARS) / 2;
    values.forEach((value, day) => {
      if (value === null || value === 0) return;
      const y = yOfValue(series, value);
      // It stands on the upper edge of the line at zero, or hangs from the lower one.
      const base = yOfValue(series, 0) + (axis === "left" ? 0.5 : 0) * (value > 0 ? -1 : 1);
      new BarElement({
        x: xOf(plot, day) + inPlace,
        y,
        base,
        width: Math.min(WIDEST_BAR, share * BAR),
        height: Math.abs(y - base),
        horizontal: false,
        enableBorderRadius: true,
        borderSkipped: value > 0 ? { bottom: true } : { top: true },
        inflateAmount: 0,
        options,
      }).draw(context);
    });
  }
}

/** How far the lines' markers reach, those of the first and the last day. */
export function overflowOf(lines: readonly ChartSeries[], theme: Theme): number {
  const reaches = lines.flatMap(({ values }) =>
    [0, values.length - 1].map((day) => markerAt(values, day, markerRadius(theme) + MARKER_EDGE)),
  );
  return Math.max(0, ...reaches);
}

/** Draws lines, the later ones above the others, for the gaps in their dashes show what lies below. */
export function drawLines(
  context: SKRSContext2D,
  lines: readonly ChartSeries[],
  plot: Plot,
  yOfValue: (series: ChartSeries, value: number) => number,
  theme: Theme,
  isAlone: boolean,
): void {
  const { left, right, top, bottom } = plot;
  const radius = markerRadius(theme);
  context.save();
  context.beginPath();
  context.rect(left - BEYOND, top - BEYOND, right - left + 2 * BEYOND, bottom - top + 2 * BEYOND);
  context.clip();
  // Below all lines a wider one in the panel's colour, so that they are seen above bars.
  const edge = {
    colour: theme.panel,
    width: theme.stroke + 2 * EDGE,
    dash: [],
    radius: radius + MARKER_EDGE,
  };
  for (const series of lines) drawLine(context, series, plot, yOfValue, edge);
  for (const series of lines) {
    const colour = colourOf(series.role, theme);
    const pen = { colour, width: theme.stroke, dash: dashOf(series, theme, isAlone), radius };
    drawLine(context, series, plot, yOfValue, pen);
  }
  context.restore();
}

/** What a line is drawn with. */
interface Pen {
  readonly colour: string;
  readonly width: number;
  readonly dash: number[];
  /** Of its markers. */
  readonly radius: number;
}

/** A curve that never overshoots its values, with gaps where there are none, and its markers. */
function drawLine(
  context: SKRSContext2D,
  series: ChartSeries,
  plot: Plot,
  yOfValue: (series: ChartSeries, value: number) => number,
  { colour, width, dash, radius }: Pen,
): void {
  const { left, right, top, bottom } = plot;
  const area = { left, right, top, bottom, width: right - left, height: bottom - top };
  const { marker, cap } = LOOKS[series.role];
  const points = series.values.map(
    (value, day) =>
      new PointElement({
        x: xOf(plot, day),
        y: value === null ? bottom : yOfValue(series, value),
        skip: value === null,
        options: {
          ...marker,
          radius: markerAt(series.values, day, radius),
          backgroundColor: colour,
          borderColor: colour,
          borderWidth: 0,
        },
      }),
  );
  const options = { cubicInterpolationMode: "monotone", capBezierPoints: true, spanGaps: false };
  const line = new LineElement({ points, options });
  line.updateControlPoints(area, "x");
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineCap = cap;
  context.setLineDash(dash);
  context.beginPath();
  line.path(context);
  context.stroke();
  for (const point of points) point.draw(context, area);
}

/** The radius of a day's marker; 0: it has none. */
function markerAt(values: readonly (number | null)[], day: number, radius: number): number {
  const isKnown = (other: number): boolean => (values[other] ?? null) !== null;
  if (!isKnown(day - 1) && !isKnown(day + 1)) return radius + LONE;
  return day % Math.ceil(values.length / MARKERS) === 0 ? radius : 0;
}
