import type { Snowflake } from "../../snowflake.ts";
import type { ExportCursor, ExportPage, ExportPart, ExportRow } from "../store.ts";
import { LEADING, TIME } from "./counter-tables.ts";
import type { SideThread } from "./side-thread.ts";
import { firstSlotOf, slotOfSql } from "./slot.ts";

type Item = [
  at: number,
  place: number,
  member: number,
  state: number,
  messages: number,
  durationMs: number,
  placeId: string,
  parentId: string | null,
  placeName: string | null,
  userId: string,
  bot: number,
];

/** Between which values of the column that leads the key a guild's rows are, from the cursor's hour or day on. */
const BOUNDS: Readonly<Record<ExportPart, { readonly from: string; readonly until: string }>> = {
  lifetime: { from: "guild.key", until: "guild.key + 1" },
  daily: { from: slotOfSql("guild.key", "? * 24"), until: firstSlotOf("guild.key + 1") },
  hourly: { from: slotOfSql("guild.key", "?"), until: firstSlotOf("guild.key + 1") },
};

/** Reads one page on the side thread: the event loop waits for no disk. */
export async function readExportPage(
  side: SideThread,
  guildId: Snowflake,
  part: ExportPart,
  after: ExportCursor | null,
  limit: number,
): Promise<ExportPage> {
  const leading = LEADING[part];
  const key = `${leading}, place, member, state`;
  const { from, until } = BOUNDS[part];
  const cursor = after ?? [-1, -1, -1, -1];
  const values = part === "lifetime" ? cursor.slice(1) : cursor;
  const { numbers, texts } = await side.readAtOnce({
    numbers: { sql: "SELECT rewrites FROM guild WHERE id = ?", parameters: [BigInt(guildId)] },
    texts: [
      {
        // Ids leave the file as text: they exceed what a double holds.
        sql: `SELECT json_group_array(json_array(page.at, page.place, page.member, page.state, page.messages,
              page.duration_ms, CAST(place.id AS TEXT), CAST(place.parent AS TEXT), place.name,
              CAST(member.id AS TEXT), member.bot)
            ORDER BY page.at, page.place, page.member, page.state)
          FROM (SELECT guild.key AS guild, ${TIME[part]} AS at, place, member, state, messages, duration_ms
                FROM guild CROSS JOIN ${part} ON (${key}) > (${from}, ?, ?, ?) AND ${leading} < ${until}
                WHERE guild.id = ? ORDER BY ${part}.${key} LIMIT ?) page
          JOIN place ON (place.guild, place.key) = (page.guild, page.place)
          JOIN member ON (member.guild, member.key) = (page.guild, page.member)`,
        parameters: [...values, BigInt(guildId), limit],
      },
    ],
  });
  // What the statement above wrote.
  const items = JSON.parse(texts[0]?.[0] ?? "[]") as Item[];
  const last = items.length < limit ? undefined : items.at(-1);
  return { rows: items.map(rowOf), rewrites: numbers[0] ?? 0, next: last ? cursorOf(last) : null };
}

function cursorOf([at, place, member, state]: Item): ExportCursor {
  return [at, place, member, state];
}

function rowOf([
  at,
  ,
  ,
  state,
  messages,
  durationMs,
  placeId,
  parentId,
  placeName,
  userId,
  bot,
]: Item): ExportRow {
  return { at, placeId, parentId, placeName, userId, bot: bot === 1, state, messages, durationMs };
}
