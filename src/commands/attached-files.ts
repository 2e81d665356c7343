import { AttachmentBuilder, type ChatInputCommandInteraction, MessageFlags } from "discord.js";
import type { ExportFile } from "../exports/export-files.ts";
import { formatNumber } from "../i18n/format.ts";
import { wordsFor } from "./context.ts";
import { NO_MENTIONS } from "./replies.ts";

/** discord.js copies what it sends in one piece: this much takes two or three milliseconds. */
const MAX_SENT_BYTES = 10 * 1024 * 1024;

/** Most bytes of a file that answers an interaction. */
export function maxFileBytes(interaction: ChatInputCommandInteraction<"cached">): number {
  return Math.min(interaction.attachmentSizeLimit, MAX_SENT_BYTES);
}

/**
 * Sends files to who asked, for them alone: one a message.
 * @param beside small ones that go with the first
 */
export async function sendFiles(
  interaction: ChatInputCommandInteraction<"cached">,
  content: string,
  files: readonly ExportFile[],
  beside: readonly ExportFile[] = [],
): Promise<void> {
  const { say } = wordsFor(interaction);
  const [first, ...others] = files;
  if (first === undefined) return;
  await interaction.editReply({ ...withFiles([first, ...beside]), content });
  for (const [index, file] of others.entries()) {
    const part = formatNumber(index + 2, interaction.locale);
    const shown = formatNumber(files.length, interaction.locale);
    await interaction.followUp({
      ...withFiles([file]),
      content: say("files.part", { part, files: shown }),
      flags: MessageFlags.Ephemeral,
    });
  }
}

function withFiles(files: readonly ExportFile[]) {
  return {
    files: files.map(({ name, data }) => new AttachmentBuilder(data, { name })),
    allowedMentions: NO_MENTIONS,
  };
}
