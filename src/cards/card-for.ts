import type { Metric, View } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import { altText } from "./alt-text.ts";
import type { Card, CardContext, Panel, Subject } from "./card.ts";
import { channelMetrics, channelPanels } from "./channel.ts";
import { dailyChart } from "./chart.ts";
import { memberPanels } from "./member.ts";
import { metricPanels } from "./metric.ts";
import { serverPanels } from "./server.ts";
import { topPanels } from "./top.ts";
import { Words } from "./words.ts";

/** A view as a card: everything that decides its pixels, its alternative text included. Pure. */
export function cardFor(view: View, context: CardContext): Card {
  const words = new Words(context.locale);
  const { title, subject, panels, metrics } = content(view, context, words);
  const named = words.named(subject);
  const card = {
    guildId: view.guildId,
    mode: context.mode,
    subject: named,
    title: named.name,
    titleNote: words.note(subject),
    subtitle: words.subtitle(title, view),
    panels: context.mode === "graph" ? [] : panels,
    chart: dailyChart(view.daily, metrics, words, context.locale),
    footer: words.footer(view, context),
    locale: context.locale,
    theme: context.theme,
    accent: context.accent,
  } as const;
  return { ...card, alt: altText({ ...card, panels }, words) };
}

interface Content {
  readonly title: string;
  readonly subject: Subject;
  readonly panels: readonly (readonly Panel[])[];
  /** What the chart shows: nothing that the panels are silent about. */
  readonly metrics: readonly Metric[];
}

function content(view: View, { names }: CardContext, words: Words): Content {
  const { say } = words;
  const { guild } = names;
  switch (view.kind) {
    case "server":
      return {
        title: say("title.server"),
        subject: guild,
        panels: serverPanels(view, names, words),
        metrics: METRICS,
      };
    case "member":
      return {
        title: say("title.member"),
        subject: names.member(view.memberId),
        panels: memberPanels(view, names, words),
        metrics: METRICS,
      };
    case "channel":
      return {
        title: say("title.channel"),
        subject: names.channel(view.channelId),
        panels: channelPanels(view, names, words),
        metrics: channelMetrics(view, names),
      };
    case "messages":
    case "voice": {
      const title = say(`title.${view.kind}`);
      return { title, subject: guild, panels: metricPanels(view, names, words), metrics: [view.kind] };
    }
    case "top": {
      const title = say(`view.top-${view.metric}-${view.of}`);
      return { title, subject: guild, panels: topPanels(view, names, words), metrics: [view.metric] };
    }
    default:
      return view satisfies never;
  }
}
