import type { View } from "../stats/views.ts";
import { METRICS } from "../stats/views.ts";
import { altText } from "./alt-text.ts";
import type { Card, CardContext, Panel, Subject } from "./card.ts";
import { channelPanels } from "./channel.ts";
import { dailyChart } from "./chart.ts";
import { memberPanels } from "./member.ts";
import { metricPanels } from "./metric.ts";
import { serverPanels } from "./server.ts";
import { topPanels } from "./top.ts";
import { Words } from "./words.ts";

/** A view as a card: everything that decides its pixels, its alternative text included. Pure. */
export function cardFor(view: View, context: CardContext): Card {
  const words = new Words(context.locale);
  const { title, subject, panels } = content(view, context, words);
  const metrics =
    view.kind === "messages" || view.kind === "voice"
      ? [view.kind]
      : view.kind === "top"
        ? [view.metric]
        : METRICS;
  const card = {
    guildId: view.guildId,
    mode: context.mode,
    subject,
    title: subject.name,
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
}

function content(view: View, { names }: CardContext, words: Words): Content {
  const { say } = words;
  const guild = words.named(names.guild);
  switch (view.kind) {
    case "server":
      return { title: say.server, subject: guild, panels: serverPanels(view, names, words) };
    case "member":
      return {
        title: say.member,
        subject: words.named(names.member(view.memberId)),
        panels: memberPanels(view, names, words),
      };
    case "channel":
      return {
        title: say.channel,
        subject: words.named(names.channel(view.channelId)),
        panels: channelPanels(view, names, words),
      };
    case "messages":
    case "voice": {
      const title = view.kind === "messages" ? say.messagesView : say.voiceView;
      return { title, subject: guild, panels: metricPanels(view, names, words) };
    }
    case "top": {
      const title = view.of === "members" ? say.topMembers[view.metric] : say.topChannels[view.metric];
      return { title, subject: guild, panels: topPanels(view, names, words) };
    }
    default:
      return view satisfies never;
  }
}
