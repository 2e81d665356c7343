import type { Compared, CompareView, Metric } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { CardContext, Chart, ChartSeries, ComparisonRow, Panel, Subject } from "./card.ts";
import { chartOf, metricSeries } from "./chart.ts";
import type { Content } from "./content.ts";
import { shownPeriods } from "./figures.ts";
import type { Words } from "./words.ts";

/** Two members or two channels: each metric by period, the places, and both in one chart. */
export function compareContent(view: CompareView, { names }: CardContext, words: Words): Content {
  const { say } = words;
  const subjectOf = view.of === "members" ? names.member : names.channel;
  const [one, other] = view.sides;
  const subjects = [words.named(subjectOf(one.id)), words.named(subjectOf(other.id))] as const;
  return {
    subject: names.guild,
    title: say("name.two", { first: subjects[0].name, second: subjects[1].name }),
    subtitle: [say("title.compare"), say(`filter.${view.members}`), say(`period.${view.period}`)],
    panels: [comparedMetrics(view).map((metric) => comparisonPanel(view, metric, subjects, words))],
    chart: comparedChart(view, subjects, words),
    isGuildWide: false,
  };
}

/** Of two channels only what either was used for: text channels have no voice to compare. */
function comparedMetrics({ of, sides }: CompareView): readonly Metric[] {
  if (of === "members") return METRICS;
  const counted = METRICS.filter((metric) => sides.some(({ totals }) => totals.lifetime[metric] > 0));
  return counted.length > 0 ? counted : METRICS;
}

function comparisonPanel(
  { sides, period }: CompareView,
  metric: Metric,
  subjects: readonly [Subject, Subject],
  words: Words,
): Panel {
  const [one, other] = sides;
  const rows = shownPeriods(period).map((each): ComparisonRow => {
    const values = [one.totals[each]?.[metric] ?? 0, other.totals[each]?.[metric] ?? 0] as const;
    const larger = Math.max(...values);
    return {
      label: words.say(`shortPeriod.${each}`),
      values: [words.value(values[0], metric), words.value(values[1], metric)],
      shares: larger === 0 ? [0, 0] : [values[0] / larger, values[1] / larger],
    };
  });
  const places: ComparisonRow = {
    label: words.say("rank.labelIn", { period: words.say(`shortPeriod.${period}`) }),
    values: [words.rank(one.ranks[metric]), words.rank(other.ranks[metric])],
    // A better place is a smaller number: no length would show it.
    shares: [0, 0],
  };
  return {
    kind: "comparison",
    title: words.say(`metric.${metric}`),
    sides: subjects,
    rows: [...rows, places],
  };
}

/** Both sides' messages; their voice where neither wrote anything. */
function comparedChart(
  { sides, period }: CompareView,
  subjects: readonly [Subject, Subject],
  words: Words,
): Chart {
  const isSilent = sides.every(({ daily }) => daily.messages.every((count) => count === 0));
  const hasVoice = sides.some(({ daily }) => daily.voiceMs.some((ms) => ms > 0));
  const metric: Metric = isSilent && hasVoice ? "voice" : "messages";
  const series = ({ daily }: Compared, { name }: Subject, role: "first" | "second"): ChartSeries => ({
    ...metricSeries(metric, daily, metric === "messages" ? daily.messages : daily.voiceMs, words),
    label: name,
    role,
    shape: "line",
    axis: "left",
  });
  const [one, other] = sides;
  const { daily } = one;
  const both = [series(one, subjects[0], "first"), series(other, subjects[1], "second")];
  // Beside the other one, a flat line says what was asked.
  return chartOf({ daily, period }, `chart.compared.${metric}`, both, words, true);
}
