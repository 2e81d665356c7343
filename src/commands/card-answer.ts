import {
  AttachmentBuilder,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  MessageFlags,
  PermissionFlagsBits,
} from "discord.js";
import type { Card } from "../cards/card.ts";
import { cardFor } from "../cards/card-for.ts";
import type { CardAction, CardState } from "./card-state.ts";
import { cardButtons } from "./components.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import { namesFor } from "./directory.ts";
import { canSee } from "./permissions.ts";
import { type Answerable, NO_MENTIONS, tellPrivately } from "./replies.ts";

/** Answers a command with a card. The first answer, a deferral, goes out before anything is looked up. */
export async function answerWithCard(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
  state: CardState,
  isPrivate: boolean,
): Promise<void> {
  const refusal = refusalOf(context, interaction, state, isPrivate);
  if (refusal !== null) return await tellPrivately(interaction, refusal);
  await interaction.deferReply(isPrivate ? { flags: MessageFlags.Ephemeral } : {});
  await showCard(context, interaction, state, isPrivate);
}

/** Answers a press of a card's button; someone else's press gives them a private card of their own. */
export async function answerPress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  action: CardAction,
  state: CardState,
): Promise<void> {
  const isInvoker = interaction.user.id === state.invokerId;
  const isPrivate = !isInvoker || interaction.message.flags.has(MessageFlags.Ephemeral);
  if (action === "close") {
    if (!isInvoker) {
      const { say } = wordsFor(interaction, true);
      return await tellPrivately(interaction, say("answer.notYours", { owner: `<@${state.invokerId}>` }));
    }
    await interaction.deferUpdate();
    return await interaction.deleteReply();
  }
  const mode = action === "reload" ? state.mode : state.mode === "card" ? "graph" : "card";
  const next: CardState = { ...state, mode, invokerId: interaction.user.id };
  const refusal = refusalOf(context, interaction, next, isPrivate);
  if (refusal !== null) return await tellPrivately(interaction, refusal);
  if (isInvoker) await interaction.deferUpdate();
  else await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  await showCard(context, interaction, next, isPrivate);
}

/** Why this card cannot be shown to this user now, in their language; `null` when it can. */
function refusalOf(
  context: CommandContext,
  interaction: Answerable,
  { request }: CardState,
  isPrivate: boolean,
): string | null {
  const { say } = wordsFor(interaction, true);
  const { guild, member, user } = interaction;
  if (!context.isEnabled(guild.id)) return say("answer.disabled");
  if (request.kind === "channel") {
    if (!guild.channels.cache.has(request.channelId)) return say("answer.unknownChannel");
    if (!canSee(guild, member, request.channelId)) return say("answer.hiddenChannel");
  }
  if (request.kind === "member" && request.memberId === user.id && context.privacy.isOptedOut(user.id)) {
    return say("answer.optedOutSelf");
  }
  // Private answers are not messages of the channel, and need no permission in it.
  if (!isPrivate && !interaction.appPermissions.has(PermissionFlagsBits.AttachFiles))
    return say("answer.cannotAttach");
  return null;
}

async function showCard(
  context: CommandContext,
  interaction: Answerable,
  state: CardState,
  isPrivate: boolean,
): Promise<void> {
  const card = await cardOf(context, interaction, state, isPrivate);
  const file = new AttachmentBuilder(await context.render(card), {
    name: `guildstats-${state.request.kind}.png`,
    description: card.alt,
  });
  await interaction.editReply({
    files: [file],
    // On a press, the picture before this one must go.
    attachments: [],
    components: [cardButtons(state, wordsFor(interaction, isPrivate))],
    allowedMentions: NO_MENTIONS,
  });
}

async function cardOf(
  context: CommandContext,
  interaction: Answerable,
  { request, period, members, mode }: CardState,
  isPrivate: boolean,
): Promise<Card> {
  const { guild, member } = interaction;
  const view = await context.queries.view(guild.id, request, {
    period,
    members,
    listsChannel: (channelId) => canSee(guild, member, channelId),
  });
  return cardFor(view, {
    // Who could see a channel that is gone cannot be told any more: its name is for those who manage the server.
    names: await namesFor(guild, view, (channelId) =>
      member.permissions.has(PermissionFlagsBits.ManageGuild)
        ? context.storedName(guild.id, channelId)
        : null,
    ),
    locale: wordsFor(interaction, isPrivate).locale,
    theme: context.theme,
    accent: context.settingsOf(guild.id).accent ?? context.accent,
    mode,
    nowMs: context.clock.nowMs(),
  });
}
