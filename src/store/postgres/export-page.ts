import type { Snowflake } from "../../snowflake.ts";
import type { ExportCursor, ExportPage, ExportPart, ExportRow } from "../store.ts";
import type { Connection } from "./database.ts";

/** The hour or day of a part's rows. */
const AT: Readonly<Record<ExportPart, string>> = { lifetime: "0", daily: "day", hourly: "hour" };

interface Item extends ExportRow {
  readonly place: number;
  readonly member: number;
}

/**
 * Reads one page, within a snapshot. LIMIT keeps the database from joining places and members first, before rows: all of
 * a guild's by each other, where it takes the guild for a small one, for it has grown since the last ANALYZE.
 */
export async function readExportPage(
  connection: Connection,
  guildId: Snowflake,
  part: ExportPart,
  after: ExportCursor | null,
  limit: number,
): Promise<ExportPage> {
  const guild = await connection.query<{ rewrites: number }>(
    "SELECT rewrites FROM guild WHERE guild_id = $1",
    [guildId],
  );
  const at = AT[part];
  const key = part === "lifetime" ? "place, member, state" : `${at}, place, member, state`;
  const behind = part === "lifetime" ? "$2::bigint IS NOT NULL AND" : `${at} >= $2::bigint AND`;
  const cursor = part === "lifetime" ? "$3::bigint" : "$2::bigint, $3::bigint";
  const { rows } = await connection.query<Item>(
    `SELECT page.at, page.place, page.member, page.state, page.messages, page.duration_ms AS "durationMs",
       place.id AS "placeId", place.parent AS "parentId", place.name AS "placeName",
       member.id::text AS "userId", member.bot
     FROM (SELECT ${at} AS at, place, member, state, messages, duration_ms FROM ${part}
           WHERE guild_id = $1 AND ${behind} (${key}) > (${cursor}, $4::bigint, $5::bigint)
           ORDER BY ${key} LIMIT $6) AS page
     CROSS JOIN LATERAL (SELECT id, parent, name FROM place WHERE guild_id = $1 AND key = page.place LIMIT 1) AS place
     CROSS JOIN LATERAL (SELECT id, bot FROM member WHERE guild_id = $1 AND key = page.member LIMIT 1) AS member
     ORDER BY page.at, page.place, page.member, page.state`,
    [guildId, ...(after ?? [-1, -1, -1, -1]), limit],
  );
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    rows: rows.map(({ place: _, member: __, ...row }) => row),
    rewrites: guild.rows[0]?.rewrites ?? 0,
    next: last ? [last.at, last.place, last.member, last.state] : null,
  };
}
