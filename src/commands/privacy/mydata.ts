import { AttachmentBuilder, type ChatInputCommandInteraction, MessageFlags } from "discord.js";
import { GuildStatsError } from "../../errors.ts";
import { formatNumber } from "../../i18n/format.ts";
import type { ExportFile } from "../../privacy/export-files.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { NO_MENTIONS, tellPrivately } from "../replies.ts";

/** `/guildstats mydata`: everything about who asks, as files for them alone; one a message, for each has its limit. */
export async function myDataCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction);
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const maxFileBytes = interaction.attachmentSizeLimit;
  const files = await context.privacy.export(interaction.user.id, { maxFileBytes }).catch((thrown) => {
    if (thrown instanceof GuildStatsError && thrown.code === "EXPORT_TOO_LARGE") return null;
    throw thrown;
  });
  if (files === null) return await tellPrivately(interaction, say("privacy.dataTooLarge"));
  const count = files.length;
  const shown = formatNumber(count, interaction.locale);
  const notes = [
    say("privacy.data"),
    ...(files.some(({ name }) => name.endsWith(".gz")) ? [say("privacy.dataCompressed")] : []),
    ...(count > 1 ? [say("privacy.dataParts", { count, shown })] : []),
  ];
  for (const [index, file] of files.entries()) {
    if (index === 0) {
      await interaction.editReply({ ...withFile(file), content: notes.join("\n\n") });
      continue;
    }
    const part = formatNumber(index + 1, interaction.locale);
    const content = say("privacy.dataPart", { part, files: shown });
    await interaction.followUp({ ...withFile(file), content, flags: MessageFlags.Ephemeral });
  }
}

function withFile({ name, data }: ExportFile) {
  return { files: [new AttachmentBuilder(data, { name })], allowedMentions: NO_MENTIONS };
}
