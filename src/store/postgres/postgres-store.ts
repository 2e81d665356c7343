import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { GuildStatsError } from "../../errors.ts";
import type { StoreMetrics } from "../../metrics.ts";
import type { PlaceId } from "../../place-id.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { StoreChanges } from "../changes.ts";
import { optOutHash } from "../opt-out-hash.ts";
import type {
  RedItem,
  RedPast,
  RedPlacing,
  RedPlacingReport,
  RedStaging,
  RedStagingReport,
} from "../red-past.ts";
import type { ScheduledPost } from "../scheduled-post.ts";
import type {
  Applied,
  Batch,
  CountedMessages,
  DaysRequest,
  ErasureWish,
  ExportCursor,
  ExportPage,
  ExportPart,
  GuildDays,
  GuildSettings,
  GuildSnapshot,
  GuildSums,
  LoadRequest,
  OpenActivity,
  OpenVoice,
  OptOutBy,
  OptOutList,
  Purge,
  Purgeable,
  RollUpRequest,
  RollUpSlice,
  Store,
  SumsRequest,
} from "../store.ts";
import type { UserGuildRecords, UserRedRecords } from "../user-records.ts";
import { readOpenActivities } from "./activity-sessions.ts";
import { applyBatch, beginWriter } from "./batch-writer.ts";
import {
  batchesEnded,
  CHANGES_KEPT_MS,
  type Change,
  forgetChanges,
  readChanges,
  readGuildRules,
  readVersion,
  recordChanges,
} from "./changes.ts";
import { readCountedMessages } from "./counted-messages.ts";
import type { Connection, Database } from "./database.ts";
import { eraseUser, TELLING_TABLES } from "./erasure.ts";
import { addWish, readWishes, removeWishes, type Wish, wishesFor } from "./erasure-wishes.ts";
import { readExportPage } from "./export-page.ts";
import { readDays } from "./guild-days.ts";
import { eraseGuild } from "./guild-erasure.ts";
import { readSettings, writeSettings } from "./guild-settings.ts";
import { readGuild, readMemberIds } from "./guild-snapshot.ts";
import { requireWhole } from "./half-copied.ts";
import { PostgresLeases } from "./leases.ts";
import { markLeft, readGuilds } from "./left-guilds.ts";
import type { Listener } from "./listener.ts";
import { mergePlaces } from "./merge-places.ts";
import { migrate } from "./migrate.ts";
import { addOptOut, optOutKey, readOptOuts, readOptOutsOf, removeOptOut } from "./opt-outs.ts";
import { withPartitions } from "./partitions.ts";
import { storeError } from "./postgres-error.ts";
import { addPost, readPosts, removePost, writePost } from "./posts.ts";
import { purge, purgeable } from "./purge.ts";
import { readSums } from "./range-sums.ts";
import { placeRed, stagedHours } from "./red-placing.ts";
import { dropRed, stageRed } from "./red-staging.ts";
import { readRedStaging, readRedUsers } from "./red-status.ts";
import { rollUp } from "./roll-up.ts";
import { readRulesSince, writeRulesSince } from "./rules-since.ts";
import { SchemaSize } from "./schema-size.ts";
import { Transactions } from "./transactions.ts";
import { guildsOfUser, readUserRecords, readUserRedRecords } from "./user-records.ts";
import { readOpenVoice } from "./voice-sessions.ts";

export interface PostgresStoreOptions {
  readonly schema: string;
  readonly partitioned: boolean;
  readonly vacuum: boolean;
  readonly pollIntervalMs: number;
  readonly clock: Clock;
}

interface Opened {
  readonly transactions: Transactions;
  /** Of whoever listens, to be stopped at the latest when the store is closed. */
  readonly listeners: Set<Listener>;
  readonly size: SchemaSize;
}

/**
 * A schema of a PostgreSQL database, for any number of processes. Each call is one transaction or a few; what belongs to
 * one guild is ordered by holding the guild's row, and what this process writes by one line, as it was asked for.
 */
export class PostgresStore implements Store {
  /** Not in line: a process whose writes take long lives all the same. */
  readonly leases = new PostgresLeases(
    (task) => this.#run(({ transactions }) => transactions.write(task)),
    () => this.#opened && this.#notify(this.#opened),
  );
  readonly changes: StoreChanges;
  /** As in `ChangeAuthor`. */
  readonly #origin = randomUUID();
  readonly #connect: () => Database;
  readonly #options: PostgresStoreOptions;
  #opened: Opened | null = null;
  #line: Promise<unknown> = Promise.resolve();
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> = Promise.resolve();

