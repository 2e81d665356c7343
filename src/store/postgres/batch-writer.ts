import { GuildStatsError } from "../../errors.ts";
import { type Snowflake, snowflakeMs } from "../../snowflake.ts";
import { guildsIn, withoutGuilds } from "../batch-guilds.ts";
import type { Applied, Batch, GuildDelta, ImportedRange, PopulationRow } from "../store.ts";
import { keyAt, WRITER_KEPT_MS } from "../writing.ts";
import { closeActivities, openActivities } from "./activity-sessions.ts";
import { addToHours, addToTotals, type Cell } from "./cells.ts";
import { type Connection, column } from "./database.ts";
import { holdGuilds, holdKnownGuilds, inOrder } from "./guild-row.ts";
import type { Keys } from "./keys.ts";
import { notHeld } from "./leases.ts";
import { withoutGone } from "./left-out.ts";
import { memberKeys } from "./members.ts";
import { placeKeys, UNNAMED } from "./places.ts";
import { closeVoice, openVoice } from "./voice-sessions.ts";

/**
 * Adds a batch to the counters, as one transaction, of which everything is a few statements for all guilds at once.
 * @param origin as in `ChangeAuthor`
 */
export async function applyBatch(connection: Connection, batch: Batch, origin: string): Promise<Applied> {
  const isNew = await isNext(connection, batch);
  const lost = await notHeld(connection, batch);
  const refused = isNew ? await add(connection, withoutGuilds(batch, lost), origin) : new Set<Snowflake>();
  const all = [...lost, ...refused];
  return all.length > 0 ? { refused: all } : isNew ? "applied" : "duplicate";
}

/** @returns the guilds that were lost just now */
async function add(connection: Connection, given: Batch, origin: string): Promise<ReadonlySet<Snowflake>> {
  const wanted = await withoutGone(connection, given, origin);
  // Before anything is made: a guild that was erased or lost meanwhile does not come back for this.
  await holdKnownGuilds(connection, guildsIn(wanted));
  const refused = await notHeld(connection, wanted);
  // Asked again: an erasure of which the process knew that it had begun, and no more, may have held these guilds until now.
  const left = await withoutGone(connection, withoutGuilds(wanted, refused), origin);
  const { cutAtMs, imported, guilds, settledMs, sessions, activities } = left;
  const opened = sessions?.opened ?? [];
  const active = activities?.opened ?? [];
  // Where sessions only end, nothing was counted.
  const counted = new Set([guilds, opened, active].flatMap((part) => part.map(({ guildId }) => guildId)));
  if (imported) counted.add(imported.guildId);
  // An imported past moves the guild's beginning back, and is never taken for counting as it happens.
  const sinceMs = imported ? snowflakeMs(imported.fromId) : cutAtMs;
  await holdGuilds(connection, counted, sinceMs, imported ? null : cutAtMs);
  const places = await placeKeys(connection, [
    ...opened.map(({ guildId, channelId }) => ({ ...UNNAMED, guildId, id: channelId })),
    ...(imported ? [{ ...UNNAMED, ...imported, id: imported.channelId }] : []),
    ...guilds.flatMap((delta) => delta.places.map((place) => ({ ...place, guildId: delta.guildId }))),
  ]);
  const members = await memberKeys(connection, [
    ...[...opened, ...active].map(({ guildId, userId, bot }) => ({ guildId, id: userId, bot })),
    ...guilds.flatMap((delta) => delta.members.map((member) => ({ ...member, guildId: delta.guildId }))),
  ]);
  await openVoice(connection, opened, places, members);
  await closeVoice(connection, sessions?.closed ?? []);
  await openActivities(connection, active, members);
  await closeActivities(connection, activities?.closed ?? []);
  if (imported) await addRange(connection, imported, places);
  const cells = guilds.flatMap((delta) => cellsOf(delta, places, members));
  await addToHours(connection, cells);
  await addToTotals(connection, cells);
  await addPopulation(connection, guilds);
  await settle(connection, settledMs);
  return refused;
}

async function settle(connection: Connection, settledMs: Batch["settledMs"]): Promise<void> {
  if (settledMs.size === 0) return;
  await connection.query(
    `UPDATE guild SET settled_ms = given.settled FROM unnest($1::bigint[], $2::bigint[]) AS given (id, settled)
     WHERE guild_id = given.id`,
    [column(settledMs.keys()), column(settledMs.values())],
  );
}

