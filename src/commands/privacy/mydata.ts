import { type ChatInputCommandInteraction, MessageFlags } from "discord.js";
import { GuildStatsError } from "../../errors.ts";
import { formatNumber } from "../../i18n/format.ts";
import { maxFileBytes, sendFiles } from "../attached-files.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { tellPrivately } from "../replies.ts";

/** `/guildstats mydata`: everything about who asks, as files for them alone. Each user's one at a time: it may be large. */
export async function myDataCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const wasIdle = await context.ownExports.once(interaction.user.id, () => sendData(context, interaction));
  if (!wasIdle) await tellPrivately(interaction, wordsFor(interaction).say("privacy.dataRunning"));
}

async function sendData(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction);
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const files = await context.privacy
    .export(interaction.user.id, { maxFileBytes: maxFileBytes(interaction) })
    .catch((thrown) => {
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
  await sendFiles(interaction, notes.join("\n\n"), files);
}
