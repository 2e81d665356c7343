import type { SKRSContext2D } from "@napi-rs/canvas";
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartItem,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from "chart.js";
import type { Card, ChartSeries } from "../cards/card.ts";
import { familiesFor } from "./fonts.ts";
import type { Box } from "./layout.ts";
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

/** Both scales have as many steps, so that the lines of one are the lines of the other. */
const STEPS = 4;
/** What a step may be, times a power of ten. */
const ROUND = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] as const;

/** The smallest round step of which four reach a value; a whole one for what is counted. */
export function stepFor(highest: number, whole: boolean): number {
  const least = highest / STEPS;
  if (whole && least <= 1) return 1;
  if (least <= 0) return 1 / STEPS;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = ROUND.find((candidate) => candidate * power >= least) ?? 10;
  return whole ? Math.ceil(factor * power) : factor * power;
}

/** Draws the card's chart with Chart.js, straight onto the card's own surface. */
export function drawChart(context: SKRSContext2D, { chart, locale }: Card, box: Box, theme: Theme): void {
  const font = { family: familiesFor(chart.labels.join("")), size: 16 };
  const axis = ({ metric, values }: ChartSeries, position: "left" | "right", grid: boolean) => {
    const stepSize = stepFor(Math.max(0, ...values.map((value) => value ?? 0)), metric === "messages");
    return {
      position,
      min: 0,
      max: STEPS * stepSize,
      border: { display: false },
      grid: { display: grid, color: theme.line },
      ticks: {
        color: theme.muted,
        font,
        stepSize,
        format: { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 2 } as const,
      },
    };
  };
  const [first, second] = chart.series;
  const configuration: ChartConfiguration<"bar" | "line", (number | null)[], string> = {
    type: "bar",
    data: {
      labels: [...chart.labels],
      datasets: chart.series.flatMap((series, index) => {
        const data = [...series.values];
        // The line lies above the bars, with an edge round it: on a light card both are dark.
        const place = { label: series.label, data, yAxisID: index === 0 ? "y" : "y2", order: -2 * index };
        const drawn = { ...styleOf(series, theme, chart.series.length === 1), ...place };
        return index === 0 || series.metric === "messages"
          ? [drawn]
          : [drawn, { ...drawn, ...edgeOf(theme), order: place.order + 1 }];
      }),
    },
    options: {
      animation: false,
      responsive: false,
      events: [],
      devicePixelRatio: 1,
      locale,
      layout: { padding: 0 },
      scales: {
        x: {
          border: { color: theme.line },
          grid: { display: false },
          ticks: { color: theme.muted, font, maxRotation: 0, autoSkip: true, autoSkipPadding: 24 },
        },
        ...(first ? { y: axis(first, "left", true) } : {}),
        ...(second ? { y2: axis(second, "right", false) } : {}),
      },
    },
  };
  context.save();
  // Chart.js knows the browser's canvas; of it, it uses what ours has as well.
  new Chart(windowOn(context, box) as unknown as ChartItem, configuration).destroy();
  context.restore();
}

/** Messages are bars, voice is a dashed line with dots: told apart without colour. */
function styleOf({ metric }: ChartSeries, theme: Theme, alone: boolean) {
  if (metric === "messages") {
    return {
      type: "bar" as const,
      backgroundColor: theme.messages,
      borderRadius: 4,
      maxBarThickness: 26,
    };
  }
  return {
    type: "line" as const,
    borderColor: theme.voice,
    backgroundColor: theme.voice,
    borderWidth: 3,
    borderDash: alone ? [] : [8, 5],
    pointRadius: 4,
    pointStyle: "circle" as const,
    spanGaps: false,
    cubicInterpolationMode: "monotone" as const,
    clip: 8,
  };
}

/** A wider line in the panel's colour. */
function edgeOf({ panel }: Theme) {
  return {
    borderColor: panel,
    backgroundColor: panel,
    borderWidth: 7,
    borderDash: [],
    pointRadius: 7,
    pointBorderWidth: 0,
  };
}

/**
 * The card's context as Chart.js expects one: a canvas of the box's size whose origin is the box's corner. Chart.js
 * sets sizes and resets transforms, which must not reach the rest of the card.
 */
function windowOn(context: SKRSContext2D, box: Box): object {
  const canvas = { width: box.width, height: box.height, style: {}, getContext: (): object => view };
  const replaced: Readonly<Record<PropertyKey, unknown>> = {
    canvas,
    setTransform: (a: number, b: number, c: number, d: number, e: number, f: number) =>
      context.setTransform(a, b, c, d, e + box.x, f + box.y),
    resetTransform: () => context.setTransform(1, 0, 0, 1, box.x, box.y),
    // The panel is the chart's background.
    clearRect: () => undefined,
  };
  const view = new Proxy(context, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return replaced[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
  return view;
}
