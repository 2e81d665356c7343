import type { Database } from "better-sqlite3";
import { type Clock, systemClock } from "../../clock.ts";
import { GuildStatsError } from "../../errors.ts";
import type { StoreMetrics } from "../../metrics.ts";
import type { PlaceId } from "../../place-id.ts";
import type { Snowflake } from "../../snowflake.ts";
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
import { BatchWriter } from "./batch-writer.ts";
import { CountedMessagesReader } from "./counted-messages.ts";
import { databaseMetrics } from "./database-metrics.ts";
import { eraseUser } from "./erasure.ts";
import { addWish, readWishes, removeWish, removeWishes } from "./erasure-wishes.ts";
import { readExportPage } from "./export-page.ts";
import { readDays } from "./guild-days.ts";
import { eraseGuild } from "./guild-erasure.ts";
import { readGuild, readMemberIds } from "./guild-reader.ts";
import { readSettings, writeSettings } from "./guild-settings.ts";
import { requireWhole } from "./half-copied.ts";
import { markLeft, readGuilds } from "./left-guilds.ts";
import { mergePlaces } from "./merge-places.ts";
import { openWriter, requireFolder } from "./open-database.ts";
import { addOptOut, optOutKey, readOptOuts, removeOptOut } from "./opt-outs.ts";
import { addPost, readPosts, removePost, writePost } from "./posts.ts";
import { holdProcessLock } from "./process-lock.ts";
import { purge, purgeable } from "./purge.ts";
import { readSums } from "./range-sums.ts";
import { placeRed } from "./red-placing.ts";
import { dropRed, stageRed } from "./red-staging.ts";
import { readRedStaging, readRedUsers } from "./red-status.ts";
import { rollUp } from "./roll-up.ts";
import { readRulesSince, writeRulesSince } from "./rules-since.ts";
import { SideThread } from "./side-thread.ts";
import { storeError } from "./sqlite-error.ts";
import { guildsOfUser, readUserRecords, readUserRedRecords } from "./user-records.ts";
import { readOpenVoice } from "./voice-sessions.ts";
import { BATCHES_PER_CHECKPOINT, checkpoint, runAndCheckpoint, runAndEmptyLog } from "./write-ahead-log.ts";

interface Opened {
  readonly lock: Database;
  readonly database: Database;
  readonly writer: BatchWriter;
  readonly counted: CountedMessagesReader;
  readonly side: SideThread;
}

/** What {@link sqlite} may be told; all of it may be left out. */
export interface SqliteOptions {
  /** For the turns of the event loop between slices of a read. Default: the host's clock. */
  readonly clock?: Clock;
  /**
   * Most bytes that the file may grow to, at least 65,536; the write-ahead log comes on top, some 10 MB. Beyond
   * it writes fail with `STORE_FULL`, and counts wait in memory. Default: what the disk holds.
   */
  readonly maxBytes?: number;
}

/**
 * One SQLite file in WAL mode, for one process. Two connections: batches are written on the event loop (a
 * millisecond each), and what waits for the disk or reads much runs on a side thread. Writers take turns in one line, so
 * that none ever waits for another inside SQLite, where waiting would stop the event loop.
 */
export class SqliteStore implements Store {
  /** The file is locked: nobody else counts. */
  readonly leases = null;
  /** The file is held against other processes. */
  readonly changes = null;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #maxBytes: number | null;
  #opened: Opened | null = null;
  #closing: Promise<void> = Promise.resolve();
  #line: Promise<unknown> = Promise.resolve();
  #batches = 0;
  /** A checkpoint that failed, until the next batch tells of it: unheard, the log would grow without a word. */
  #checkpointError: unknown = null;

