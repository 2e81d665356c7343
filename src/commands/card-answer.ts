import { MessageFlags, PermissionFlagsBits } from "discord.js";
import type { Card } from "../cards/card.ts";
import { cardFor } from "../cards/card-for.ts";
import { cardText } from "../cards/card-text.ts";
import type { Snowflake } from "../snowflake.ts";
import type { ViewRequest } from "../stats/queries.ts";
import { withMembers } from "../stats/shown-members.ts";
import type { View } from "../stats/views.ts";
import { accessRefusal, mustBePrivate, shownIn } from "./access.ts";
import { activityByHash } from "./activity-choice.ts";
import { cardMessage } from "./card-message.ts";
import type { CardState } from "./card-state.ts";
import { type CardSubject, isOfActivities, type ServerView, serverRequest } from "./card-views.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import { BANNER, namesFor } from "./directory.ts";
import { type Look, lookOf } from "./look.ts";
import { canSee } from "./permissions.ts";
import { type Answerable, type CalledCommand, tellPrivately } from "./replies.ts";

/** Answers a command with a card. The first answer, a deferral, goes out before anything is looked up. */
export async function answerWithCard(
  context: CommandContext,
  interaction: CalledCommand,
  state: CardState,
  asksPrivate: boolean,
): Promise<void> {
  const isPrivate = asksPrivate || mustBePrivate(context, interaction, state);
  const refusal = refusalOf(context, interaction, state, isPrivate);
  if (refusal !== null) return await tellPrivately(interaction, refusal);
  await interaction.deferReply(isPrivate ? { flags: MessageFlags.Ephemeral } : {});
  await showCard(context, interaction, state, isPrivate);
}

/** Why this card cannot be shown to this user now, in their language; `null` when it can. Asked again at each press. */
export function refusalOf(
  context: CommandContext,
  interaction: Answerable,
  state: CardState,
  isPrivate: boolean,
): string | null {
  const { view, subject, mode } = state;
  const { say } = wordsFor(interaction);
  if (!context.isEnabled(interaction.guildId)) return say("answer.disabled");
  const isOfSubject = view === "subject" || view === "subject-activities";
  const ofActivities = isOfActivities(view) || (isOfSubject && subject?.kind === "activity");
  if (ofActivities && !context.countsActivities) return say("answer.activitiesOff");
  const refusal =
    accessRefusal(context, interaction, state, isPrivate) ??
    (isOfSubject && subject ? subjectRefusal(context, interaction, subject) : null);
  if (refusal !== null) return refusal;
  // Private answers are not messages of the channel, and need no permission in it.
  const needsAttaching = !isPrivate && mode !== "text";
  if (needsAttaching && !interaction.appPermissions.has(PermissionFlagsBits.AttachFiles))
    return say("answer.cannotAttach");
  return null;
}

function subjectRefusal(
  { privacy }: CommandContext,
  interaction: Answerable,
  subject: CardSubject,
): string | null {
  const { say } = wordsFor(interaction);
  const { guild, member, user } = interaction;
  const ofMembers = (ids: readonly Snowflake[]): string | null =>
    ids.includes(user.id) && privacy.isOptedOut(user.id) ? say("answer.optedOutSelf") : null;
  const ofChannels = (ids: readonly Snowflake[]): string | null => {
    if (!ids.every((id) => guild.channels.cache.has(id))) return say("answer.unknownChannel");
    return ids.every((id) => canSee(guild, member, id)) ? null : say("answer.hiddenChannel");
  };
  switch (subject.kind) {
    case "member":
      return ofMembers([subject.memberId]);
    case "channel":
      return ofChannels([subject.channelId]);
    case "role":
      return guild.roles.cache.has(subject.roleId) ? null : say("answer.unknownRole");
    case "category":
      if (!guild.channels.cache.has(subject.categoryId)) return say("answer.unknownCategory");
      return canSee(guild, member, subject.categoryId) ? null : say("answer.hiddenCategory");
    case "activity":
      return null;
    case "compare":
      if (subject.ids[0] === subject.ids[1]) return say("answer.compareSame");
      return subject.of === "members" ? ofMembers(subject.ids) : ofChannels(subject.ids);
    default:
      return subject satisfies never;
  }
}

/** Shows the card in an answer that was deferred, in the place of what the answer showed before. */
export async function showCard(
  context: CommandContext,
  interaction: Answerable,
  state: CardState,
  isPrivate: boolean,
): Promise<void> {
  const { guildId } = interaction;
  const request = await requestOf(context, guildId, state);
  if (request === null) {
    return await tellPrivately(interaction, wordsFor(interaction).say("answer.unknownActivity"));
  }
  const shown = shownIn(context, interaction, isPrivate);
  const whole = await viewOf(context, interaction, request, state);
  const view = shown.isAll ? whole : withMembers(whole, shown.member);
  const look = lookOf(context, interaction, isPrivate);
  const card = await cardOf(context, interaction, view, state, look, !shown.isAll);
  await interaction.editReply(
    cardMessage({
      card,
      // The last page, where a later one was asked for.
      state: { ...state, page: view.kind === "top" ? view.page : 0 },
      words: look.words,
      body: state.mode === "text" ? { text: cardText(card) } : { png: await context.render(card) },
      pages: view.kind === "top" ? view.pages : 1,
      countsActivities: context.countsActivities,
      idOf: (payload) => context.ids.sign(guildId, payload),
    }),
  );
}

/** @returns `null` for an activity that the guild does not know */
async function requestOf(
  context: CommandContext,
  guildId: Snowflake,
  { view, subject, page }: CardState,
): Promise<ViewRequest | null> {
  if (view === "subject-activities") {
    return subject?.kind === "member" ? { kind: "member-activities", memberId: subject.memberId } : null;
  }
  if (view !== "subject") return serverRequest(view satisfies ServerView, page);
  if (subject?.kind !== "activity") return subject;
  const name = await activityByHash(context, guildId, subject.hash);
  return name === null ? null : { kind: "activity", name };
}

async function viewOf(
  { queries }: CommandContext,
  { guild, member }: Answerable,
  request: ViewRequest,
  { period, members, invokerId }: CardState,
): Promise<View> {
  return await queries.view(guild.id, request, {
    period,
    members,
    listsChannel: (channelId) => canSee(guild, member, channelId),
    aroundMemberId: invokerId,
  });
}

async function cardOf(
  context: CommandContext,
  { guild, member }: Answerable,
  view: View,
  { mode, invokerId }: CardState,
  { words, theme, accent }: Look,
  hidesMembers: boolean,
): Promise<Card> {
  return cardFor(view, {
    // Who could see a channel that is gone cannot be told any more: its name is for those who manage the server.
    names: await namesFor(guild, view, (channelId) =>
      member.permissions.has(PermissionFlagsBits.ManageGuild)
        ? context.storedName(guild.id, channelId)
        : null,
    ),
    locale: words.locale,
    theme,
    accent,
    bannerUrl: guild.bannerURL(BANNER),
    mode: mode === "graph" ? "graph" : "card",
    viewerId: invokerId,
    hidesMembers,
    nowMs: context.clock.nowMs(),
  });
}
