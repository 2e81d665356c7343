import type { Guild } from "discord.js";
import type { Card } from "../../cards/card.ts";
import { cardFor } from "../../cards/card-for.ts";
import type { ServerCard } from "../../server-card.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { ViewRequest } from "../../stats/queries.ts";
import { withMembers } from "../../stats/shown-members.ts";
import type { View } from "../../stats/views.ts";
import type { CommandContext } from "../context.ts";
import { BANNER, fetchChannels, namesFor } from "../directory.ts";
import type { Shown } from "./access.ts";
import { activityByHash } from "./activity-choice.ts";
import type { Audience } from "./audience.ts";
import type { CardState } from "./card-state.ts";
import { serverRequest } from "./card-views.ts";
import type { Look } from "./look.ts";

/** Each asks for as many threads as a list has lines; what is hidden among them makes room for others. */
const THREAD_ROUNDS = 3;

/** For whom a card is: all that decides it beside what it is of. */
export interface Showing {
  readonly audience: Audience;
  readonly shown: Shown;
  readonly look: Look;
  /** Who is set off in lists; `null`: nobody. */
  readonly viewerId: Snowflake | null;
}

/** A card, and where in its list it is. */
export interface MadeCard {
  readonly card: Card;
  /** As it was asked for, on the last page where a later one was. */
  readonly state: CardState;
  /** Of the list on the card; 1 for a card without one. */
  readonly pages: number;
}

/** The card that a state asks for. @returns `null` for an activity that the guild does not know */
export async function makeCard(
  context: CommandContext,
  guild: Guild,
  state: CardState,
  { audience, shown, look, viewerId }: Showing,
): Promise<MadeCard | null> {
  const request = await requestOf(context, guild.id, state);
  if (request === null) return null;
  const { period, members, mode } = state;
  const viewOf: Asking = (listsChannel) =>
    context.queries.view(guild.id, request, {
      period,
      members,
      listsChannel,
      ...(viewerId === null ? {} : { aroundMemberId: viewerId }),
    });
  if (request.kind === "channel") await lookUpThreads(context, guild, audience, viewOf);
  const whole = await viewOf(audience.sees);
  const view = shown.isAll ? whole : withMembers(whole, shown.member);
  const card = cardFor(view, {
    names: await namesFor(context.clock, guild, view, audience.sees, (channelId) =>
      audience.knowsGone ? (context.storedChannel(guild.id, channelId)?.name ?? null) : null,
    ),
    locale: look.words.locale,
    theme: look.theme,
    accent: look.accent,
    bannerUrl: guild.bannerURL(BANNER),
    mode: mode === "graph" ? "graph" : "card",
    viewerId,
    hidesMembers: !shown.isAll,
    nowMs: context.clock.nowMs(),
  });
  const [page, pages] = view.kind === "top" ? [view.page, view.pages] : [0, 1];
  return { card, state: { ...state, page }, pages };
}

/** The view that a card is of. @param listsChannel which channels may be in it */
type Asking = (listsChannel: (channelId: Snowflake) => boolean) => Promise<View>;

/**
 * Threads that were archived before the start are none of the client's channels, but Discord has them: those that may be in
 * a channel's list are asked for, so that it is known who may see them. What Discord does not tell in time, or not within
 * {@link THREAD_ROUNDS}, is not listed.
 */
async function lookUpThreads(
  { clock }: CommandContext,
  guild: Guild,
  { sees }: Audience,
  viewOf: Asking,
): Promise<void> {
  const asked = new Set<Snowflake>();
  const isOpen = (id: Snowflake): boolean => !guild.channels.cache.has(id) && !asked.has(id);
  for (let round = 0; round < THREAD_ROUNDS; round++) {
    const view = await viewOf((id) => isOpen(id) || sees(id));
    const open = view.kind === "channel" ? view.topThreads.map(({ id }) => id).filter(isOpen) : [];
    if (open.length === 0) return;
    for (const id of open) asked.add(id);
    await fetchChannels(clock, guild, open);
  }
}

async function requestOf(
  context: CommandContext,
  guildId: Snowflake,
  { view, subject, page }: CardState,
): Promise<ViewRequest | null> {
  if (view === "subject-activities") {
    return subject?.kind === "member" ? { kind: "member-activities", memberId: subject.memberId } : null;
  }
  if (view !== "subject") return serverRequest(view satisfies ServerCard, page);
  if (subject?.kind !== "activity") return subject;
  const name = await activityByHash(context, guildId, subject.hash);
  return name === null ? null : { kind: "activity", name };
}
