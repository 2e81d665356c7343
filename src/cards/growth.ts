import { formatSigned } from "../i18n/format.ts";
import type { GrowthView, Movement } from "../stats/views.ts";
import { GROWTH_PERIODS } from "../stats/views.ts";
import type { CardContext, Chart, ChartSeries, FigureRow, Panel } from "./card.ts";
import { changeOf } from "./change.ts";
import { chartOf, zoneName } from "./chart.ts";
import type { Content } from "./content.ts";
import type { Words } from "./words.ts";

/** How many members there are, who came and who went. */
export function growthContent(view: GrowthView, { names }: CardContext, words: Words): Content {
  const { say } = words;
  return {
    subject: names.guild,
    title: null,
    subtitle: [say("title.growth"), say("period.30d")],
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

function membersPanel(memberCount: number, { periods }: GrowthView, words: Words): Panel {
  const { say } = words;
  const row = (label: string, value: string): FigureRow => ({ label, value, note: "", change: null });
  return {
    kind: "strip",
    title: say("panel.growth"),
    rows: [
      row(say("growth.count"), words.number(memberCount)),
      // A share of a difference would say nothing: it may be of two, or of less than none.
      ...GROWTH_PERIODS.map((period) => {
        const { joins, leaves } = periods[period];
        return row(say(`growth.net.${period}`), formatSigned(joins - leaves, words.locale));
      }),
    ],
  };
}

function movedPanel({ periods, previous }: GrowthView, which: keyof Movement, words: Words): Panel {
  const rows = GROWTH_PERIODS.map(
    (period): FigureRow => ({
      label: words.say(`shortPeriod.${period}`),
      value: words.number(periods[period][which]),
      note: "",
      change: changeOf(periods[period][which], previous[period]?.[which] ?? null, words, which === "joins"),
    }),
  );
  return { kind: "figures", title: words.say(`panel.${which}`), rows };
}

/** Who came above the line, who went below it, and the members they add up to. */
function growthChart({ daily }: GrowthView, words: Words): Chart {
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
  return chartOf(daily, say("chart.title", { zone: zoneName(daily.timeZone) }), series, words);
}