  /** @param connect makes the database's driver, each time that the store is opened */
  constructor(connect: () => Database, options: PostgresStoreOptions) {
    this.#connect = connect;
    this.#options = options;
    this.changes = {
      pollIntervalMs: options.pollIntervalMs,
      version: () => this.#read(readVersion),
      since: (version) => this.#read((connection) => readChanges(connection, version, this.#origin)),
      settingsOf: (guildIds) => this.#readInLine((connection) => readSettings(connection, guildIds)),
      postsOf: (guildIds) => this.#readInLine((connection) => readPosts(connection, guildIds)),
      optOutsOf: (hashes) => this.#readInLine((connection) => readOptOutsOf(connection, hashes)),
      rulesOf: (guildId, sinceMs) =>
        this.#readInLine((connection) => readGuildRules(connection, guildId, sinceMs)),
      listen: (wake) => this.#listen(wake),
    };
  }

  async open(): Promise<void> {
    await this.#closing;
    if (this.#opened) return;
    const { schema, clock } = this.#options;
    const transactions = new Transactions(this.#connect(), schema);
    try {
      await migrate(transactions, this.#options);
      await transactions.snapshot((connection) => requireWhole(connection, schema));
      const size = await SchemaSize.of(transactions, clock);
      this.#opened = { transactions, size, listeners: new Set() };
    } catch (thrown) {
      await transactions.close();
      throw storeError(thrown, schema);
    }
  }

  apply(batch: Batch): Promise<Applied> {
    return this.#inLine(async ({ transactions }) => {
      if (batch.sequence === 1) await transactions.write((connection) => beginWriter(connection, batch));
      return await withPartitions(
        transactions,
        () => batch.guilds.flatMap(({ rows }) => [...rows.hour]),
        (connection) => applyBatch(connection, batch, this.#origin),
      );
    });
  }

  load(guildId: Snowflake, request: LoadRequest): Promise<GuildSnapshot> {
    return this.#read((connection) => readGuild(connection, guildId, request));
  }

  sums(guildId: Snowflake, request: SumsRequest): Promise<GuildSums> {
    return this.#read((connection) => readSums(connection, guildId, request));
  }

  days(guildId: Snowflake, request: DaysRequest): Promise<GuildDays> {
    const { clock } = this.#options;
    return this.#run(({ transactions }) => readDays(transactions, clock, guildId, request));
  }

  countedMessages(guildId: Snowflake): Promise<CountedMessages> {
    return this.#readInLine((connection) => readCountedMessages(connection, guildId));
  }

  rulesSinceMs(): Promise<number> {
    return this.#readInLine(readRulesSince);
  }

  setRulesSinceMs(sinceMs: number): Promise<void> {
    return this.#write((connection) => writeRulesSince(connection, sinceMs));
  }

  openVoice(): Promise<readonly OpenVoice[]> {
    return this.#readInLine((connection) => readOpenVoice(connection));
  }

  openActivities(): Promise<readonly OpenActivity[]> {
    return this.#readInLine((connection) => readOpenActivities(connection));
  }

  settings(): Promise<ReadonlyMap<Snowflake, GuildSettings>> {
    return this.#readInLine((connection) => readSettings(connection));
  }

  saveSettings(guildId: Snowflake, settings: GuildSettings, before?: GuildSettings): Promise<void> {
    return this.#change([{ kind: "settings", guildId }], (connection) =>
      writeSettings(connection, guildId, settings, before),
    );
  }

  posts(): Promise<readonly ScheduledPost[]> {
    return this.#readInLine((connection) => readPosts(connection));
  }

  addPost(post: ScheduledPost): Promise<boolean> {
    return this.#change([{ kind: "posts", guildId: post.guildId }], (connection) =>
      addPost(connection, post),
    );
  }

