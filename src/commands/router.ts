import type { Interaction } from "discord.js";
import { adminCommand, adminPress } from "./admin/admin.ts";
import { parseAdminPayload } from "./admin/admin-id.ts";
import { suggestToAdmin } from "./admin/admin-suggestions.ts";
import { backfillPress } from "./admin/backfill.ts";
import { parseBackfillPayload } from "./admin/backfill-id.ts";
import { suggestActivities } from "./cards/activity-choice.ts";
import { cardPress } from "./cards/card-press.ts";
import { parseCardPayload } from "./cards/card-state.ts";
import { memberMenu, viewCommand } from "./cards/view-command.ts";
import { COMPONENT_PREFIX } from "./component-id.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import { ADMIN_COMMAND, MEMBER_COMMAND, MEMBER_MENU, OWNER_COMMAND } from "./definitions.ts";
import { answerLost, failureOf } from "./failures.ts";
import { forgetCommand, forgetPress, parseForgetPayload } from "./owner/forget.ts";
import {
  ignoredUsersCommand,
  ignoreUserCommand,
  ignoreUserPress,
  parseIgnoreUserPayload,
  unignoreUserCommand,
} from "./owner/ignore-user.ts";
import { statusCommand } from "./owner/status.ts";
import { eraseMeCommand, eraseMePress, parseEraseMePayload } from "./privacy/eraseme.ts";
import { ignoreMeCommand, ignoreMePress, parseIgnoreMePayload } from "./privacy/ignoreme.ts";
import { myDataCommand } from "./privacy/mydata.ts";
import { type Answerable, type CalledCommand, type Press, tellPrivately } from "./replies.ts";

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
      if (!interaction.inCachedGuild() || !interaction.guild.available) return true;
      if (interaction.commandName === ADMIN_COMMAND) await suggestToAdmin(context, interaction);
      else await suggestActivities(context, interaction);
      return true;
    }
    const isCommand =
      (interaction.isChatInputCommand() && COMMANDS.includes(interaction.commandName)) ||
      (interaction.isUserContextMenuCommand() && interaction.commandName === MEMBER_MENU);
    const isPress =
      (interaction.isButton() || interaction.isStringSelectMenu()) && ANY_VERSION.test(interaction.customId);
    if (!isCommand && !isPress) return false;
    if (!interaction.inCachedGuild()) {
      const { say } = wordsFor(interaction);
      await interaction.reply({ content: say("answer.guildOnly"), flags: "Ephemeral" });
    } else if (!interaction.guild.available) {
      await answering(context, interaction, onOutage);
    } else if (interaction.isChatInputCommand() || interaction.isUserContextMenuCommand()) {
      await answering(context, interaction, onCommand);
    } else {
      await answering(context, interaction, onPress);
    }
  } catch (thrown) {
    // A suggestion, or the word that it is no server: nobody misses it.
    context.failed(answerLost(thrown) ?? thrown);
  }
  return true;
}

async function onCommand(context: CommandContext, interaction: CalledCommand): Promise<void> {
  if (interaction.isUserContextMenuCommand()) return await memberMenu(context, interaction);
  const subcommand = interaction.options.getSubcommand(false);
  if (interaction.commandName === OWNER_COMMAND) {
    if (subcommand === "forget") return await forgetCommand(context, interaction);
    if (subcommand === "ignore-user") return await ignoreUserCommand(context, interaction);
    if (subcommand === "unignore-user") return await unignoreUserCommand(context, interaction);
    if (subcommand === "ignored-users") return await ignoredUsersCommand(context, interaction);
    if (subcommand === "status") return await statusCommand(context, interaction);
  }
  if (interaction.commandName === ADMIN_COMMAND) return await adminCommand(context, interaction);
  if (interaction.commandName === MEMBER_COMMAND && subcommand === "ignoreme") {
    return await ignoreMeCommand(context, interaction);
  }
  if (interaction.commandName === MEMBER_COMMAND && subcommand === "mydata") {
    return await myDataCommand(context, interaction);
  }
  if (interaction.commandName === MEMBER_COMMAND && subcommand === "eraseme") {
    return await eraseMeCommand(context, interaction);
  }
  if (interaction.commandName === MEMBER_COMMAND) return await viewCommand(context, interaction);
  await tellPrivately(interaction, wordsFor(interaction).say("answer.staleCommand"));
}

/** Of a server in an outage nothing is known: who may see what, least of all. */
async function onOutage(_: CommandContext, interaction: Answerable): Promise<void> {
  await tellPrivately(interaction, wordsFor(interaction).say("trouble.guildOutage"));
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
  const admin = parseAdminPayload(payload);
  if (admin) return await adminPress(context, interaction, admin);
  if (interaction.isButton()) {
    const choice = parseIgnoreMePayload(payload);
    if (choice) return await ignoreMePress(context, interaction, choice);
    const erasure = parseEraseMePayload(payload);
    if (erasure) return await eraseMePress(context, interaction, erasure);
    const ignored = parseIgnoreUserPayload(payload);
    if (ignored) return await ignoreUserPress(context, interaction, ignored);
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
    const words = wordsFor(interaction);
    const failure = failureOf(context, interaction, thrown, words);
    if (failure.error !== null) context.failed(failure.error);
    if (failure.words === null) return;
    try {
      await tellPrivately(interaction, failure.words);
    } catch (second) {
      const { error } = failureOf(context, interaction, second, words);
      if (error !== null) context.failed(error);
    }
  }
}
