import { optOutHash } from "../opt-out-hash.ts";
import type {
  RedItem,
  RedPast,
  RedPastSettings,
  RedStaged,
  RedStagingReport,
  StoredRedItem,
} from "../red-past.ts";
import { UNSET_SETTINGS } from "../store.ts";
import { storable } from "../text.ts";
import { holdVersion } from "./changes.ts";
import { type Connection, column } from "./database.ts";
import { holdGuilds } from "./guild-row.ts";
import { readSettings, writeSettings } from "./guild-settings.ts";
import { addOptOut, readOptOuts } from "./opt-outs.ts";
import { holdRedItems } from "./red-status.ts";
import { writeRulesSince } from "./rules-since.ts";

/** Rows of one statement. */
const CHUNK_ROWS = 5_000;

interface StagedTotal extends RedItem {
  readonly place: string;
  readonly userId: string;
  readonly messages: number;
  readonly durationMs: number;
}

interface StagedHour extends Omit<StagedTotal, "place"> {
  readonly hour: number;
}

/** Takes in a file as one transaction. What is placed already stays as it is; what waits from before is replaced. */
export async function stageRed(
  connection: Connection,
  past: RedPast,
  nowMs: number,
): Promise<RedStagingReport> {
  const before = new Map((await holdRedItems(connection)).map((item) => [nameOf(item), item]));
  const channels = past.channels.map(({ channelId }): RedItem => ({ kind: "channel", id: channelId }));
  const activities = past.activities.map(({ guildId }): RedItem => ({ kind: "activities", id: guildId }));
  const waiting = [...channels, ...activities].filter((item) => !isPlaced(before, item));
  await beginItems(connection, waiting, past, nowMs);
  for (const table of ["red_hourly", "red_lifetime"]) {
    await connection.query(
      `DELETE FROM ${table} USING unnest($1::text[], $2::text[]) AS item (kind, id)
       WHERE ${table}.kind = item.kind AND ${table}.id = item.id`,
      [waiting.map(({ kind }) => kind), waiting.map(({ id }) => id)],
    );
  }
  const isWaiting = new Set(waiting.map(nameOf));
  const taken = (row: RedItem): boolean => isWaiting.has(nameOf(row));
  await addTotals(connection, totalsOf(past).filter(taken));
  await addHours(connection, hoursOf(past).filter(taken));
  const report = {
    channels: counted(before, channels),
    activities: counted(before, activities),
    guildsConfigured: await configure(connection, past, before, nowMs),
    optOuts: await optOut(connection, past.optOutHashes),
  };
  await dropOptedOut(connection, past);
  return report;
}

/**
 * Who opted out since the file was read had nothing staged yet that could be erased. Whoever does from here on waits for this
 * transaction, and is erased behind it.
 */
async function dropOptedOut(connection: Connection, past: RedPast): Promise<void> {
  await holdVersion(connection);
  const { key, hashes, ignored } = await readOptOuts(connection);
  const out = new Set([...hashes, ...ignored]);
  if (out.size === 0) return;
  const users = new Set([...totalsOf(past), ...hoursOf(past)].map(({ userId }) => userId));
  const gone = [...users].filter((userId) => out.has(optOutHash(key, userId)));
  if (gone.length === 0) return;
  for (const table of ["red_hourly", "red_lifetime"])
    await connection.query(`DELETE FROM ${table} WHERE user_id = ANY ($1::bigint[])`, [column(gone)]);
}

/** Forgets what has waited since before an instant. It may be imported again. */
export async function dropRed(connection: Connection, beforeMs: number): Promise<void> {
  for (const table of ["red_hourly", "red_lifetime"]) {
    await connection.query(
      `DELETE FROM ${table} USING red_import AS item WHERE ${table}.kind = item.kind AND ${table}.id = item.id
         AND placed_ms IS NULL AND staged_ms < $1`,
      [beforeMs],
    );
  }
  await connection.query("DELETE FROM red_import WHERE placed_ms IS NULL AND staged_ms < $1", [beforeMs]);
}

function nameOf({ kind, id }: RedItem): string {
  return `${kind} ${id}`;
}

function isPlaced(before: ReadonlyMap<string, StoredRedItem>, item: RedItem): boolean {
  return (before.get(nameOf(item))?.placedMs ?? null) !== null;
}

async function beginItems(
  connection: Connection,
  items: readonly RedItem[],
  { sinceMs, untilMs }: RedPast,
  nowMs: number,
): Promise<void> {
  await connection.query(
    `INSERT INTO red_import (kind, id, since_ms, until_ms, staged_ms)
     SELECT kind, id, $3::bigint, $4::bigint, $5::bigint FROM unnest($1::text[], $2::text[]) AS item (kind, id)
     ON CONFLICT (kind, id) DO UPDATE SET
       since_ms = excluded.since_ms, until_ms = excluded.until_ms, staged_ms = excluded.staged_ms`,
    [items.map(({ kind }) => kind), items.map(({ id }) => id), sinceMs, untilMs, nowMs],
  );
}

