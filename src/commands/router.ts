import type { ButtonInteraction, ChatInputCommandInteraction, Interaction } from "discord.js";
import { asError, GuildStatsError } from "../errors.ts";
import { backfillCommand, backfillPress } from "./backfill.ts";
import { parseBackfillId } from "./backfill-id.ts";
import { answerPress } from "./card-answer.ts";
import { COMPONENT_PREFIX, parseCardComponentId } from "./card-state.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import { ADMIN_COMMAND, MEMBER_COMMAND, OWNER_COMMAND } from "./definitions.ts";
import { forgetCommand, forgetPress, parseForgetId } from "./forget.ts";
import { ignoreMeCommand, ignoreMePress, isIgnoreMeId } from "./ignoreme.ts";
import { tellPrivately } from "./replies.ts";
import { viewCommand } from "./view-command.ts";

/** Earlier versions' ids are ours too, and deserve an answer. */
const ANY_VERSION = /^gs[0-9]+:/;

/**
 * Answers an interaction if it is GuildStats's; all others are left to the host.
 * @returns whether it was; the promise never rejects
 */
export async function route(context: CommandContext, interaction: Interaction): Promise<boolean> {
  const command =
    interaction.isChatInputCommand() &&
    [MEMBER_COMMAND, ADMIN_COMMAND, OWNER_COMMAND].includes(interaction.commandName);
  const press = interaction.isButton() && ANY_VERSION.test(interaction.customId);
  if (!command && !press) return false;
  try {
    if (!interaction.inCachedGuild()) {
      const { say } = wordsFor(interaction, true);
      await interaction.reply({ content: say("answer.guildOnly"), flags: "Ephemeral" });
    } else if (interaction.isButton()) {
      await answering(context, interaction, onPress);
    } else {
      await answering(context, interaction, onCommand);
    }
  } catch (thrown) {
    // Discord took no answer at all: the token expired, or the message is gone. There is nobody left to tell.
    context.failed(thrown);
  }
  return true;
}

async function onCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const subcommand = interaction.options.getSubcommand(false);
  if (interaction.commandName === OWNER_COMMAND && subcommand === "forget") {
    return await forgetCommand(context, interaction);
  }
  if (interaction.commandName === ADMIN_COMMAND && subcommand === "backfill") {
    return await backfillCommand(context, interaction);
  }
  if (interaction.commandName === MEMBER_COMMAND && subcommand === "ignoreme") {
    return await ignoreMeCommand(context, interaction);
  }
  if (interaction.commandName === MEMBER_COMMAND) return await viewCommand(context, interaction);
  await tellPrivately(interaction, wordsFor(interaction, true).say("answer.staleCommand"));
}

async function onPress(context: CommandContext, interaction: ButtonInteraction<"cached">): Promise<void> {
  const { customId } = interaction;
  if (customId.startsWith(COMPONENT_PREFIX)) {
    const card = parseCardComponentId(customId);
    if (card) return await answerPress(context, interaction, card.action, card.state);
    if (isIgnoreMeId(customId)) return await ignoreMePress(context, interaction);
    const backfill = parseBackfillId(customId);
    if (backfill) return await backfillPress(context, interaction, backfill);
    const target = parseForgetId(customId);
    if (target) return await forgetPress(context, interaction, target);
  }
  await tellPrivately(interaction, wordsFor(interaction, true).say("answer.staleComponent"));
}

/** Runs a handler; what it throws is reported, and the user is told with a code. */
async function answering<I extends ChatInputCommandInteraction<"cached"> | ButtonInteraction<"cached">>(
  context: CommandContext,
  interaction: I,
  handle: (context: CommandContext, interaction: I) => Promise<void>,
): Promise<void> {
  try {
    await handle(context, interaction);
  } catch (thrown) {
    context.failed(thrown);
    const code = thrown instanceof GuildStatsError ? thrown.code : asError(thrown).name;
    await tellPrivately(interaction, wordsFor(interaction, true).say("answer.failed", { code }));
  }
}
