import { MessageFlags } from "discord.js";
import { channelsCommand } from "../command-channels.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { mayManage } from "../permissions.ts";
import { scheduleCommand } from "../posts/schedule-command.ts";
import { cancelled } from "../question.ts";
import { type AdminCall, type Press, tellPrivately } from "../replies.ts";
import { typedCommand } from "../typed-command.ts";
import type { AdminPress } from "./admin-id.ts";
import { backfillCommand } from "./backfill.ts";
import { exportCommand } from "./export.ts";
import { ignoredCommand, ignoredPress } from "./ignored-list.ts";
import { ignoreCommand, isIgnorable, unignoreCommand } from "./ignoring.ts";
import { mergeCommand, mergePress } from "./merge-command.ts";
import { purgeCommand, purgePress } from "./purge-command.ts";
import { settingsCommand } from "./settings-command.ts";
import { voicePress } from "./voice-choice.ts";

/** `/guildstats-admin …`, for who manages the server; only who called sees the answer. */
export async function adminCommand(context: CommandContext, interaction: AdminCall): Promise<void> {
  const { say } = wordsFor(interaction);
  const group = interaction.options.getSubcommandGroup(false);
  const subcommand = interaction.options.getSubcommand(false) ?? "";
  if (group === null && subcommand === "backfill") return await backfillCommand(context, interaction);
  if (group === null && subcommand === "export") return await exportCommand(context, interaction);
  if (!mayManage(interaction)) return await tellPrivately(interaction, say("answer.adminOnly"));
  // What the store writes may take longer than a first answer may.
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  switch (group) {
    case "settings":
      return await settingsCommand(context, interaction, subcommand);
    case "channels":
      return await channelsCommand(context, interaction, subcommand);
    case "schedule":
      return await scheduleCommand(context, interaction, subcommand);
    case "purge":
      return await purgeCommand(context, interaction, subcommand);
    case "ignore":
      if (isIgnorable(subcommand)) return await ignoreCommand(context, interaction, subcommand);
      break;
    case "unignore":
      if (isIgnorable(subcommand)) return await unignoreCommand(context, interaction, subcommand);
      break;
    case null:
      if (subcommand === "enable" || subcommand === "disable")
        return await turn(context, interaction, subcommand === "enable");
      if (subcommand === "ignored") return await ignoredCommand(context, interaction);
      if (subcommand === "merge") return await mergeCommand(context, interaction);
      break;
    default:
  }
  await tellPrivately(interaction, say("answer.staleCommand"));
}

/** A press below an admin's answer. Who may is asked again: permissions change. */
export async function adminPress(
  context: CommandContext,
  interaction: Press,
  press: AdminPress,
): Promise<void> {
  const { say } = wordsFor(interaction);
  if (!mayManage(interaction)) return await tellPrivately(interaction, say("answer.adminOnly"));
  switch (press.kind) {
    case "leave":
      return await cancelled(context, interaction, press.question);
    case "purge":
      return await purgePress(context, interaction, press);
    case "merge":
      return await mergePress(context, interaction, press);
    case "voice":
    case "voice-default":
      return await voicePress(context, interaction, press.kind);
    case "ignored":
      return await ignoredPress(context, interaction, press.page);
    default:
      return press satisfies never;
  }
}

/** Turns the server on or off. */
async function turn(context: CommandContext, interaction: AdminCall, isOn: boolean): Promise<void> {
  const words = wordsFor(interaction);
  const { say } = words;
  const { guildId } = interaction;
  const wasOn = context.isEnabled(guildId);
  if (wasOn === isOn)
    return await tellPrivately(interaction, say(isOn ? "admin.enabledAlready" : "admin.disabledAlready"));
  await context.administration.change(guildId, () => ({ enabled: isOn }));
  const command = typedCommand(words, [isOn ? "command.admin-disable.name" : "command.admin-enable.name"]);
  const purge = typedCommand(words, ["command.admin-purge.name", "command.admin-purge-everything.name"]);
  await tellPrivately(
    interaction,
    isOn ? say("admin.enabled", { command }) : say("admin.disabled", { purge, command }),
  );
}
