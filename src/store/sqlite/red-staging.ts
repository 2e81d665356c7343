import type { Database, Statement } from "better-sqlite3";
import { GuildStatsError } from "../../errors.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { RedItem, RedPast, RedPastSettings, RedStaged, RedStagingReport } from "../red-past.ts";
import { UNSET_SETTINGS } from "../store.ts";
import { readSettings, writeSettings } from "./guild-settings.ts";
import { addOptOut } from "./opt-outs.ts";
import { placeValue } from "./place-value.ts";
import { SWEEP_RED_USERS } from "./red-users.ts";
import { writeRulesSince } from "./rules-since.ts";

interface StagedRow {
  readonly place: string;
  readonly userId: Snowflake;
  readonly messages: number;
  readonly durationMs: number;
}

type Outcome = keyof RedStaged;

/** Takes in a file as one transaction. What is placed already stays as it is; what waits from before is replaced. */
export function stageRed(database: Database, past: RedPast, nowMs: number): RedStagingReport {
  return database
    .transaction(() => {
      const staging = new Staging(database, past, nowMs);
      const channels = past.channels.map(({ channelId, lifetime, hours }) =>
        staging.stage(
          { kind: "channel", id: channelId },
          lifetime.map((total) => ({ ...total, place: channelId })),
          hours,
        ),
      );
      const activities = past.activities.map(({ guildId, totals }) =>
        staging.stage(
          { kind: "activities", id: guildId },
          totals.map((total) => ({ ...total, place: total.placeId, messages: 0 })),
          [],
        ),
      );
      for (const sql of SWEEP_RED_USERS) database.exec(sql);
      return {
        channels: counted(channels),
        activities: counted(activities),
        guildsConfigured: staging.configure(past.settings),
        optOuts: optOut(database, past.optOutHashes),
      };
    })
    .immediate();
}

/** Forgets what has waited since before an instant. It may be imported again. */
export function dropRed(database: Database, beforeMs: number): void {
  const old = "SELECT key FROM red_import WHERE placed_ms IS NULL AND staged_ms < ?";
  database
    .transaction(() => {
      for (const table of ["red_hourly", "red_lifetime"]) {
        database.prepare<[number]>(`DELETE FROM ${table} WHERE import IN (${old})`).run(beforeMs);
      }
      database
        .prepare<[number]>("DELETE FROM red_import WHERE placed_ms IS NULL AND staged_ms < ?")
        .run(beforeMs);
      for (const sql of SWEEP_RED_USERS) database.exec(sql);
    })
    .immediate();
}

class Staging {
  readonly #database: Database;
  readonly #past: RedPast;
  readonly #nowMs: number;
  readonly #users = new Map<Snowflake, number>();
  readonly #addUser: Statement<[bigint], { key: number }>;

  constructor(database: Database, past: RedPast, nowMs: number) {
    this.#database = database;
    this.#past = past;
    this.#nowMs = nowMs;
    this.#addUser = database.prepare(
      "INSERT INTO red_member (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET id = id RETURNING key",
    );
  }

  stage(
    item: RedItem,
    lifetime: readonly StagedRow[],
    hours: readonly (Omit<StagedRow, "place"> & { readonly hour: number })[],
  ): Outcome {
    const before = this.#begin(item);
    if (before.placed) return "alreadyPlaced";
    for (const table of ["red_hourly", "red_lifetime"]) {
      this.#database.prepare<[number]>(`DELETE FROM ${table} WHERE import = ?`).run(before.key);
    }
    const addTotal = this.#database.prepare<[number, bigint | string, number, number, number]>(
      "INSERT INTO red_lifetime VALUES (?, ?, ?, ?, ?)",
    );
    for (const { place, userId, messages, durationMs } of lifetime) {
      addTotal.run(before.key, placeValue(place), this.#userKey(userId), messages, durationMs);
    }
    const addHour = this.#database.prepare<[number, number, number, number, number]>(
      "INSERT INTO red_hourly VALUES (?, ?, ?, ?, ?)",
    );
    for (const { hour, userId, messages, durationMs } of hours) {
      addHour.run(before.key, this.#userKey(userId), hour, messages, durationMs);
    }
    return before.known ? "replaced" : "fresh";
  }

  /** Settings fill what no admin has chosen yet. @returns of how many guilds they were taken over */
  configure(all: readonly RedPastSettings[]): number {
    const chosen = readSettings(this.#database);
    let configured = 0;
    for (const { guildId, enabled, ignored } of all) {
      const { key, placed } = this.#begin({ kind: "settings", id: guildId });
      if (placed) continue;
      const before = chosen.get(guildId) ?? UNSET_SETTINGS;
      const filled = <T>(present: readonly T[], imported: readonly T[]) =>
        present.length > 0 ? present : imported;
      writeSettings(this.#database, guildId, {
        ...before,
        enabled: before.enabled ?? enabled,
        ignored: {
          ...before.ignored,
          channels: filled(before.ignored.channels, ignored.channels),
          categories: filled(before.ignored.categories, ignored.categories),
          activities: filled(before.ignored.activities, ignored.activities),
        },
      });
      this.#database
        .prepare<[number, number]>("UPDATE red_import SET placed_ms = ? WHERE key = ?")
        .run(this.#nowMs, key);
      configured++;
    }
    // What was refused until now is not to be read back under the new rules.
    if (configured > 0) writeRulesSince(this.#database, this.#nowMs);
    return configured;
  }

  #begin({ kind, id }: RedItem): { key: number; known: boolean; placed: boolean } {
    const before = this.#database
      .prepare<[string, bigint], { key: number; placed: number | null }>(
        "SELECT key, placed_ms AS placed FROM red_import WHERE kind = ? AND id = ?",
      )
      .get(kind, BigInt(id));
    if (before !== undefined && before.placed !== null) {
      return { key: before.key, known: true, placed: true };
    }
    const row = this.#database
      .prepare<[string, bigint, number, number, number], { key: number }>(
        `INSERT INTO red_import VALUES (NULL, ?, ?, ?, ?, ?, NULL, 0, 0) ON CONFLICT (kind, id) DO UPDATE SET
           since_ms = excluded.since_ms, until_ms = excluded.until_ms, staged_ms = excluded.staged_ms
         RETURNING key`,
      )
      .get(kind, BigInt(id), this.#past.sinceMs, this.#past.untilMs, this.#nowMs);
    if (row === undefined) throw new GuildStatsError("STORE_FAILED", "the file gave no key to an import");
    return { key: row.key, known: before !== undefined, placed: false };
  }

  #userKey(userId: Snowflake): number {
    const known = this.#users.get(userId);
    if (known !== undefined) return known;
    const row = this.#addUser.get(BigInt(userId));
    if (row === undefined) throw new GuildStatsError("STORE_FAILED", "the file gave no key to a user");
    this.#users.set(userId, row.key);
    return row.key;
  }
}

/** @returns how many of them the cog had not handed over before */
function optOut(database: Database, hashes: readonly string[]): number {
  const remember = database.prepare<[string]>("INSERT INTO red_opt_out VALUES (?) ON CONFLICT DO NOTHING");
  let added = 0;
  for (const hash of hashes) {
    if (remember.run(hash).changes === 0) continue;
    addOptOut(database, hash, "owner");
    added++;
  }
  return added;
}

function counted(outcomes: readonly Outcome[]): RedStaged {
  const count = (which: Outcome) => outcomes.filter((outcome) => outcome === which).length;
  return { fresh: count("fresh"), replaced: count("replaced"), alreadyPlaced: count("alreadyPlaced") };
}
