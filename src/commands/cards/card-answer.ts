import { MessageFlags, PermissionFlagsBits } from "discord.js";
import { cardText } from "../../cards/card-text.ts";
import type { Snowflake } from "../../snowflake.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { fetchChannels } from "../directory.ts";
import { type Answerable, type CalledCommand, tellPrivately } from "../replies.ts";
import { disabledText } from "../typed-command.ts";
import { accessRefusal, isForReaders, mustBePrivate, shownIn, showsLess } from "./access.ts";
import { audienceOf } from "./audience.ts";
import { isForAllHere, subjectShown, unknownChannels, withoutHidden } from "./card-channels.ts";
import { waitBefore } from "./card-limits.ts";
import { makeCard } from "./card-making.ts";
import { cardMessage } from "./card-message.ts";
import { type CardState, withView } from "./card-state.ts";
import { type CardSubject, VIEW_CHOICES, type ViewChoice } from "./card-views.ts";
import { lookOf } from "./look.ts";
import { isOfActivityTime } from "./offered-views.ts";

/**
 * Answers a command with a card. The first answer, a deferral, goes out before anything is looked up. A card about a
 * channel that not everyone here may see is private, and so is one about a channel that must be looked up first.
 */
export async function answerWithCard(
  context: CommandContext,
  interaction: CalledCommand,
  state: CardState,
  isAskedPrivately: boolean,
): Promise<void> {
  const isKnown = unknownChannels(interaction, state).length === 0;
  const isPrivate =
    isAskedPrivately ||
    !isKnown ||
    !isForAllHere(interaction, state) ||
    mustBePrivate(context, interaction, state);
  const refusal =
    (isKnown ? refusalOf(context, interaction, state, isPrivate) : null) ?? waitBefore(context, interaction);
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
  const { say } = wordsFor(interaction);
  // Who may see what is not known then.
  if (!interaction.guild.available) return say("trouble.guildOutage");
  if (!context.isEnabled(interaction.guildId)) return disabledText(wordsFor(interaction));
  const subject = subjectShown(state);
  if (isOfActivityTime(state) && !context.countsActivities) return say("answer.activitiesOff");
  const refusal =
    accessRefusal(context, interaction, state, isPrivate) ??
    (subject ? subjectRefusal(context, interaction, subject) : null);
  if (refusal !== null) return refusal;
  if (!isPrivate && !isForAllHere(interaction, state)) return say("visible.notForAll");
  // Private answers are not messages of the channel, and need no permission in it.
  const needsAttaching = !isPrivate && state.mode !== "text";
  if (needsAttaching && !interaction.appPermissions.has(PermissionFlagsBits.AttachFiles))
    return say("answer.cannotAttach");
  return null;
}

/**
 * What the select of views below a card offers: what the readers of the answer would get, as far as that can be told
 * without asking Discord. A public card's is for everyone in its channel, whoever pressed last.
 */
function viewsOffered(
  context: CommandContext,
  interaction: Answerable,
  state: CardState,
  isPrivate: boolean,
): readonly ViewChoice[] {
  return VIEW_CHOICES.filter((choice) => {
    const next = withView(state, choice);
    if (next === null || !isForReaders(context, interaction, next, isPrivate)) return false;
    if (isOfActivityTime(next) && !context.countsActivities) return false;
    const subject = subjectShown(next);
    if (subject === null || unknownChannels(interaction, next).length > 0) return true;
    // In a public answer each reader is another "me".
    if (!isPrivate && (choice === "me" || choice === "me-activities")) return true;
    if (!isPrivate && !isForAllHere(interaction, next)) return false;
    return subjectRefusal(context, interaction, subject) === null;
  });
}

function subjectRefusal(
  { privacy }: CommandContext,
  interaction: Answerable,
  subject: CardSubject,
): string | null {
  const { say } = wordsFor(interaction);
  const { guild, user } = interaction;
  const asker = audienceOf(interaction, true);
  const ofMembers = (ids: readonly Snowflake[]): string | null =>
    ids.includes(user.id) && privacy.isOptedOut(user.id) ? say("answer.optedOutSelf") : null;
  const ofChannels = (ids: readonly Snowflake[]): string | null => {
    return ids.every((id) => guild.channels.cache.has(id) && asker.sees(id))
      ? null
      : say("answer.unknownChannel");
  };
  switch (subject.kind) {
    case "member":
      return ofMembers([subject.memberId]);
    case "channel":
      return ofChannels([subject.channelId]);
    case "role":
      return guild.roles.cache.has(subject.roleId) ? null : say("answer.unknownRole");
    case "category":
      return guild.channels.cache.has(subject.categoryId) && asker.sees(subject.categoryId)
        ? null
        : say("answer.unknownCategory");
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
  const unknown = unknownChannels(interaction, state);
  if (unknown.length > 0) {
    await fetchChannels(context.clock, interaction.guild, unknown);
    const refusal = refusalOf(context, interaction, state, isPrivate);
    if (refusal !== null) return await tellPrivately(interaction, refusal);
  }
  const look = lookOf(context, interaction, isPrivate);
  const carried = withoutHidden(interaction, state, isPrivate);
  const shown = shownIn(context, interaction, isPrivate);
  const made = await makeCard(context, interaction.guild, carried, {
    look,
    audience: audienceOf(interaction, isPrivate),
    shown,
    viewerId: state.invokerId,
  });
  if (made === null) {
    return await tellPrivately(interaction, wordsFor(interaction).say("answer.unknownActivity"));
  }
  const { card } = made;
  const body = state.mode === "text" ? { text: cardText(card) } : { png: await context.render(card) };
  // Permissions and channels may have changed while it was drawn.
  const refusal = refusalOf(context, interaction, state, isPrivate);
  if (refusal !== null) return await tellPrivately(interaction, refusal);
  if (showsLess(shownIn(context, interaction, isPrivate), shown, interaction.user.id))
    return await showCard(context, interaction, state, isPrivate);
  await interaction.editReply(
    cardMessage({
      ...made,
      words: look.words,
      body,
      views: viewsOffered(context, interaction, carried, isPrivate),
      footnote: null,
      isShared: false,
      idOf: (payload) => context.ids.sign(guildId, payload),
    }),
  );
}
