import { HOUR_MS } from "../clock.ts";
import { formatDay } from "../i18n/format.ts";
import type { DailySeries, Metric, TopMetric } from "../stats/views.ts";
import type { Chart, ChartSeries } from "./card.ts";
import type { Words } from "./words.ts";

export type Days = Pick<DailySeries, "timeZone" | "days" | "unknownDays">;

const LABELS = {
  messages: "chart.messages",
  voice: "chart.hours",
  activities: "chart.activityHours",
} as const;

/** The 30-day chart of one or both metrics, of those in which anything happened; days before counting began are gaps. */
export function dailyChart(daily: DailySeries, metrics: readonly Metric[], words: Words): Chart {
  const wanted = metrics.map((metric) =>
    metricSeries(metric, daily, metric === "messages" ? daily.messages : daily.voiceMs, words),
  );
  return chartOf(daily, words.say("chart.title", { zone: zoneName(daily.timeZone) }), wanted, words);
}

/** The chart of one metric. @param values counts, or milliseconds */
export function metricChart(metric: TopMetric, days: Days, values: readonly number[], words: Words): Chart {
  const title = words.say("chart.title", { zone: zoneName(days.timeZone) });
  return chartOf(days, title, [metricSeries(metric, days, values, words)], words);
}

/** One metric's days; time in hours. */
export function metricSeries(
  metric: TopMetric,
  { unknownDays }: Days,
  values: readonly number[],
  { say }: Words,
): ChartSeries {
  const whole = metric === "messages";
  return {
    label: say(LABELS[metric]),
    role: metric,
    shape: metric === "voice" ? "line" : "bars",
    axis: metric === "voice" ? "right" : "left",
    whole,
    values: values.map((value, day) => (day < unknownDays ? null : whole ? value : value / HOUR_MS)),
  };
}

/** A chart of those series in which anything happened, or of all when nothing did. */
export function chartOf(
  { days }: Pick<Days, "days">,
  title: string,
  wanted: readonly ChartSeries[],
  { say, locale }: Words,
): Chart {
  // A flat line at zero, with a scale of its own, would only stand in the way of the other.
  const active = wanted.filter(({ values }) => values.some((value) => value !== null && value !== 0));
  const shown = active.length > 0 ? active : wanted;
  const first = shown[0]?.axis;
  return {
    title,
    labels: days.map((day) => formatDay(day, locale)),
    series: shown.map((series) => ({ ...series, axis: series.axis === first ? "left" : "right" })),
    empty: active.length > 0 ? null : say("chart.empty"),
  };
}

/** A time zone as people write it: "America/New York". */
export function zoneName(timeZone: string): string {
  return timeZone.replaceAll("_", " ");
}
