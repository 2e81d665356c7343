import type { Database, Statement } from "better-sqlite3";
import type { Clock } from "../../clock.ts";
import { GuildStatsError } from "../../errors.ts";
import { type Snowflake, snowflakeMs } from "../../snowflake.ts";
import type {
  ActivityChanges,
  Batch,
  GuildDelta,
  SessionChanges,
  StoredMember,
  StoredPlace,
} from "../store.ts";
import { storable } from "../text.ts";
import { keyAt, WRITER_KEPT_MS } from "../writing.ts";
import { ActivitySessionWriter } from "./activity-sessions.ts";
import { CellWriter } from "./cell-writer.ts";
import { KnownKeys } from "./known-keys.ts";
import { placeValue } from "./place-value.ts";
import { VoiceSessionWriter } from "./voice-sessions.ts";

/** Rows written between two turns of the event loop: some two milliseconds. */
const SLICE_ROWS = 400;

/** Ids whose keys are remembered: those of one flush of a bot in thousands of guilds; some 12 MB when full. */
const KEYS = 250_000;

/** What a voice channel is when nothing was counted there yet. */
const UNNAMED = { parentId: null, name: null, newestMessageId: null, firstMessageId: null } as const;

interface Key {
  readonly key: number;
}

/** Adds batches to the counters. One transaction a batch; a failed one leaves no trace, here or in the file. */
export class BatchWriter {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #keys = new KnownKeys(KEYS);
  readonly #sequence: Statement<[string], { sequence: number }>;
  readonly #setSequence: Statement<[string, number, number]>;
  readonly #dropWriters: Statement<[number]>;
  readonly #guild: Statement<[bigint, number, number | null], Key>;
  readonly #place: Statement<
    [number, bigint | string, bigint | null, string | null, bigint | null, bigint | null, number],
    Key
  >;
  readonly #member: Statement<[number, bigint, number, number], Key>;
  readonly #settled: Statement<[number, bigint]>;
  readonly #imported: Statement<[number, number, bigint, bigint]>;
  readonly #sessions: VoiceSessionWriter;
  readonly #activities: ActivitySessionWriter;
  readonly #population: Statement<[number, number, number, number, number]>;
  readonly #cells: CellWriter;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#sessions = new VoiceSessionWriter(database);
    this.#activities = new ActivitySessionWriter(database);
    this.#sequence = database.prepare("SELECT sequence FROM writer WHERE id = ?");
    this.#setSequence = database.prepare(
      "INSERT INTO writer VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, last_ms = excluded.last_ms",
    );
    this.#dropWriters = database.prepare("DELETE FROM writer WHERE last_ms < ?");
    this.#guild = database.prepare(
      `INSERT INTO guild (id, since_ms, live_since_ms) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET
         since_ms = min(coalesce(since_ms, excluded.since_ms), excluded.since_ms),
         live_since_ms = coalesce(live_since_ms, excluded.live_since_ms)
       RETURNING key`,
    );
    this.#place = database.prepare(
      `INSERT INTO place (guild, key, id, parent, name, newest_message, first_message)
       SELECT ?, coalesce(max(key), 0) + 1, ?, ?, ?, ?, ? FROM place WHERE guild = ?
       ON CONFLICT (guild, id) DO UPDATE SET name = coalesce(excluded.name, name),
         parent = coalesce(parent, excluded.parent),
         newest_message = max(coalesce(newest_message, excluded.newest_message),
           coalesce(excluded.newest_message, newest_message)),
         first_message = min(coalesce(first_message, excluded.first_message),
           coalesce(excluded.first_message, first_message))
       RETURNING key`,
    );
    this.#settled = database.prepare("UPDATE guild SET settled_ms = ? WHERE id = ?");
    this.#imported = database.prepare(
      `INSERT INTO imported VALUES (?, ?, ?, ?) ON CONFLICT (guild, place, until_message)
       DO UPDATE SET from_message = min(from_message, excluded.from_message)`,
    );
    this.#member = database.prepare(
      `INSERT INTO member (guild, key, id, bot) SELECT ?, coalesce(max(key), 0) + 1, ?, ? FROM member WHERE guild = ?
       ON CONFLICT (id, guild) DO UPDATE SET bot = excluded.bot RETURNING key`,
    );
    this.#population = database.prepare(
      `INSERT INTO population VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         joins = joins + excluded.joins, leaves = leaves + excluded.leaves, members = excluded.members`,
    );
    this.#cells = new CellWriter(database);
  }

  /** Nothing else may use the connection meanwhile: a large batch is written in slices, in one transaction. */
  async apply(batch: Batch): Promise<"applied" | "duplicate"> {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const slices = this.#write(batch);
      let slice = slices.next();
      for (; !slice.done; slice = slices.next()) await this.#clock.turn();
      this.#database.exec("COMMIT");
      return slice.value;
    } catch (thrown) {
      // After some errors SQLite has ended the transaction itself.
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
      this.#cells.forget();
      // Keys that the rolled-back transaction gave out may be given to others.
      this.forgetKeys();
      throw thrown;
    }
  }

  /** Rows were deleted behind the shortcuts. */
  forgetKeys(): void {
    this.#keys.clear();
  }

  *#write(batch: Batch): Generator<void, "applied" | "duplicate"> {
    const last = this.#sequence.get(batch.writer)?.sequence ?? 0;
    if (batch.sequence <= last) return "duplicate";
    if (batch.sequence !== last + 1) {
      throw new GuildStatsError(
        "STORE_FAILED",
        `batch ${batch.sequence} came after batch ${last}: one is missing`,
        {
          details: { writer: batch.writer, sequence: batch.sequence, last },
        },
      );
    }
    if (batch.sessions) this.#setSessions(batch.sessions, batch);
    if (batch.activities) this.#setActivities(batch.activities, batch);
    const imported = batch.imported && this.#setImported(batch.imported);
    for (const delta of batch.guilds)
      yield* this.#add(delta, imported ?? this.#guildKey(delta.guildId, batch.cutAtMs));
    this.#cells.finish();
    for (const [guildId, settledMs] of batch.settledMs) this.#settled.run(settledMs, BigInt(guildId));
    this.#setSequence.run(batch.writer, batch.sequence, batch.cutAtMs);
    if (batch.sequence === 1) this.#dropWriters.run(batch.cutAtMs - WRITER_KEPT_MS);
    return "applied";
  }

  *#add({ guildId, places, members, rows, population }: GuildDelta, guild: number): Generator<void, void> {
    const placeKeys = places.map((place) => this.#placeKey(guild, guildId, place));
    const memberKeys: number[] = [];
    for (const member of members) {
      memberKeys.push(this.#memberKey(guild, guildId, member));
      if (memberKeys.length % SLICE_ROWS === 0) yield;
    }
    for (let row = 0; row < rows.hour.length; row++) {
      if (row > 0 && row % SLICE_ROWS === 0) yield;
      this.#cells.add({
        guild,
        hour: rows.hour[row] ?? 0,
        place: keyAt(placeKeys, rows.place[row]),
        member: keyAt(memberKeys, rows.member[row]),
        state: rows.state[row] ?? 0,
        messages: rows.messages[row] ?? 0,
        durationMs: rows.durationMs[row] ?? 0,
      });
    }
    for (const { hour, joins, leaves, members: count } of population)
      this.#population.run(guild, hour, joins, leaves, count);
  }

  #setSessions({ opened, closed }: SessionChanges, { cutAtMs }: Batch): void {
    for (const session of opened) {
      const { guildId, userId, bot, channelId } = session;
      const guild = this.#guildKey(guildId, cutAtMs);
      const member = this.#memberKey(guild, guildId, { id: userId, bot });
      const place = this.#placeKey(guild, guildId, { ...UNNAMED, id: channelId });
      this.#sessions.open(guild, member, place, session);
    }
    for (const { guildId, userId } of closed) this.#sessions.close(guildId, userId);
  }

  #setActivities({ opened, closed }: ActivityChanges, { cutAtMs }: Batch): void {
    for (const session of opened) {
      const { guildId, userId, bot } = session;
      const guild = this.#guildKey(guildId, cutAtMs);
      const member = this.#memberKey(guild, guildId, { id: userId, bot });
      this.#activities.open(guild, member, session);
    }
    for (const { guildId, userId, activityId } of closed) this.#activities.close(guildId, userId, activityId);
  }

  /** An imported past moves the guild's beginning back, and is never taken for counting as it happens. */
  #setImported(imported: NonNullable<Batch["imported"]>): number {
    const { guildId, channelId, parentId, fromId, untilId } = imported;
    // Past the keys that are remembered: that of a guild says that it is counted as it happens.
    const guild = this.#guild.get(BigInt(guildId), snowflakeMs(fromId), null)?.key ?? 0;
    const place = this.#placeKey(guild, guildId, { ...UNNAMED, id: channelId, parentId });
    this.#imported.run(guild, place, BigInt(untilId), BigInt(fromId));
    return guild;
  }

  #guildKey(guildId: Snowflake, cutAtMs: number): number {
    return this.#key(guildId, "", "", () => this.#guild.get(BigInt(guildId), cutAtMs, cutAtMs));
  }

  #memberKey(guild: number, guildId: Snowflake, { id, bot }: StoredMember): number {
    return this.#key(guildId, id, bot ? "bot" : "human", () =>
      this.#member.get(guild, BigInt(id), bot ? 1 : 0, guild),
    );
  }

  #placeKey(guild: number, guildId: Snowflake, place: StoredPlace): number {
    const { id, parentId, name, newestMessageId, firstMessageId } = place;
    const said = `${newestMessageId} ${firstMessageId} ${parentId} ${name}`;
    return this.#key(guildId, `#${id}`, said, () =>
      this.#place.get(
        guild,
        placeValue(id),
        bigOrNull(parentId),
        name === null ? null : storable(name),
        bigOrNull(newestMessageId),
        bigOrNull(firstMessageId),
        guild,
      ),
    );
  }

  /**
   * @param name tells the guild itself, its places and its members apart
   * @param said what the row says beside its key; another text than before writes it again
   */
  #key(guildId: Snowflake, name: string, said: string, make: () => Key | undefined): number {
    const known = this.#keys.get(guildId, name);
    if (known?.said === said) return known.key;
    const made = make();
    if (made === undefined) throw new GuildStatsError("STORE_FAILED", "the file gave no key to an id");
    this.#keys.set(guildId, name, { key: made.key, said });
    return made.key;
  }
}

function bigOrNull(id: Snowflake | null): bigint | null {
  return id === null ? null : BigInt(id);
}
