import type { View } from "../stats/views.ts";
import { activitiesContent } from "./activities.ts";
import { activityContent } from "./activity.ts";
import { altText } from "./alt-text.ts";
import type { Card, CardContext } from "./card.ts";
import { channelContent } from "./channel.ts";
import { compareContent } from "./compare.ts";
import { type Content, subtitleOf } from "./content.ts";
import { groupContent } from "./group.ts";
import { growthContent } from "./growth.ts";
import { memberContent } from "./member.ts";
import { memberActivitiesContent } from "./member-activities.ts";
import { metricContent } from "./metric.ts";
import { rhythmContent } from "./rhythm.ts";
import { serverContent } from "./server.ts";
import { topContent } from "./top.ts";
import { Words } from "./words.ts";

/** A view as a card: everything that decides its pixels, its alternative text included. Pure. */
export function cardFor(view: View, context: CardContext): Card {
  const words = new Words(context.locale);
  const { title, subject, subtitle, panels, chart, isGuildWide } = contentOf(view, context, words);
  const named = words.named(subject);
  const card = {
    guildId: view.guildId,
    mode: context.mode,
    subject: named,
    title: title ?? named.name,
    titleNote: title === null ? words.note(subject) : "",
    subtitle: subtitleOf(subtitle),
    bannerUrl: isGuildWide ? context.bannerUrl : null,
    panels: context.mode === "graph" ? [] : panels,
    chart,
    footer: words.footer(view.sinceMs, context),
    locale: words.locale,
    direction: words.direction,
    theme: context.theme,
    accent: context.accent,
    iconUrl: context.accent === "icon" ? context.names.guild.imageUrl : null,
  } as const;
  return { ...card, alt: altText({ ...card, panels }, words) };
}

function contentOf(view: View, context: CardContext, words: Words): Content {
  switch (view.kind) {
    case "server":
      return serverContent(view, context, words);
    case "member":
      return memberContent(view, context, words);
    case "channel":
      return channelContent(view, context, words);
    case "role":
    case "category":
      return groupContent(view, context, words);
    case "messages":
    case "voice":
      return metricContent(view, context, words);
    case "activities":
      return activitiesContent(view, context, words);
    case "activity":
      return activityContent(view, context, words);
    case "member-activities":
      return memberActivitiesContent(view, context, words);
    case "top":
      return topContent(view, context, words);
    case "growth":
      return growthContent(view, context, words);
    case "rhythm":
      return rhythmContent(view, context, words);
    case "compare":
      return compareContent(view, context, words);
    default:
      return view satisfies never;
  }
}
