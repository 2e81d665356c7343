import type { Snowflake } from "../../snowflake.ts";
import type { StoredMember } from "../store.ts";
import { type Connection, column } from "./database.ts";
import { Keys, newKeys } from "./keys.ts";

export interface GuildMember extends StoredMember {
  readonly guildId: Snowflake;
}

interface MemberRow extends GuildMember {
  readonly key: number;
}

/** The keys of members, new ones included, after their marks as bots were written. The guilds are held. */
export async function memberKeys(connection: Connection, told: Iterable<GuildMember>): Promise<Keys> {
  const keys = new Keys();
  const wanted = new Map<string, GuildMember>();
  for (const member of told) wanted.set(`${member.guildId} ${member.id}`, member);
  if (wanted.size === 0) return keys;
  const known = new Map(
    (await storedMembers(connection, [...wanted.values()])).map((row) => [`${row.guildId} ${row.id}`, row]),
  );
  const unknown = [...wanted].filter(([name]) => !known.has(name)).map(([, { guildId }]) => guildId);
  const next = await newKeys(connection, "member", unknown);
  const changed: MemberRow[] = [];
  for (const [name, member] of wanted) {
    const before = known.get(name);
    const key = before?.key ?? next(member.guildId);
    keys.set(member.guildId, member.id, key);
    if (before?.bot !== member.bot) changed.push({ ...member, key });
  }
  if (changed.length > 0) await write(connection, changed);
  return keys;
}

async function storedMembers(connection: Connection, members: readonly GuildMember[]): Promise<MemberRow[]> {
  const { rows } = await connection.query<MemberRow>(
    `SELECT member.guild_id::text AS "guildId", member.id::text AS id, key, bot
     FROM unnest($1::bigint[], $2::bigint[]) AS told (guild_id, id)
     JOIN member ON member.guild_id = told.guild_id AND member.id = told.id`,
    [column(members.map(({ guildId }) => guildId)), column(members.map(({ id }) => id))],
  );
  return [...rows];
}

async function write(connection: Connection, rows: readonly MemberRow[]): Promise<void> {
  await connection.query(
    `INSERT INTO member (guild_id, key, id, bot)
     SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::boolean[])
     ON CONFLICT (guild_id, key) DO UPDATE SET bot = excluded.bot`,
    [
      column(rows.map(({ guildId }) => guildId)),
      column(rows.map(({ key }) => key)),
      column(rows.map(({ id }) => id)),
      column(rows.map(({ bot }) => bot)),
    ],
  );
}
