import { formatSigned } from "../i18n/format.ts";
import { isLong, type LongPeriod } from "../period.ts";
import type { GrowthPeriod, GrowthView, Movement, Period } from "../stats/views.ts";
import type { CardContext, Chart, ChartSeries, FigureRow, Panel } from "./card.ts";
import { changeOf } from "./change.ts";
import { chartOf } from "./chart.ts";
import type { Content } from "./content.ts";
import type { Words } from "./words.ts";

const NOBODY: Movement = { joins: 0, leaves: 0 };

/** How many members there are, who came and who went. */
export function growthContent(view: GrowthView, { names }: CardContext, words: Words): Content {
  const { say } = words;
  return {
    subject: names.guild,
    title: null,
    subtitle: [say("title.growth"), say(`period.${growthPeriod(view.period)}`)],
    panels:
      view.memberCount === null
        ? [[{ kind: "note", title: say("panel.growth"), text: say("empty.growth") }]]
        : [
            [membersPanel(view.memberCount, view, words)],
            [movedPanel(view, "joins", words), movedPanel(view, "leaves", words)],
          ],
    chart: growthChart(view, words),
    isGuildWide: true,
  };
}

/** The period of a growth card's chart. */
function growthPeriod(period: Period): "30d" | LongPeriod {
  return isLong(period) ? period : "30d";
}

/** The periods of its figures, all of which are known. */
function shownPeriods(period: Period): readonly GrowthPeriod[] {
  const shown = growthPeriod(period);
  switch (shown) {
    case "30d":
      return ["24h", "7d", "30d"];
    case "90d":
      return ["7d", "30d", "90d"];
    case "1y":
      return ["30d", "90d", "1y"];
    default:
      return shown satisfies never;
  }
}

function membersPanel(memberCount: number, { period, periods }: GrowthView, words: Words): Panel {
  const { say } = words;
  const row = (label: string, value: string): FigureRow => ({ label, value, note: "", change: null });
  return {
    kind: "strip",
    title: say("panel.growth"),
    rows: [
      row(say("growth.count"), words.number(memberCount)),
      // A share of a difference would say nothing: it may be of two, or of less than none.
      ...shownPeriods(period).map((each) => {
        const { joins, leaves } = periods[each] ?? NOBODY;
        return row(say(`growth.net.${each}`), formatSigned(joins - leaves, words.locale));
      }),
    ],
  };
}

function movedPanel({ period, periods, previous }: GrowthView, which: keyof Movement, words: Words): Panel {
  const rows = shownPeriods(period).map((each): FigureRow => {
    const now = (periods[each] ?? NOBODY)[which];
    return {
      label: words.say(`shortPeriod.${each}`),
      value: words.number(now),
      note: "",
      change: changeOf(now, previous[each]?.[which] ?? null, words, which === "joins"),
    };
  });
  return { kind: "figures", title: words.say(`panel.${which}`), rows };
}

/** Who came above the line, who went below it, and the members they add up to. */
function growthChart({ daily, period }: GrowthView, words: Words): Chart {
  const { say } = words;
  const { joins, leaves, members } = daily;
  // Before the members were first known, a day without anyone is one of which nothing was heard.
  const isHeard = (day: number): boolean =>
    (members[day] ?? null) !== null || (joins[day] ?? 0) > 0 || (leaves[day] ?? 0) > 0;
  const bars = { shape: "bars", axis: "left", whole: true } as const;
  const series: readonly ChartSeries[] = [
    {
      ...bars,
      label: say("chart.joins"),
      role: "joins",
      values: joins.map((count, day) => (isHeard(day) ? count : null)),
    },
    {
      ...bars,
      label: say("chart.leaves"),
      role: "leaves",
      // No day has a zero with a sign.
      values: leaves.map((count, day) => (isHeard(day) ? 0 - count : null)),
    },
    {
      label: say("chart.members"),
      role: "members",
      shape: "line",
      axis: "right",
      whole: true,
      values: members,
    },
  ];
  return chartOf({ daily, period }, "chart.title", series, words);
}