  /** @throws `OPTION_INVALID` */
  constructor(path: string, { clock = systemClock, maxBytes }: SqliteOptions = {}) {
    if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes >= 65_536)) {
      throw new GuildStatsError("OPTION_INVALID", `maxBytes must be at least 65536 bytes, got ${maxBytes}`, {
        details: { option: "maxBytes", received: maxBytes },
      });
    }
    this.#path = path;
    this.#clock = clock;
    this.#maxBytes = maxBytes ?? null;
  }

  async open(): Promise<void> {
    await this.#closing;
    if (this.#opened) return;
    const closeable: Database[] = [];
    const opened = (connection: Database): Database => {
      closeable.unshift(connection);
      return connection;
    };
    try {
      requireFolder(this.#path);
      const lock = opened(holdProcessLock(this.#path));
      const database = opened(openWriter(this.#path, this.#maxBytes));
      requireWhole(database, this.#path);
      const writer = new BatchWriter(database, this.#clock);
      const counted = new CountedMessagesReader(database);
      this.#opened = { lock, database, writer, counted, side: new SideThread(this.#path) };
    } catch (thrown) {
      for (const connection of closeable) connection.close();
      throw storeError(thrown, this.#path);
    }
  }

  async apply(batch: Batch): Promise<"applied" | "duplicate"> {
    const result = await this.#write(({ writer }) => writer.apply(batch));
    // Not waited for: the answer is about the batch, and a later checkpoint moves what this one could not.
    if (++this.#batches % BATCHES_PER_CHECKPOINT === 0) {
      this.#checkpoint().then(
        () => {
          this.#checkpointError = null;
        },
        (thrown) => {
          this.#checkpointError = thrown;
        },
      );
    }
    // The batch is written, and sent again it is a duplicate: so nothing is lost by saying that the disk fails.
    const failed = this.#checkpointError;
    this.#checkpointError = null;
    if (failed !== null) throw storeError(failed, this.#path);
    return result;
  }

  load(guildId: Snowflake, request: LoadRequest): Promise<GuildSnapshot> {
    return this.#run(({ side }) => readGuild(side, this.#clock, guildId, request));
  }

  sums(guildId: Snowflake, request: SumsRequest): Promise<GuildSums> {
    return this.#run(({ side }) => readSums(side, this.#clock, guildId, request));
  }

  days(guildId: Snowflake, request: DaysRequest): Promise<GuildDays> {
    return this.#run(({ side }) => readDays(side, this.#clock, guildId, request));
  }

  countedMessages(guildId: Snowflake): Promise<CountedMessages> {
    return this.#write(({ counted }) => counted.read(guildId));
  }

  rulesSinceMs(): Promise<number> {
    return this.#write(({ database }) => readRulesSince(database));
  }

  setRulesSinceMs(sinceMs: number): Promise<void> {
    return this.#write(({ database }) => writeRulesSince(database, sinceMs));
  }

  openVoice(): Promise<readonly OpenVoice[]> {
    return this.#write(({ database }) => readOpenVoice(database));
  }

  openActivities(): Promise<readonly OpenActivity[]> {
    return this.#write(({ database }) => readOpenActivities(database));
  }

  settings(): Promise<ReadonlyMap<Snowflake, GuildSettings>> {
    return this.#write(({ database }) => readSettings(database));
  }

  saveSettings(guildId: Snowflake, settings: GuildSettings): Promise<void> {
    return this.#write(({ database }) => writeSettings(database, guildId, settings));
  }

  posts(): Promise<readonly ScheduledPost[]> {
    return this.#write(({ database }) => readPosts(database));
  }

  addPost(post: ScheduledPost): Promise<boolean> {
    return this.#write(({ database }) => addPost(database, post));
  }

  savePost(post: ScheduledPost): Promise<void> {
    return this.#write(({ database }) => writePost(database, post));
  }

  removePost(guildId: Snowflake, id: number): Promise<void> {
    return this.#write(({ database }) => removePost(database, guildId, id));
  }

  forget(userId: Snowflake, guildId: Snowflake | null = null): Promise<{ readonly rows: number }> {
    return this.#write(async ({ database, writer, side }) => {
      const hash = optOutHash(optOutKey(database), userId);
      addWish(database, hash, guildId);
      writer.forgetKeys();
      const rows = await eraseUser(database, side, userId, guildId);
      removeWish(database, hash, guildId);
      return { rows };
    });
  }

  unfinishedErasures(): Promise<readonly ErasureWish[]> {
    return this.#write(async ({ database, side }) => {
      const { wishes, spent } = await readWishes(database, optOutKey(database), this.#clock);
      if (spent.length === 0) return wishes;
      // Their rows are gone. What the log kept of them goes now, or the wishes stay.
      await runAndEmptyLog(side, []);
      removeWishes(database, spent);
      return wishes;
    });
  }

  async *userRecords(userId: Snowflake): AsyncGenerator<UserGuildRecords, void, void> {
    for (const key of await this.#run(({ side }) => guildsOfUser(side, userId)))
      yield await this.#run(({ side }) => readUserRecords(side, this.#clock, key));
  }

  userRedRecords(userId: Snowflake): Promise<readonly UserRedRecords[]> {
    return this.#run(({ side }) => readUserRedRecords(side, userId));
  }

  guilds(): Promise<ReadonlyMap<Snowflake, number | null>> {
    return this.#write(({ database }) => readGuilds(database));
  }

  markLeft(guildIds: readonly Snowflake[], leftMs: number | null): Promise<void> {
    return this.#write(({ database }) => markLeft(database, guildIds, leftMs));
  }

  eraseGuild(guildId: Snowflake): Promise<{ readonly rows: number }> {
    return this.#write(async ({ database, writer, side }) => {
      writer.forgetKeys();
      return { rows: await eraseGuild(database, side, guildId) };
    });
  }

  mergePlaces(guildId: Snowflake, from: PlaceId, into: PlaceId): Promise<{ readonly rows: number }> {
    return this.#write(async ({ database, writer, side }) => {
      const rows = await mergePlaces(database, side, guildId, from, into);
      writer.forgetKeys();
      return { rows };
    });
  }

  purge(guildId: Snowflake, what: Purge): Promise<{ readonly rows: number }> {
    return this.#write(async ({ database, writer, side }) => {
      const rows = await purge(database, side, guildId, what);
      writer.forgetKeys();
      return { rows };
    });
  }

  purgeable(guildId: Snowflake, what: Purge): Promise<Purgeable> {
    return this.#run(({ database, side }) => purgeable(database, side, guildId, what));
  }

  memberIds(guildId: Snowflake): Promise<readonly Snowflake[]> {
    return this.#run(({ side }) => readMemberIds(side, this.#clock, guildId));
  }

  rollUp(request: RollUpRequest): Promise<RollUpSlice> {
    return this.#run(({ side }) =>
      rollUp(side, request, (statements) => this.#write(() => runAndCheckpoint(side, statements))),
    );
  }

  optOuts(): Promise<OptOutList> {
    return this.#write(({ database }) => readOptOuts(database));
  }

  addOptOut(hash: string, by: OptOutBy): Promise<void> {
    return this.#write(({ database }) => addOptOut(database, hash, by));
  }

  removeOptOut(hash: string, by: OptOutBy): Promise<void> {
    return this.#write(({ database }) => removeOptOut(database, hash, by));
  }

  stageRed(past: RedPast, nowMs: number): Promise<RedStagingReport> {
    return this.#write(({ database }) => stageRed(database, past, nowMs));
  }

  redStaging(): Promise<RedStaging> {
    return this.#write(({ database }) => readRedStaging(database));
  }

  redUsers(item: RedItem): Promise<readonly Snowflake[]> {
    return this.#write(({ database }) => readRedUsers(database, item));
  }

  placeRed(placing: RedPlacing): Promise<RedPlacingReport> {
    return this.#write(({ database, side }) => placeRed(database, side, placing));
  }

  dropRed(beforeMs: number): Promise<void> {
    return this.#write(({ database }) => dropRed(database, beforeMs));
  }

  exportPage(
    guildId: Snowflake,
    part: ExportPart,
    after: ExportCursor | null,
    limit: number,
  ): Promise<ExportPage> {
    return this.#run(({ side }) => readExportPage(side, guildId, part, after, limit));
  }

  metrics(): StoreMetrics | null {
    return this.#opened && databaseMetrics(this.#opened.database);
  }

  close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    if (opened) this.#closing = this.#close(opened);
    return this.#closing;
  }

  async #close({ lock, database, side }: Opened): Promise<void> {
    await this.#line;
    database.close();
    // The last connection moves the log into the file and removes it; that waits for the disk.
    await side.close();
    lock.close();
  }

  #checkpoint(): Promise<void> {
    return this.#write(({ side }) => checkpoint(side));
  }

  #write<T>(task: (opened: Opened) => T | Promise<T>): Promise<T> {
    return this.#run((opened) => {
      const next = this.#line.then(() => task(opened));
      this.#line = next.catch(() => undefined);
      return next;
    });
  }

  async #run<T>(task: (opened: Opened) => T | Promise<T>): Promise<T> {
    if (this.#opened === null) {
      throw new GuildStatsError("STORE_CLOSED", `${this.#path}: the store is not open`, {
        details: { path: this.#path },
      });
    }
    try {
      return await task(this.#opened);
    } catch (thrown) {
      throw storeError(thrown, this.#path);
    }
  }
}
