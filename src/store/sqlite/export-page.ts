import type { Snowflake } from "../../snowflake.ts";
import type { ExportCursor, ExportPage, ExportPart, ExportRow } from "../store.ts";
import type { SideThread } from "./side-thread.ts";

/** The hour or day of a part's rows. */
const AT: Readonly<Record<ExportPart, string>> = { lifetime: "0", daily: "day", hourly: "hour" };

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

/** Reads one page on the side thread: the event loop waits for no disk. */
export async function readExportPage(
  side: SideThread,
  guildId: Snowflake,
  part: ExportPart,
  after: ExportCursor | null,
  limit: number,
): Promise<ExportPage> {
  const key = part === "lifetime" ? "place, member, state" : `${AT[part]}, place, member, state`;
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
          FROM (SELECT ${AT[part]} AS at, place, member, state, messages, duration_ms FROM ${part}
                WHERE guild = (SELECT key FROM guild WHERE id = ?) AND (${key}) > (${values.map(() => "?").join(", ")})
                ORDER BY ${key} LIMIT ?) page
          JOIN guild ON guild.id = ?
          JOIN place ON (place.guild, place.key) = (guild.key, page.place)
          JOIN member ON (member.guild, member.key) = (guild.key, page.member)`,
        parameters: [BigInt(guildId), ...values, limit, BigInt(guildId)],
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