  savePost(post: ScheduledPost): Promise<void> {
    return this.#change([{ kind: "posts", guildId: post.guildId }], (connection) =>
      writePost(connection, post),
    );
  }

  removePost(guildId: Snowflake, id: number): Promise<void> {
    return this.#change([{ kind: "posts", guildId }], (connection) => removePost(connection, guildId, id));
  }

  forget(userId: Snowflake, guildId: Snowflake | null = null): Promise<{ readonly rows: number }> {
    return this.#inLine(async (opened) => {
      const { transactions } = opened;
      const hash = optOutHash(await transactions.write(optOutKey), userId);
      let wishes: readonly Wish[] = [];
      const rows = await this.#eraseEverywhere(
        opened,
        { kind: "erasure", hash, guildId },
        async (connection) => {
          await addWish(connection, hash, guildId);
          wishes = await wishesFor(connection, hash, guildId);
        },
        (connection) => eraseUser(connection, userId, guildId),
      );
      await transactions.write((connection) => removeWishes(connection, wishes));
      return { rows };
    });
  }

  unfinishedErasures(): Promise<readonly ErasureWish[]> {
    return this.#inLine(async (opened) => {
      const { transactions } = opened;
      const key = await transactions.write(optOutKey);
      const find = () =>
        transactions.snapshot((connection) => readWishes(connection, key, this.#options.clock));
      const { wishes, spent: unknown } = await find();
      if (unknown.length === 0) return wishes;
      // What other processes have counted of them, and not written, must not come when nobody wishes any more.
      await this.#erasuresBegun(
        opened,
        unknown.map(({ hash, guildId }) => ({ kind: "erasure", hash, guildId })),
      );
      const told = new Set(unknown.map(({ hash, guildId }) => `${hash} ${guildId}`));
      const now = await find();
      const spent = now.spent.filter(({ hash, guildId }) => told.has(`${hash} ${guildId}`));
      // Their rows are gone. What is left of them in the tables goes now, or the wishes stay.
      await this.#vacuum(opened);
      await transactions.write((connection) => removeWishes(connection, spent));
      return now.wishes;
    });
  }

  async *userRecords(userId: Snowflake): AsyncGenerator<UserGuildRecords, void, void> {
    for (const guildId of await this.#read((connection) => guildsOfUser(connection, userId)))
      yield await this.#read((connection) => readUserRecords(connection, guildId, userId));
  }

  userRedRecords(userId: Snowflake): Promise<readonly UserRedRecords[]> {
    return this.#read((connection) => readUserRedRecords(connection, userId));
  }

  guilds(): Promise<ReadonlyMap<Snowflake, number | null>> {
    return this.#readInLine(readGuilds);
  }

  markLeft(guildIds: readonly Snowflake[], leftMs: number | null): Promise<void> {
    return this.#write((connection) => markLeft(connection, guildIds, leftMs));
  }

  eraseGuild(guildId: Snowflake): Promise<{ readonly rows: number }> {
    return this.#inLine(async (opened) => ({
      rows: await this.#eraseEverywhere(
        opened,
        { kind: "guild_erased", guildId },
        async () => undefined,
        (connection) => eraseGuild(connection, guildId),
      ),
    }));
  }

  async mergePlaces(guildId: Snowflake, from: PlaceId, into: PlaceId): Promise<{ readonly rows: number }> {
    const rows = await this.#change([{ kind: "counts", guildId }], (connection) =>
      mergePlaces(connection, guildId, from, into),
    );
    return { rows };
  }

  async purge(guildId: Snowflake, what: Purge): Promise<{ readonly rows: number }> {
    const rows = await this.#change([{ kind: "counts", guildId }], (connection) =>
      purge(connection, guildId, what),
    );
    return { rows };
  }

  purgeable(guildId: Snowflake, what: Purge): Promise<Purgeable> {
    return this.#read((connection) => purgeable(connection, guildId, what));
  }

  memberIds(guildId: Snowflake): Promise<readonly Snowflake[]> {
    return this.#read((connection) => readMemberIds(connection, guildId));
  }

  rollUp(request: RollUpRequest): Promise<RollUpSlice> {
    return this.#run(async ({ transactions }) => {
      const slice = await rollUp(transactions, request, (task) => this.#inLine(task));
      const beforeMs = this.#options.clock.nowMs() - CHANGES_KEPT_MS;
      if (slice.next === null)
        await this.#inLine(() => transactions.write((connection) => forgetChanges(connection, beforeMs)));
      return slice;
    });
  }

  optOuts(): Promise<OptOutList> {
    return this.#write(readOptOuts);
  }

  addOptOut(hash: string, by: OptOutBy): Promise<void> {
    return this.#change([{ kind: "opt_out", hash }], (connection) => addOptOut(connection, hash, by));
  }

  removeOptOut(hash: string, by: OptOutBy): Promise<void> {
    return this.#change([{ kind: "opt_out", hash }], (connection) => removeOptOut(connection, hash, by));
  }

  stageRed(past: RedPast, nowMs: number): Promise<RedStagingReport> {
    const changes: Change[] = [
      ...past.settings.map(({ guildId }) => ({ kind: "settings", guildId }) as const),
      ...past.optOutHashes.map((hash) => ({ kind: "opt_out", hash }) as const),
    ];
    return this.#change(changes, (connection) => stageRed(connection, past, nowMs));
  }

  redStaging(): Promise<RedStaging> {
    return this.#readInLine(readRedStaging);
  }

  redUsers(item: RedItem): Promise<readonly Snowflake[]> {
    return this.#readInLine((connection) => readRedUsers(connection, item));
  }

  placeRed(placing: RedPlacing): Promise<RedPlacingReport> {
    const changes: Change[] = [{ kind: "counts", guildId: placing.guildId }];
    return this.#inLine(async (opened) => {
      const { transactions } = opened;
      const report = await withPartitions(
        transactions,
        () => transactions.snapshot((connection) => stagedHours(connection, placing)),
        (connection) => this.#recorded(connection, changes, () => placeRed(connection, placing)),
      );
      this.#notify(opened);
      return report;
    });
  }

  dropRed(beforeMs: number): Promise<void> {
    return this.#write((connection) => dropRed(connection, beforeMs));
  }

  exportPage(
    guildId: Snowflake,
    part: ExportPart,
    after: ExportCursor | null,
    limit: number,
  ): Promise<ExportPage> {
    return this.#read((connection) => readExportPage(connection, guildId, part, after, limit));
  }

  metrics(): StoreMetrics | null {
    return this.#opened?.size.metrics() ?? null;
  }

  close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    if (opened) this.#closing = this.#close(opened);
    return this.#closing;
  }

  async #close({ transactions, size, listeners }: Opened): Promise<void> {
    await Promise.all(Array.from(listeners, (listener) => listener.stop()));
    await size.settled();
    await Promise.allSettled(this.#running);
    await transactions.close();
  }

  async #vacuum({ transactions }: Opened): Promise<void> {
    if (this.#options.vacuum) await transactions.vacuum(TELLING_TABLES);
  }

  #listen(wake: () => void): () => Promise<void> {
    const opened = this.#opened;
    if (opened === null) return async () => undefined;
    const listener = opened.transactions.listen(this.#options.clock, wake);
    opened.listeners.add(listener);
    return async () => {
      opened.listeners.delete(listener);
      await listener.stop();
    };
  }

  /**
   * An erasure is told before, so that no batch of another process brings back what it counted until then, and once more
   * behind it, so that no window is read in between and kept.
   */
  async #eraseEverywhere(
    opened: Opened,
    change: Change,
    begin: (connection: Connection) => Promise<void>,
    erase: (connection: Connection) => Promise<number>,
  ): Promise<number> {
    const { transactions } = opened;
    await this.#erasuresBegun(opened, [change], begin);
    const rows = await transactions.write((connection) =>
      this.#recorded(connection, [change], () => erase(connection)),
    );
    this.#notify(opened);
    await this.#vacuum(opened);
    return rows;
  }

  /** Whatever was counted before is left out of all batches, or was in one that has ended. */
  async #erasuresBegun(
    { transactions }: Opened,
    changes: readonly Change[],
    begin: (connection: Connection) => Promise<void> = async () => undefined,
  ): Promise<void> {
    await transactions.write((connection) => this.#recorded(connection, changes, () => begin(connection)));
    await transactions.write(batchesEnded);
  }

  /** Writes what others have to know of. */
  #change<T>(changes: readonly Change[], task: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#inLine(async (opened) => {
      const result = await opened.transactions.write((connection) =>
        this.#recorded(connection, changes, () => task(connection)),
      );
      this.#notify(opened);
      return result;
    });
  }

  async #recorded<T>(connection: Connection, changes: readonly Change[], task: () => Promise<T>): Promise<T> {
    const result = await task();
    await recordChanges(connection, changes, { origin: this.#origin, atMs: this.#options.clock.nowMs() });
    return result;
  }

  /** Not waited for: the change is made. */
  #notify({ transactions }: Opened): void {
    const notifying = transactions.notify().finally(() => this.#running.delete(notifying));
    this.#running.add(notifying);
  }

  #read<T>(task: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#run(({ transactions }) => transactions.snapshot(task));
  }

  /** Reads what the calls before it have written. */
  #readInLine<T>(task: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#inLine(({ transactions }) => transactions.snapshot(task));
  }

  #write<T>(task: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#inLine(({ transactions }) => transactions.write(task));
  }

  #inLine<T>(task: (opened: Opened) => Promise<T>): Promise<T> {
    return this.#run((opened) => {
      const next = this.#line.then(() => task(opened));
      this.#line = next.catch(() => undefined);
      return next;
    });
  }

  async #run<T>(task: (opened: Opened) => Promise<T>): Promise<T> {
    const { schema } = this.#options;
    if (this.#opened === null) {
      throw new GuildStatsError("STORE_CLOSED", `PostgreSQL, schema ${schema}: the store is not open`, {
        details: { schema },
      });
    }
    const running = task(this.#opened);
    this.#running.add(running);
    try {
      return await running;
    } catch (thrown) {
      throw storeError(thrown, schema);
    } finally {
      this.#running.delete(running);
    }
  }
}
