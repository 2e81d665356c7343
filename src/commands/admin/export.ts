import { type ChatInputCommandInteraction, MessageFlags, PermissionFlagsBits } from "discord.js";
import { GuildStatsError } from "../../errors.ts";
import { type ErasedMeanwhile, type GuildNames, guildExport } from "../../exports/guild-export.ts";
import { formatNumber } from "../../i18n/format.ts";
import type { Snowflake } from "../../snowflake.ts";
import { maxFileBytes, sendFiles } from "../attached-files.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { isHiddenThread, mayManage, seenName } from "../permissions.ts";
import { tellPrivately } from "../replies.ts";

/** Each is a message. */
const MOST_FILES = 10;
/** Discord takes 120 requests a minute of a connection, all that the bot asks for included. */
const NAME_REQUESTS = 20;
const NAMES_A_REQUEST = 100;
const NAMES_TIMEOUT_MS = 2_000;

/** `/guildstats-admin export`: all counts of the guild as files, for who manages the server, in private. */
export async function exportCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction);
  const { guild, guildId } = interaction;
  if (!mayManage(interaction)) return await tellPrivately(interaction, say("answer.adminOnly"));
  if (context.exporting.has(guildId)) return await tellPrivately(interaction, say("export.running"));
  const erased: ErasedMeanwhile = { userIds: new Set(), strangers: 0 };
  context.exporting.set(guildId, erased);
  try {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await context.flush();
    const made = await guildExport(context, context.clock, {
      about: {
        guildId,
        guildName: guild.name,
        timeZone: context.timeZoneOf(guildId),
        createdMs: context.clock.nowMs(),
      },
      format: interaction.options.getString("format") === "json" ? "json" : "csv",
      maxFileBytes: maxFileBytes(interaction),
      maxFiles: MOST_FILES,
      names: guildNames(interaction),
      erased,
    }).catch((thrown) => {
      if (thrown instanceof GuildStatsError && thrown.code === "EXPORT_TOO_LARGE") return null;
      throw thrown;
    });
    if (made === null)
      return await tellPrivately(
        interaction,
        say("export.tooLarge", { files: formatNumber(MOST_FILES, interaction.locale) }),
      );
    // Whoever lost the permission meanwhile gets nothing. Without the intent for members nobody tells the client, which
    // may not have kept them either: Discord is asked.
    const caller = await guild.members.fetch({ user: interaction.user.id, force: true }).catch(() => null);
    if (!caller?.permissions.has(PermissionFlagsBits.ManageGuild))
      return await tellPrivately(interaction, say("answer.adminOnly"));
    const rows = { count: made.rows, shown: formatNumber(made.rows, interaction.locale) };
    await sendFiles(interaction, say("export.done", rows), made.files, made.beside);
  } finally {
    context.exporting.delete(guildId);
  }
}

/** Of channels that the caller can see, and of members now; those who are not cached are asked for, within bounds. */
function guildNames({ guild, member: caller }: ChatInputCommandInteraction<"cached">): GuildNames {
  const asked = new Set<Snowflake>();
  let requests = 0;
  return {
    async ask(rows) {
      const missing = [...new Set(rows.map(({ userId }) => userId))].filter(
        (userId) => !asked.has(userId) && !guild.members.cache.has(userId),
      );
      for (let from = 0; from < missing.length && requests < NAME_REQUESTS; from += NAMES_A_REQUEST) {
        const user = missing.slice(from, from + NAMES_A_REQUEST);
        for (const userId of user) asked.add(userId);
        requests++;
        await guild.members.fetch({ user, time: NAMES_TIMEOUT_MS }).catch(() => undefined);
      }
    },
    member: (userId) => guild.members.cache.get(userId)?.displayName ?? null,
    place({ placeId, parentId }) {
      if (guild.channels.cache.has(placeId)) return seenName(guild, caller, placeId) ?? "";
      return isHiddenThread(guild, caller, parentId) ? "" : null;
    },
  };
}
