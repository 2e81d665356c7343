import { HOUR_MS } from "../clock.ts";
import { formatDay } from "../i18n/format.ts";
import { dayOfIso, weekdayOf } from "../local-day.ts";
import { isLong } from "../period.ts";
import type { DailySeries, Metric, Period, TopMetric } from "../stats/views.ts";
import type { Chart, ChartSeries } from "./card.ts";
import type { Words } from "./words.ts";

export type Days = Pick<DailySeries, "timeZone" | "days" | "unknownDays">;

const LABELS = {
  messages: "chart.messages",
  voice: "chart.hours",
  activities: "chart.activityHours",
} as const;

type LongKey = "chart.title" | "chart.compared.messages" | "chart.compared.voice" | "chart.empty";

/** The chart of one or both metrics, of those in which anything happened; days before counting began are gaps. */
export function dailyChart(
  { daily, period }: { readonly daily: DailySeries; readonly period: Period },
  metrics: readonly Metric[],
  words: Words,
): Chart {
  const wanted = metrics.map((metric) =>
    metricSeries(metric, daily, metric === "messages" ? daily.messages : daily.voiceMs, words),
  );
  return chartOf({ daily, period }, "chart.title", wanted, words);
}

/** The chart of one metric. @param values counts, or milliseconds */
export function metricChart(
  metric: TopMetric,
  view: { readonly daily: Days; readonly period: Period },
  values: readonly number[],
  words: Words,
): Chart {
  return chartOf(view, "chart.title", [metricSeries(metric, view.daily, values, words)], words);
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

/**
 * A chart of those series in which anything happened, or of all when nothing did: by day, and of a year by week.
 * @param wanted by day
 * @param keepsFlat whether series in which nothing happened are shown beside others
 */
export function chartOf(
  {
    daily: { days, timeZone },
    period,
  }: { readonly daily: Omit<Days, "unknownDays">; readonly period: Period },
  title: Exclude<LongKey, "chart.empty">,
  wanted: readonly ChartSeries[],
  words: Words,
  keepsFlat = false,
): Chart {
  const { locale } = words;
  // A flat line at zero, with a scale of its own, would only stand in the way of the other.
  const active = wanted.filter(({ values }) => values.some((value) => value !== null && value !== 0));
  const shown = active.length > 0 && !keepsFlat ? active : wanted;
  const first = shown[0]?.axis;
  const bins = period === "1y" ? weeksOf(days) : null;
  return {
    title: words.say(longKey(title, period), { zone: timeZone.replaceAll("_", " ") }),
    labels: (bins?.map(({ from }) => days[from] ?? "") ?? days).map((day) => formatDay(day, locale)),
    series: shown.map((series) => ({
      ...series,
      axis: series.axis === first ? "left" : "right",
      values: bins?.map((bin) => binned(series, bin)) ?? series.values,
    })),
    empty: active.length > 0 ? null : words.say(longKey("chart.empty", period)),
  };
}

/** Days `[from, until)`, by index. */
interface Bin {
  readonly from: number;
  readonly until: number;
}

/** Calendar weeks, from Monday on: the present one as far as it is, and before it whole ones alone. */
function weeksOf(days: readonly string[]): Bin[] {
  const weekday = weekdayOf(dayOfIso(days[0] ?? ""));
  const bins: Bin[] = [];
  for (let from = (7 - weekday) % 7; from < days.length; from += 7)
    bins.push({ from, until: Math.min(from + 7, days.length) });
  return bins;
}

/** What a series has in a week; of members, who are a level, as many as there were at its end. */
function binned({ role, values }: ChartSeries, { from, until }: Bin): number | null {
  const known = values.slice(from, until).filter((value) => value !== null);
  if (role === "members") return known.at(-1) ?? null;
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function longKey<Key extends LongKey>(key: Key, period: Period): Key | `${Key}.90d` | `${Key}.1y` {
  return isLong(period) ? `${key}.${period}` : key;
}
