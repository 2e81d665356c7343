import type { ChatInputCommandInteraction, Interaction } from "discord.js";
import { asError, GuildStatsError } from "../errors.ts";
import { suggestActivities } from "./activity-choice.ts";
import { backfillCommand, backfillPress } from "./backfill.ts";
import { parseBackfillPayload } from "./backfill-id.ts";
import { cardPress } from "./card-press.ts";
import { parseCardPayload } from "./card-state.ts";
import { COMPONENT_PREFIX } from "./component-id.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import { ADMIN_COMMAND, MEMBER_COMMAND, OWNER_COMMAND } from "./definitions.ts";
import { exportCommand } from "./export.ts";
import { forgetCommand, forgetPress, parseForgetPayload } from "./forget.ts";
import { ignoreMeCommand, ignoreMePress, parseIgnoreMePayload } from "./ignoreme.ts";
import { type Answerable, type Press, tellPrivately } from "./replies.ts";
import { statusCommand } from "./status.ts";
import { viewCommand } from "./view-command.ts";

const COMMANDS: readonly string[] = [MEMBER_COMMAND, ADMIN_COMMAND, OWNER_COMMAND];
/** Earlier and later versions' ids are ours too, and deserve an answer. */
const ANY_VERSION = /^gs[0-9]+:/;

/**
 * Answers an interaction if it is GuildStats's; all others are left to the host.
 * @returns whether it was; the promise never rejects
 */
export async function route(context: CommandContext, interaction: Interaction): Promise<boolean> {
  try {
    if (interaction.isAutocomplete()) {
      if (!COMMANDS.includes(interaction.commandName)) return false;
      if (interaction.inCachedGuild()) await suggestActivities(context, interaction);
      return true;
    }
    const isCommand = interaction.isChatInputCommand() && COMMANDS.includes(interaction.commandName);
    const isPress =
      (interaction.isButton() || interaction.isStringSelectMenu()) && ANY_VERSION.test(interaction.customId);
    if (!isCommand && !isPress) return false;
    if (!interaction.inCachedGuild()) {
      const { say } = wordsFor(interaction);
      await interaction.reply({ content: say("answer.guildOnly"), flags: "Ephemeral" });
    } else if (interaction.isChatInputCommand()) {
      await answering(context, interaction, onCommand);
    } else {
      await answering(context, interaction, onPress);
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
  if (interaction.commandName === OWNER_COMMAND && subcommand === "status") {
    return await statusCommand(context, interaction);
  }
  if (interaction.commandName === ADMIN_COMMAND && subcommand === "export") {
    return await exportCommand(context, interaction);
  }
  if (interaction.commandName === ADMIN_COMMAND && subcommand === "backfill") {
    return await backfillCommand(context, interaction);
  }
  if (interaction.commandName === MEMBER_COMMAND && subcommand === "ignoreme") {
    return await ignoreMeCommand(context, interaction);
  }
  if (interaction.commandName === MEMBER_COMMAND) return await viewCommand(context, interaction);
  await tellPrivately(interaction, wordsFor(interaction).say("answer.staleCommand"));
}

async function onPress(context: CommandContext, interaction: Press): Promise<void> {
  const { customId, guildId } = interaction;
  const { say } = wordsFor(interaction);
  if (!customId.startsWith(COMPONENT_PREFIX)) {
    return await tellPrivately(interaction, say("answer.staleComponent"));
  }
  const payload = context.ids.read(guildId, customId);
  if (payload === null) return await tellPrivately(interaction, say("answer.forgedComponent"));
  const card = parseCardPayload(payload);
  if (card) return await cardPress(context, interaction, card.action, card.state);
  if (interaction.isButton()) {
    const choice = parseIgnoreMePayload(payload);
    if (choice) return await ignoreMePress(context, interaction, choice);
    const backfill = parseBackfillPayload(payload);
    if (backfill) return await backfillPress(context, interaction, backfill);
    const target = parseForgetPayload(payload);
    if (target) return await forgetPress(context, interaction, target);
  }
  await tellPrivately(interaction, say("answer.staleComponent"));
}

/** Runs a handler; what it throws is reported, and the user is told with a code. */
async function answering<I extends Answerable>(
  context: CommandContext,
  interaction: I,
  handle: (context: CommandContext, interaction: I) => Promise<void>,
): Promise<void> {
  try {
    await handle(context, interaction);
  } catch (thrown) {
    context.failed(thrown);
    const code = thrown instanceof GuildStatsError ? thrown.code : asError(thrown).name;
    await tellPrivately(interaction, wordsFor(interaction).say("answer.failed", { code }));
  }
}
