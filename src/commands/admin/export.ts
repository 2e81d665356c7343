import {
  AttachmentBuilder,
  type ChatInputCommandInteraction,
  type Guild,
  MessageFlags,
  PermissionFlagsBits,
} from "discord.js";
import { formatNumber } from "../../i18n/format.ts";
import type { ExportFile } from "../../privacy/export-files.ts";
import type { Snowflake } from "../../snowflake.ts";
import { EXPORT_PARTS, type ExportRow } from "../../store/store.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { mayManage } from "../permissions.ts";
import { NO_MENTIONS, tellPrivately } from "../replies.ts";
import { ExportFiles, MOST_FILES } from "./export-files.ts";
import { CSV, csvOf, jsonFormat, jsonOf, recordOf } from "./export-rows.ts";

/** Discord takes 120 requests a minute of a connection, all that the bot asks for included. */
const NAME_REQUESTS = 20;
const NAMES_A_REQUEST = 100;
const NAMES_TIMEOUT_MS = 2_000;

/** `/guildstats-admin export`: all counts of the guild as a file, for who manages the server, in private. */
export async function exportCommand(
  context: CommandContext,
  interaction: ChatInputCommandInteraction<"cached">,
): Promise<void> {
  const { say } = wordsFor(interaction);
  const { guild, guildId } = interaction;
  if (!mayManage(interaction)) return await tellPrivately(interaction, say("answer.adminOnly"));
  if (context.exporting.has(guildId)) return await tellPrivately(interaction, say("export.running"));
  const erased = new Set<Snowflake>();
  context.exporting.set(guildId, erased);
  try {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const format = interaction.options.getString("format") === "json" ? "json" : "csv";
    const made = await exportOf(context, guild, format, interaction.attachmentSizeLimit, erased);
    if (made === null)
      return await tellPrivately(
        interaction,
        say("export.tooLarge", { files: formatNumber(MOST_FILES, interaction.locale) }),
      );
    // Whoever lost the permission meanwhile gets nothing.
    if (!guild.members.cache.get(interaction.user.id)?.permissions.has(PermissionFlagsBits.ManageGuild))
      return await tellPrivately(interaction, say("answer.adminOnly"));
    await interaction.editReply({
      content: say("export.done", {
        count: made.rows,
        shown: formatNumber(made.rows, interaction.locale),
      }),
      files: made.files.map(({ name, data }) => new AttachmentBuilder(data, { name })),
      allowedMentions: NO_MENTIONS,
    });
  } finally {
    context.exporting.delete(guildId);
  }
}

interface Export {
  readonly files: readonly ExportFile[];
  readonly rows: number;
}

/**
 * @param erased who was erased since it began: an export that has rows of one of them is made anew
 * @returns `null` when it is too large
 */
async function exportOf(
  context: CommandContext,
  guild: Guild,
  format: "csv" | "json",
  limitBytes: number,
  erased: Set<Snowflake>,
): Promise<Export | null> {
  for (;;) {
    erased.clear();
    const seen = new Set<Snowflake>();
    const made = await exportOnce(context, guild, format, limitBytes, seen);
    if (made === null || ![...erased].some((userId) => seen.has(userId))) return made;
  }
}

async function exportOnce(
  context: CommandContext,
  guild: Guild,
  format: "csv" | "json",
  limitBytes: number,
  seen: Set<Snowflake>,
): Promise<Export | null> {
  const files = new ExportFiles(
    `guildstats-${guild.id}`,
    format === "csv" ? CSV : jsonFormat(guild.id),
    limitBytes,
  );
  const nameOf = memberNames(guild);
  let count = 0;
  await context.flush();
  for (const part of EXPORT_PARTS) {
    for (let page = await context.exportPage(guild.id, part, null); ; ) {
      const { rows, next } = page;
      const members = await nameOf(rows);
      for (const { userId } of rows) seen.add(userId);
      const records = rows.map((row) =>
        recordOf(part, row, {
          place: guild.channels.cache.get(row.placeId)?.name ?? null,
          member: members(row.userId),
        }),
      );
      count += records.length;
      if (records.length > 0 && !(await files.add(format === "csv" ? csvOf(records) : jsonOf(records))))
        return null;
      if (next === null) break;
      await context.clock.turn();
      page = await context.exportPage(guild.id, part, next);
    }
  }
  return { files: await files.finish(), rows: count };
}

/** Names of those on a page, asked of Discord where they are not cached, within bounds; else nothing. */
function memberNames(guild: Guild): (rows: readonly ExportRow[]) => Promise<(userId: Snowflake) => string> {
  const asked = new Set<Snowflake>();
  let requests = 0;
  const cached = (userId: Snowflake): string => guild.members.cache.get(userId)?.displayName ?? "";
  return async (rows) => {
    const missing = [...new Set(rows.map(({ userId }) => userId))].filter(
      (userId) => !asked.has(userId) && !guild.members.cache.has(userId),
    );
    for (let from = 0; from < missing.length && requests < NAME_REQUESTS; from += NAMES_A_REQUEST) {
      const user = missing.slice(from, from + NAMES_A_REQUEST);
      for (const userId of user) asked.add(userId);
      requests++;
      await guild.members.fetch({ user, time: NAMES_TIMEOUT_MS }).catch(() => undefined);
    }
    return cached;
  };
}