/**
 * Makes a writer known, before its first batch and in a transaction of its own: an erasure waits for all whom it sees,
 * {@link batchesEnded}. Idempotent.
 */
export async function beginWriter(connection: Connection, { writer, cutAtMs }: Batch): Promise<void> {
  // Not of processes that live: one that merely stands by has nothing to write, and its numbers go on one day.
  await connection.query(
    `DELETE FROM writer WHERE last_ms < $1
       AND NOT EXISTS (SELECT 1 FROM process WHERE process.writer = writer.id AND heard_ms > 0)`,
    [cutAtMs - WRITER_KEPT_MS],
  );
  await connection.query("INSERT INTO writer VALUES ($1, 0, $2) ON CONFLICT (id) DO NOTHING", [
    writer,
    cutAtMs,
  ]);
}

/**
 * Takes the batch's number, and holds the writer's row: an attempt whose answer was lost may still be under way on
 * another connection, and is waited for here. A writer that was silent for so long that it was forgotten is known again from this
 * number on; nobody knows whether the batch itself was written before, so it is given up.
 */
async function isNext(connection: Connection, { writer, sequence, cutAtMs }: Batch): Promise<boolean> {
  const { changes } = await connection.query(
    "UPDATE writer SET sequence = $2::bigint, last_ms = $3 WHERE id = $1 AND sequence = $2::bigint - 1",
    [writer, sequence, cutAtMs],
  );
  if (changes === 1) return true;
  const { rows } = await connection.query<{ sequence: number }>("SELECT sequence FROM writer WHERE id = $1", [
    writer,
  ]);
  const [known] = rows;
  if (known === undefined) {
    await connection.query("INSERT INTO writer VALUES ($1, $2, $3)", [writer, sequence, cutAtMs]);
    return false;
  }
  const last = known.sequence;
  if (sequence <= last) return false;
  throw new GuildStatsError("STORE_FAILED", `batch ${sequence} came after batch ${last}: one is missing`, {
    details: { writer, sequence, last },
  });
}

function cellsOf({ guildId, places, members, rows }: GuildDelta, ofPlace: Keys, ofMember: Keys): Cell[] {
  const placeOf = places.map(({ id }) => ofPlace.of(guildId, id));
  const memberOf = members.map(({ id }) => ofMember.of(guildId, id));
  return Array.from(rows.hour, (hour, row) => ({
    guildId,
    hour,
    place: keyAt(placeOf, rows.place[row]),
    member: keyAt(memberOf, rows.member[row]),
    state: rows.state[row] ?? 0,
    messages: rows.messages[row] ?? 0,
    durationMs: rows.durationMs[row] ?? 0,
  }));
}

async function addRange(
  connection: Connection,
  { guildId, channelId, fromId, untilId }: ImportedRange,
  places: Keys,
): Promise<void> {
  await connection.query(
    `INSERT INTO imported (guild_id, place, until_message, from_message) VALUES ($1, $2, $3, $4)
     ON CONFLICT (guild_id, place, until_message)
     DO UPDATE SET from_message = least(imported.from_message, excluded.from_message)`,
    [guildId, places.of(guildId, channelId), untilId, fromId],
  );
}

async function addPopulation(connection: Connection, guilds: readonly GuildDelta[]): Promise<void> {
  // A guild may be in a batch in several pieces.
  const of = new Map<Snowflake, PopulationRow[]>();
  for (const { guildId, population } of guilds) of.set(guildId, [...(of.get(guildId) ?? []), ...population]);
  const rows = inOrder(of.keys()).flatMap((guildId) =>
    (of.get(guildId) ?? []).sort((a, b) => a.hour - b.hour).map((row) => ({ guildId, ...row })),
  );
  if (rows.length === 0) return;
  await connection.query(
    `INSERT INTO population (guild_id, hour, joins, leaves, members)
     SELECT * FROM unnest($1::bigint[], $2::integer[], $3::integer[], $4::integer[], $5::integer[])
     ON CONFLICT (guild_id, hour) DO UPDATE SET joins = population.joins + excluded.joins,
       leaves = population.leaves + excluded.leaves, members = excluded.members`,
    [
      column(rows.map(({ guildId }) => guildId)),
      column(rows.map(({ hour }) => hour)),
      column(rows.map(({ joins }) => joins)),
      column(rows.map(({ leaves }) => leaves)),
      column(rows.map(({ members }) => members)),
    ],
  );
}
