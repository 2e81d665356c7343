import type { Compared, CompareView, Metric, Period } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import type { CardContext, Change, Chart, ChartSeries, ComparisonRow, Panel, Subject } from "./card.ts";
import { changeOf } from "./change.ts";
import { chartOf, metricSeries } from "./chart.ts";
import type { Content } from "./content.ts";
import { rowOf, uncountedNote } from "./counted.ts";
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
    panels: panelsOf(view, subjects, words),
    chart: comparedChart(view, subjects, words),
    isGuildWide: false,
  };
}

/** What either did, or was used for; of two channels alone nothing is said of the rest: text channels have no voice. */
function panelsOf(view: CompareView, subjects: readonly [Subject, Subject], words: Words): Content["panels"] {
  const counted = METRICS.filter((metric) => view.sides.some((side) => side.totals.lifetime[metric] > 0));
  const isTold = view.of === "members" || counted.length === 0;
  const uncounted = isTold ? METRICS.filter((metric) => !counted.includes(metric)) : [];
  return [
    ...rowOf(counted.map((metric) => comparisonPanel(view, metric, subjects, words))),
    ...rowOf(uncounted.map((metric) => uncountedNote(metric, false, words))),
  ];
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
      changes: [changeIn(one, each, metric, words), changeIn(other, each, metric, words)],
    };
  });
  const places: ComparisonRow = {
    label: words.say("rank.labelIn", { period: words.say(`shortPeriod.${period}`) }),
    values: [words.rank(one.ranks[metric]), words.rank(other.ranks[metric])],
    // A better place is a smaller number: no length would show it.
    shares: [0, 0],
    changes: [null, null],
  };
  return {
    kind: "comparison",
    title: words.say(`metric.${metric}`),
    sides: subjects,
    rows: [...rows, places],
  };
}

function changeIn(
  { totals, previous }: Compared,
  period: Period,
  metric: Metric,
  words: Words,
): Change | null {
  return changeOf(totals[period]?.[metric] ?? 0, previous[period]?.[metric] ?? null, words);
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
