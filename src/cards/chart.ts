import { HOUR_MS } from "../clock.ts";
import { formatDay } from "../i18n/format.ts";
import type { DailySeries, Metric } from "../stats/views.ts";
import type { Chart, ChartSeries } from "./card.ts";
import type { Words } from "./words.ts";

/** The 30-day chart of one or both metrics, of those in which anything happened; days before counting began are gaps. */
export function dailyChart(
  daily: DailySeries,
  metrics: readonly Metric[],
  words: Words,
  locale: string,
): Chart {
  const { say } = words;
  const known = (values: readonly number[]): (number | null)[] =>
    values.map((value, day) => (day < daily.unknownDays ? null : value));
  const series: Record<Metric, ChartSeries> = {
    messages: { label: say("chart.messages"), metric: "messages", values: known(daily.messages) },
    voice: {
      label: say("chart.hours"),
      metric: "voice",
      // Two digits are finer than a chart can show.
      values: known(daily.voiceMs.map((ms) => Math.round((ms / HOUR_MS) * 100) / 100)),
    },
  };
  const wanted = metrics.map((metric) => series[metric]);
  // A flat line at zero, with a scale of its own, would only stand in the way of the other.
  const active = wanted.filter(({ values }) => values.some((value) => value !== null && value > 0));
  return {
    title: say("chart.title", { zone: daily.timeZone.replaceAll("_", " ") }),
    labels: daily.days.map((day) => formatDay(day, locale)),
    series: active.length > 0 ? active : wanted,
    empty: active.length > 0 ? null : say("chart.empty"),
  };
}