function totalsOf({ channels, activities }: RedPast): StagedTotal[] {
  return [
    ...channels.flatMap(({ channelId, lifetime }) =>
      lifetime.map((total) => ({ ...total, kind: "channel" as const, id: channelId, place: channelId })),
    ),
    ...activities.flatMap(({ guildId, totals }) =>
      totals.map(({ userId, placeId, durationMs }) => ({
        kind: "activities" as const,
        id: guildId,
        place: storable(placeId),
        userId,
        messages: 0,
        durationMs,
      })),
    ),
  ];
}

function hoursOf({ channels }: RedPast): StagedHour[] {
  return channels.flatMap(({ channelId, hours }) =>
    hours.map((hour) => ({ ...hour, kind: "channel" as const, id: channelId })),
  );
}

async function addTotals(connection: Connection, totals: readonly StagedTotal[]): Promise<void> {
  for (let at = 0; at < totals.length; at += CHUNK_ROWS) {
    const rows = totals.slice(at, at + CHUNK_ROWS);
    await connection.query(
      `INSERT INTO red_lifetime (kind, id, place, user_id, messages, duration_ms)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])`,
      [
        rows.map(({ kind }) => kind),
        rows.map(({ id }) => id),
        rows.map(({ place }) => place),
        column(rows.map(({ userId }) => userId)),
        column(rows.map(({ messages }) => messages)),
        column(rows.map(({ durationMs }) => durationMs)),
      ],
    );
  }
}

async function addHours(connection: Connection, hours: readonly StagedHour[]): Promise<void> {
  for (let at = 0; at < hours.length; at += CHUNK_ROWS) {
    const rows = hours.slice(at, at + CHUNK_ROWS);
    await connection.query(
      `INSERT INTO red_hourly (kind, id, user_id, hour, messages, duration_ms)
       SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::integer[], $5::bigint[], $6::bigint[])`,
      [
        rows.map(({ kind }) => kind),
        rows.map(({ id }) => id),
        column(rows.map(({ userId }) => userId)),
        column(rows.map(({ hour }) => hour)),
        column(rows.map(({ messages }) => messages)),
        column(rows.map(({ durationMs }) => durationMs)),
      ],
    );
  }
}

/** Settings fill what no admin has chosen yet. @returns of how many guilds they were taken over */
async function configure(
  connection: Connection,
  past: RedPast,
  before: ReadonlyMap<string, StoredRedItem>,
  nowMs: number,
): Promise<number> {
  const itemOf = ({ guildId }: RedPastSettings): RedItem => ({ kind: "settings", id: guildId });
  const fresh = past.settings.filter((settings) => !isPlaced(before, itemOf(settings)));
  const guildIds = fresh.map(({ guildId }) => guildId);
  if (fresh.length === 0) return 0;
  // Held before they are read: what an admin chooses meanwhile would be written over.
  await holdGuilds(connection, guildIds, null, null);
  const chosen = await readSettings(connection, guildIds);
  const filled = <T>(present: readonly T[], imported: readonly T[]) =>
    present.length > 0 ? present : imported;
  for (const { guildId, enabled, ignored } of fresh) {
    const present = chosen.get(guildId) ?? UNSET_SETTINGS;
    await writeSettings(connection, guildId, {
      ...present,
      enabled: present.enabled ?? enabled,
      ignored: {
        ...present.ignored,
        channels: filled(present.ignored.channels, ignored.channels),
        categories: filled(present.ignored.categories, ignored.categories),
        activities: filled(present.ignored.activities, ignored.activities),
      },
    });
  }
  await beginItems(connection, fresh.map(itemOf), past, nowMs);
  await connection.query(
    "UPDATE red_import SET placed_ms = $2 WHERE kind = 'settings' AND id = ANY ($1::text[])",
    [guildIds, nowMs],
  );
  // What was refused until now is not to be read back under the new rules.
  await writeRulesSince(connection, nowMs);
  return fresh.length;
}

/** @returns how many of them the cog had not handed over before */
async function optOut(connection: Connection, hashes: readonly string[]): Promise<number> {
  let added = 0;
  for (const hash of hashes) {
    const { changes } = await connection.query(
      "INSERT INTO red_opt_out VALUES ($1) ON CONFLICT (user_hash) DO NOTHING",
      [hash],
    );
    if (changes === 0) continue;
    await addOptOut(connection, hash, "owner");
    added++;
  }
  return added;
}

function counted(before: ReadonlyMap<string, StoredRedItem>, items: readonly RedItem[]): RedStaged {
  const alreadyPlaced = items.filter((item) => isPlaced(before, item)).length;
  const known = items.filter((item) => before.has(nameOf(item))).length;
  return { fresh: items.length - known, replaced: known - alreadyPlaced, alreadyPlaced };
}
