import type { Snowflake } from "../../snowflake.ts";
import type { ExportCursor, ExportPage, ExportPart, ExportRow } from "../store.ts";
import type { SideThread, SqlValue } from "./side-thread.ts";

/** They are copied from the side thread in one piece, and written down in one, in some two milliseconds. */
const PAGE_ROWS = 250;

/** The hour or day of a part's rows. */
const AT: Readonly<Record<ExportPart, string>> = { lifetime: "0", daily: "day", hourly: "hour" };

/** Reads one page on the side thread: the event loop waits for no disk. */
export async function readExportPage(
  side: SideThread,
  guildId: Snowflake,
  part: ExportPart,
  after: ExportCursor | null,
): Promise<ExportPage> {
  const [at, place, member, state] = after ?? [-1, -1, -1, -1];
  const key =
    part === "lifetime"
      ? "(place, member, state) > (?, ?, ?)"
      : `(${AT[part]}, place, member, state) > (?, ?, ?, ?)`;
  const sorted = part === "lifetime" ? "place, member, state" : `${AT[part]}, place, member, state`;
  const cursor = part === "lifetime" ? [place, member, state] : [at, place, member, state];
  const rows = await side.query({
    // Ids leave the file as text: they exceed what a double holds.
    sql: `SELECT page.at, page.place, page.member, page.state, page.messages, page.duration_ms,
            CAST(place.id AS TEXT), CAST(place.parent AS TEXT), place.name, CAST(member.id AS TEXT), member.bot
          FROM (SELECT ${AT[part]} AS at, place, member, state, messages, duration_ms FROM ${part}
                WHERE guild = (SELECT key FROM guild WHERE id = ?) AND ${key} ORDER BY ${sorted} LIMIT ?) page
          JOIN place ON place.key = page.place JOIN member ON member.key = page.member
          ORDER BY page.at, page.place, page.member, page.state`,
    parameters: [BigInt(guildId), ...cursor, PAGE_ROWS],
  });
  const last = rows.length < PAGE_ROWS ? undefined : rows.at(-1);
  return { rows: rows.map(rowOf), next: last ? cursorOf(last) : null };
}

function cursorOf([at, place, member, state]: readonly SqlValue[]): ExportCursor {
  return [Number(at), Number(place), Number(member), Number(state)];
}

function rowOf(row: readonly SqlValue[]): ExportRow {
  const [at, , , state, messages, durationMs, placeId, parentId = null, placeName = null, userId, bot] = row;
  return {
    at: Number(at),
    placeId: String(placeId),
    parentId: parentId === null ? null : String(parentId),
    placeName: placeName === null ? null : String(placeName),
    userId: String(userId),
    bot: bot === 1,
    state: Number(state),
    messages: Number(messages),
    durationMs: Number(durationMs),
  };
}
