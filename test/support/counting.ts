import { HOUR_MS } from "../../src/clock.ts";
import { Counter, type CounterEvents } from "../../src/counting/counter.ts";
import type { Directory } from "../../src/counting/directory.ts";
import type { FlushReport } from "../../src/counting/flusher.ts";
import type { HistorySource } from "../../src/counting/history-source.ts";
import type { Company, VoiceObservation } from "../../src/counting/observations.ts";
import type { RecoveryProgress } from "../../src/counting/recovery.ts";
import type { GuildStatsError } from "../../src/errors.ts";
import { DISCORD_EPOCH_MS, type Snowflake } from "../../src/snowflake.ts";
import { Queries } from "../../src/stats/queries.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { withFaults } from "./faulty-store.ts";
import { ManualClock } from "./manual-clock.ts";

export const GUILD = "100000000000000001";

type VoiceFields = Partial<Omit<VoiceObservation, "userId" | "channelId">>;

/** Nothing can be read back. */
export const NO_HISTORY: HistorySource = {
  channels: () => [],
  after: () => Promise.resolve(null),
  before: () => Promise.resolve(null),
  threadParents: () => [],
  archivedThreads: () => Promise.resolve(null),
};

/** What a counter tells besides failures, where nobody listens. */
export const UNHEARD: Omit<CounterEvents, "failed"> = {
  flushed: () => undefined,
  recovering: () => undefined,
  taken: () => undefined,
  handedOver: () => undefined,
  fenced: () => undefined,
};

/** A voice state, all of whose fields but these are the usual ones. */
export function inVoice(
  userId: Snowflake,
  channelId: Snowflake | null,
  fields: VoiceFields = {},
): VoiceObservation {
  return { guildId: GUILD, bot: false, sessionId: "a session", state: 0, ...fields, userId, channelId };
}

let serial = 0n;

/** An id that Discord would make at this instant; no two are alike. */
export function snowflakeAt(ms: number): Snowflake {
  serial = (serial + 1n) % 4096n;
  return String((BigInt(ms - DISCORD_EPOCH_MS) << 22n) | serial);
}

/** A counter over a real SQLite file, a clock that a test moves, and a line that a test can cut. */
export async function startCounting(
  file: string,
  options: {
    clock?: ManualClock;
    memoryBudgetBytes?: number;
    batchRows?: number;
    hourlyRetentionDays?: number;
    dailyRetentionDays?: number | null;
    history?: HistorySource;
    activities?: boolean;
    activityMinimumMs?: number;
    directory?: Partial<Directory>;
    timeZone?: string;
  } = {},
) {
  const clock = options.clock ?? new ManualClock();
  const { store, faults, writes, line, letGo } = withFaults(sqlite(file));
  const flushes: FlushReport[] = [];
  const failures: GuildStatsError[] = [];
  const recoveries: RecoveryProgress[] = [];
  const timeZone = options.timeZone ?? "UTC";
  const directory: Directory = {
    channelName: (_guildId, channelId) => `channel ${channelId.slice(-3)}`,
    categoryOf: () => null,
    rolesOf: () => [],
    ...options.directory,
  };
  const counter = new Counter(
    {
      store,
      clock,
      flushIntervalMs: 30_000,
      batchRows: options.batchRows ?? 400,
      memoryBudgetBytes: options.memoryBudgetBytes ?? 64 * 1024 * 1024,
      enabledByDefault: true,
      hourlyRetentionDays: options.hourlyRetentionDays ?? 400,
      dailyRetentionDays: options.dailyRetentionDays ?? null,
      timeZone,
      longestGapMs: 24 * HOUR_MS,
      recoverMessagesPerChannel: 2_000,
      activities: options.activities ?? false,
      activityMinimumMs: options.activityMinimumMs ?? 600_000,
      history: options.history ?? NO_HISTORY,
      directory,
      stateOf: () => null,
    },
    {
      ...UNHEARD,
      flushed: (report) => flushes.push(report),
      failed: (error) => failures.push(error),
      recovering: (progress) => recoveries.push(progress),
    },
  );
  await store.open();
  await counter.start();
  return {
    clock,
    counter,
    store,
    faults,
    line,
    letGo,
    writes,
    flushes,
    failures,
    recoveries,
    queries: new Queries(counter, clock, timeZone, directory),
    /** One message now, or `agoMs` before. */
    message(userId: Snowflake, channelId: Snowflake, agoMs = 0, guildId = GUILD, bot = false): void {
      const messageId = snowflakeAt(clock.nowMs() - agoMs);
      counter.message({ messageId, guildId, channelId, parentId: null, userId, bot });
    },
    /** Now in a channel, or in none; in `company`, so that nobody is alone. */
    voice(
      userId: Snowflake,
      channelId: Snowflake | null,
      fields: VoiceFields = {},
      company: Company = channelId === null ? [] : [[channelId, 2]],
    ): void {
      counter.voice(inVoice(userId, channelId, fields), company);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await counter.stop().catch(() => undefined);
      await store.close();
    },
  };
}
