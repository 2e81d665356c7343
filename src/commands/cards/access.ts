import type { Snowflake } from "../../snowflake.ts";
import type { Visibility } from "../../visibility.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { canSee, mayManage } from "../permissions.ts";
import type { Answerable } from "../replies.ts";
import type { CardState } from "./card-state.ts";

/** Which members an answer may show. */
export interface Shown {
  /** Whether all of them. */
  readonly isAll: boolean;
  member(memberId: Snowflake): boolean;
}

const ALL: Shown = { isAll: true, member: () => true };

/**
 * Whom an answer may show to whoever asks, by what the server chose. Who manages the server sees everyone, in private
 * answers: a public one is read by those who may not.
 */
export function shownIn(context: CommandContext, interaction: Answerable, isPrivate: boolean): Shown {
  if (isPrivate && mayManage(interaction)) return ALL;
  return shownToAll(context, interaction.guildId, interaction.user.id);
}

/**
 * Whether what the server chose leaves a card to all who read the answer below which it is offered. "Me" is each reader's
 * own card, which who asked stands for.
 */
export function isForReaders(
  context: CommandContext,
  interaction: Answerable,
  state: CardState,
  isPrivate: boolean,
): boolean {
  if (isPrivate) return isAllowed(state, shownIn(context, interaction, true));
  return isForEveryone(context, interaction.guildId, state);
}

/** The same of a message for everyone in its channel. */
export function isForEveryone(context: CommandContext, guildId: Snowflake, state: CardState): boolean {
  return isAllowed(state, shownToAll(context, guildId, state.invokerId));
}

/** Whom a message for everyone may show. @param askerId who asked for it; `null`: nobody, it came by itself */
export function shownToAll(context: CommandContext, guildId: Snowflake, askerId: Snowflake | null): Shown {
  const visibility = visibilityOf(context, guildId);
  if (visibility === "everyone") return ALL;
  return { isAll: false, member: (memberId) => visibility === "self" && memberId === askerId };
}

/** Whether an answer that was made while it might show more must not be given any more. @param askerId as it was made for */
export function showsLess(now: Shown, before: Shown, askerId: Snowflake | null): boolean {
  if (before.isAll !== now.isAll) return before.isAll;
  return askerId !== null && before.member(askerId) && !now.member(askerId);
}

function visibilityOf(context: CommandContext, guildId: Snowflake): Visibility {
  return context.settingsOf(guildId).visibility ?? "everyone";
}

/** Whether a card is of members only whom it may show. A role speaks of those who have it, were it one alone. */
export function isAllowed({ view, subject }: Pick<CardState, "view" | "subject">, shown: Shown): boolean {
  if (shown.isAll) return true;
  if (view !== "subject" && view !== "subject-activities") return !view.endsWith("-roles");
  if (subject?.kind === "member") return shown.member(subject.memberId);
  if (subject?.kind === "compare" && subject.of === "members") return subject.ids.every(shown.member);
  return subject?.kind !== "role";
}

/** Whether the card is one that who manages the server gets in a private answer alone. */
export function mustBePrivate(context: CommandContext, interaction: Answerable, state: CardState): boolean {
  return mayManage(interaction) && !isAllowed(state, shownIn(context, interaction, false));
}

/** Why what the server chose keeps this card from whoever asks; `null` when it does not. Asked again at each press. */
export function accessRefusal(
  context: CommandContext,
  interaction: Answerable,
  state: CardState,
  isPrivate: boolean,
): string | null {
  const { say } = wordsFor(interaction);
  const elsewhere = channelsInstead(context, interaction);
  if (elsewhere !== null) {
    return elsewhere.length === 0
      ? say("access.nowhere")
      : say("access.elsewhere", { channels: elsewhere.map((id) => `<#${id}>`).join(" ") });
  }
  if (isAllowed(state, shownIn(context, interaction, isPrivate))) return null;
  if (mayManage(interaction)) return say("access.privately");
  return say(visibilityOf(context, interaction.guildId) === "self" ? "access.selfOnly" : "access.adminsOnly");
}

/**
 * Where members' commands are answered instead; `null`: here. Channels that are gone do not count, so that nobody is
 * locked out by a deletion.
 */
function channelsInstead(context: CommandContext, interaction: Answerable): readonly Snowflake[] | null {
  const { guild, guildId, member, channelId, channel } = interaction;
  // Where an admin has cards posted, what is below them is for everyone.
  const isBelowPosted =
    interaction.isMessageComponent() &&
    context.schedule.list(guildId).some((post) => post.channelId === channelId);
  if (isBelowPosted) return null;
  const allowed = context.settingsOf(guildId).commandChannels.filter((id) => guild.channels.cache.has(id));
  const parentId = channel?.isThread() ? channel.parentId : null;
  if (allowed.length === 0 || allowed.includes(channelId)) return null;
  if (parentId !== null && allowed.includes(parentId)) return null;
  return allowed.filter((id) => canSee(guild, member, id));
}
