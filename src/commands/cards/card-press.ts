import { MessageFlags } from "discord.js";
import { z } from "zod";
import { MEMBERS_FILTERS, PERIODS } from "../../stats/views.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { isKnownOwner } from "../permissions.ts";
import { type Press, tellPrivately } from "../replies.ts";
import { refusalOf, showCard } from "./card-answer.ts";
import { isForAllHere, unknownChannels } from "./card-channels.ts";
import { waitBefore } from "./card-limits.ts";
import { type CardAction, type CardState, withView } from "./card-state.ts";
import { VIEW_CHOICES } from "./card-views.ts";

/**
 * Answers a press below a card: it changes in place for who asked for it, and for the bot's owners; anyone else gets a
 * private card of their own. What not everyone here may see is private for all of them.
 */
export async function cardPress(
  context: CommandContext,
  interaction: Press,
  action: CardAction,
  state: CardState,
): Promise<void> {
  const { say } = wordsFor(interaction);
  const { user, message } = interaction;
  // A card that came by itself is the bot's own: it stays for everyone as it is, for the bot's owners too.
  const isPosted = state.invokerId === context.client.user.id;
  const isTheirs =
    !isPosted && (user.id === state.invokerId || isKnownOwner(context.client, context.ownerIds, user.id));
  if (action === "close") {
    if (!isTheirs)
      return await tellPrivately(interaction, say("answer.notYours", { owner: `<@${state.invokerId}>` }));
    await interaction.deferUpdate();
    return await interaction.deleteReply();
  }
  const chosen = interaction.isStringSelectMenu() ? interaction.values : [];
  const asOwn = (): CardState | null => stateAfter(action, { ...state, invokerId: user.id }, chosen);
  const wished = isTheirs ? stateAfter(action, state, chosen) : asOwn();
  if (wished === null) return await tellPrivately(interaction, say("answer.unknownChoice"));
  const isEphemeral = message.flags.has(MessageFlags.Ephemeral);
  const isKnown = unknownChannels(interaction, wished).length === 0;
  // What not everyone here may see any more does not stand in a message for all: it becomes a private card.
  const isInPlace = isTheirs && (isEphemeral || !isKnown || isForAllHere(interaction, wished));
  const next = (isInPlace ? wished : asOwn()) ?? wished;
  const isPrivate = !isInPlace || isEphemeral;
  const refusal =
    (isKnown ? refusalOf(context, interaction, next, isPrivate) : null) ?? waitBefore(context, interaction);
  if (refusal !== null) return await tellPrivately(interaction, refusal);
  const isFirst = await context.presses.once(pressName(interaction, chosen), async () => {
    if (isInPlace) await interaction.deferUpdate();
    else await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await showCard(context, interaction, next, isPrivate);
  });
  // Pressed twice: what the first press shows is the answer to both.
  if (!isFirst) await interaction.deferUpdate();
}

function pressName({ user, message, customId }: Press, chosen: readonly string[]): string {
  return [message.id, user.id, customId, ...chosen].join(" ");
}

/** The card that a press leads to. @returns `null` for a choice that this version does not offer */
function stateAfter(
  action: Exclude<CardAction, "close">,
  state: CardState,
  chosen: readonly string[],
): CardState | null {
  switch (action) {
    case "card":
    case "graph":
    case "text":
      return { ...state, mode: action };
    case "reload":
      return state;
    case "previous":
      return { ...state, page: Math.max(0, state.page - 1) };
    case "next":
      return { ...state, page: state.page + 1 };
    case "view": {
      const [choice] = z.tuple([z.enum(VIEW_CHOICES)]).safeParse(chosen).data ?? [];
      return choice === undefined ? null : withView(state, choice);
    }
    case "period": {
      const [period] = z.tuple([z.enum(PERIODS)]).safeParse(chosen).data ?? [];
      return period === undefined ? null : { ...state, period, page: 0 };
    }
    case "members": {
      const [members] = z.tuple([z.enum(MEMBERS_FILTERS)]).safeParse(chosen).data ?? [];
      return members === undefined ? null : { ...state, members, page: 0 };
    }
    default:
      return action satisfies never;
  }
}
