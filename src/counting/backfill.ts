import PQueue from "p-queue";
import type { Clock } from "../clock.ts";
import { asError, GuildStatsError } from "../errors.ts";
import { isOlder, type Snowflake, snowflakeAt, snowflakeMs } from "../snowflake.ts";
import type { CountedMessages, ImportedRange } from "../store/store.ts";
import type { HistorySource, ReadableChannel } from "./history-source.ts";
import { type IdRange, isEmpty, newer, older, uncovered } from "./id-ranges.ts";
import type { MessageObservation } from "./observations.ts";
import { pastPage } from "./past-page.ts";
import { patiently } from "./patience.ts";

/** Which past of a guild to import. */
export interface BackfillRequest {
  readonly guildId: Snowflake;
  /** This channel and its threads only; `null`: all that the bot may read. */
  readonly channelId: Snowflake | null;
  /** Unix milliseconds; `null`: from the beginning. */
  readonly sinceMs: number | null;
  /** Unix milliseconds, not included; `null`: up to where counting as it happened begins. */
  readonly untilMs: number | null;
}

/** How far an import is. */
export interface BackfillProgress {
  readonly guildId: Snowflake;
  /** Channels and threads; grows as archived threads are found. */
  readonly channels: number;
  readonly channelsDone: number;
  /** Messages imported so far. */
  readonly messages: number;
  /** The oldest instant that was reached in any channel, Unix milliseconds; `null` before the first page. */
  readonly oldestMs: number | null;
}

/** What an import did. */
export interface BackfillReport extends BackfillProgress {
  /** Channels that could not be read, or not to the end; another import goes on with them. */
  readonly failures: readonly { readonly channelId: Snowflake; readonly error: GuildStatsError }[];
  /** Whether it was called off; another import goes on from there. */
  readonly isCancelled: boolean;
}

/** What importing needs of the counter. */
export interface BackfillCounter {
  /** @throws `STATE_INVALID` when nothing is counted in the guild, or another process counts it */
  requireCounted(guildId: Snowflake): void;
  /** Which messages are in the counters, those that are not written yet included. */
  countedMessages(guildId: Snowflake): Promise<CountedMessages>;
  /** Whether anything said in a channel would be counted now. */
  admitsChannel(guildId: Snowflake, channelId: Snowflake, parentId: Snowflake | null): boolean;
  /** Whether the message was counted as it came. */
  isLive(message: MessageObservation): boolean;
  /** Counts those of the messages that may be counted, with the range that they fill. @returns how many */
  importPast(messages: readonly MessageObservation[], range: ImportedRange): number;
  /** Writes what was imported. */
  settle(): Promise<unknown>;
}

/** Guilds whose past is imported at once; others wait. */
const IMPORTS_AT_ONCE = 2;
/** Channels of one guild that are read at once: Discord limits each channel, and all of a bot's requests together. */
const CHANNELS_AT_ONCE = 2;
/** A message may be so late, or the host's clock so wrong: nearer to now, a range's end is not taken for settled. */
const UNSETTLED_MS = 600_000;

interface Job {
  readonly request: BackfillRequest;
  readonly cancel: AbortController;
  /** By the request's own signal, by `cancel`, or because all stops. */
  readonly signal: AbortSignal;
  readonly failures: { readonly channelId: Snowflake; readonly error: GuildStatsError }[];
  progress: BackfillProgress;
  onProgress(progress: BackfillProgress): void;
}

/**
 * Imports the past of guilds: per channel from the newest message that is not counted back to the oldest, page by
 * page. Each page is written with the range that it fills before the next one is read. So an import that ends
 * anywhere, by whatever cause, is continued by the next one, and no message is counted twice.
 */
export class Backfill {
  readonly #source: HistorySource;
  readonly #counter: BackfillCounter;
  readonly #clock: Clock;
  readonly #imports = new PQueue({ concurrency: IMPORTS_AT_ONCE });
  readonly #jobs = new Map<Snowflake, Job>();
  readonly #stop = new AbortController();

  constructor(source: HistorySource, counter: BackfillCounter, clock: Clock) {
    this.#source = source;
    this.#counter = counter;
    this.#clock = clock;
  }

  /**
   * Imports; waits for its turn while other guilds' imports run.
   * @throws `STATE_INVALID` for a guild that is turned off, or that another process counts; `BACKFILL_RUNNING` when one
   *   of the guild runs or waits, `STORE_*` when the store cannot say what it has
   */
  async run(
    request: BackfillRequest,
    onProgress: (progress: BackfillProgress) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<BackfillReport> {
    const { guildId } = request;
    this.#counter.requireCounted(guildId);
    if (this.#jobs.has(guildId)) {
      throw new GuildStatsError("BACKFILL_RUNNING", "an import of this guild's past is running", {
        details: { guildId },
      });
    }
    const cancel = new AbortController();
    const job: Job = {
      request,
      cancel,
      signal: AbortSignal.any([cancel.signal, this.#stop.signal, ...(signal ? [signal] : [])]),
      failures: [],
      progress: {
        guildId,
        channels: this.#channelsOf(request).length,
        channelsDone: 0,
        messages: 0,
        oldestMs: null,
      },
      onProgress,
    };
    this.#jobs.set(guildId, job);
    try {
      await this.#imports.add(() => this.#import(job));
    } finally {
      this.#jobs.delete(guildId);
    }
    return { ...job.progress, failures: job.failures, isCancelled: job.signal.aborted };
  }

  /** Imports that run or wait. */
  get running(): number {
    return this.#jobs.size;
  }

  /** How far the import of a guild is; `null` when none runs or waits. */
  progressOf(guildId: Snowflake): BackfillProgress | null {
    return this.#jobs.get(guildId)?.progress ?? null;
  }

  /** Calls off the import of a guild; what was imported stays. @returns whether there was one */
  cancel(guildId: Snowflake): boolean {
    const job = this.#jobs.get(guildId);
    job?.cancel.abort();
    return job !== undefined;
  }

  /** Gives up what is under way; the next import goes on from there. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#imports.onIdle();
  }

  /** How many channels an import would read: those with active threads, and forums; archived threads are not known. */
  countChannels(request: BackfillRequest): number {
    const ids = this.#channelsOf(request).map(({ channelId }) => channelId);
    return new Set([...ids, ...this.#threadParentsOf(request)]).size;
  }

  #channelsOf({ guildId, channelId }: BackfillRequest): ReadableChannel[] {
    return this.#source
      .channels(guildId)
      .filter((channel) => channelId === null || [channel.channelId, channel.parentId].includes(channelId))
      .filter((channel) => this.#counter.admitsChannel(guildId, channel.channelId, channel.parentId));
  }

  #threadParentsOf({ guildId, channelId }: BackfillRequest): Snowflake[] {
    return this.#source
      .threadParents(guildId)
      .filter((parentId) => channelId === null || parentId === channelId)
      .filter((parentId) => this.#counter.admitsChannel(guildId, parentId, null));
  }

  async #import(job: Job): Promise<void> {
    const { guildId } = job.request;
    const counted = await patiently(this.#clock, job.signal, () => this.#counter.countedMessages(guildId));
    if (counted === undefined) return;
    const queue = new PQueue({ concurrency: CHANNELS_AT_ONCE });
    const found = new Set<Snowflake>();
    const enqueue = (channels: readonly ReadableChannel[]): void => {
      for (const channel of channels) {
        if (found.has(channel.channelId)) continue;
        found.add(channel.channelId);
        void queue.add(() => this.#importChannel(job, channel, counted));
      }
      this.#report(job, { channels: found.size });
    };
    enqueue(this.#channelsOf(job.request));
    for (const parentId of this.#threadParentsOf(job.request)) {
      void queue.add(async () => {
        const threads = await this.#trying(job, parentId, () =>
          this.#source.archivedThreads(guildId, parentId),
        );
        enqueue(
          (threads ?? []).filter((each) => this.#counter.admitsChannel(guildId, each.channelId, parentId)),
        );
      });
    }
    await queue.onIdle();
  }

  async #importChannel(job: Job, channel: ReadableChannel, counted: CountedMessages): Promise<void> {
    if (job.signal.aborted) return;
    await this.#trying(job, channel.channelId, async () => {
      const now = await this.#countedBy(job, counted);
      if (now === undefined) return;
      for (const gap of this.#gapsOf(job.request, channel, now)) await this.#importGap(job, channel, gap);
    });
    if (!job.signal.aborted) this.#report(job, { channelsDone: job.progress.channelsDone + 1 });
  }

  /**
   * What is counted when a channel's turn comes, which may be hours after the beginning. Only where nothing was counted as it
   * happened then, it matters what has been since: else that is behind all that is imported.
   * @returns `undefined` when it was called off
   */
  async #countedBy({ request, signal }: Job, before: CountedMessages): Promise<CountedMessages | undefined> {
    if (before.liveSinceMs !== null) return before;
    return await patiently(this.#clock, signal, () => this.#counter.countedMessages(request.guildId));
  }

  /** The ranges of a channel that are asked for and in no counter, newest first. */
  #gapsOf(
    { sinceMs, untilMs }: BackfillRequest,
    { channelId }: ReadableChannel,
    { liveSinceMs, channels, imported }: CountedMessages,
  ): IdRange[] {
    // No message is older than its channel. A thread may have the id of its first one.
    const fromId = newer(channelId, snowflakeAt(sinceMs ?? 0));
    const ends = [snowflakeAt(this.#clock.nowMs() + UNSETTLED_MS)];
    if (untilMs !== null) ends.push(snowflakeAt(untilMs));
    if (liveSinceMs !== null) ends.push(snowflakeAt(liveSinceMs));
    const firstId = channels.get(channelId)?.firstId;
    if (firstId) ends.push(firstId);
    const untilId = ends.reduce(older);
    return uncovered(
      { fromId, untilId },
      imported.filter((range) => range.channelId === channelId),
    );
  }

  /** @throws what kept a page from being read or written, when trying again was in vain */
  async #importGap(job: Job, { channelId, parentId }: ReadableChannel, gap: IdRange): Promise<void> {
    const { guildId } = job.request;
    let isOpenEnded = snowflakeMs(gap.untilId) > this.#clock.nowMs() - UNSETTLED_MS;
    let left = gap;
    // Where the stored range ends that each page extends backwards.
    let rangeEnd = gap.untilId;
    while (!isEmpty(left)) {
      // While the store is away no page is read: what waits for it in memory does not grow.
      await this.#written(job);
      const page = await patiently(this.#clock, job.signal, () =>
        this.#source.before(guildId, channelId, left.untilId),
      );
      if (page === undefined || job.signal.aborted) return;
      if (page === null) throw new Error("the channel cannot be read, or is gone");
      // From here on to the import nothing awaits: what is counted as it comes is known, or will be refused.
      const { fromId, untilId, messages } = pastPage(left, page, isOpenEnded, (message) =>
        this.#counter.isLive(message),
      );
      if (untilId !== left.untilId) rangeEnd = untilId;
      if (isOlder(fromId, untilId)) {
        const range = { guildId, channelId, parentId, fromId, untilId: rangeEnd };
        const added = this.#counter.importPast(messages, range);
        this.#report(job, {
          messages: job.progress.messages + added,
          oldestMs: Math.min(job.progress.oldestMs ?? Number.POSITIVE_INFINITY, snowflakeMs(fromId)),
        });
      } else {
        rangeEnd = fromId;
      }
      left = { fromId: gap.fromId, untilId: fromId };
      isOpenEnded = false;
    }
    await this.#written(job);
  }

  async #written(job: Job): Promise<void> {
    await patiently(this.#clock, job.signal, () => this.#counter.settle());
  }

  /** What a channel's failure is becomes part of the report; the others go on. */
  async #trying<T>(job: Job, channelId: Snowflake, task: () => Promise<T>): Promise<T | undefined> {
    try {
      return await task();
    } catch (thrown) {
      const { guildId } = job.request;
      const error = new GuildStatsError(
        "BACKFILL_INCOMPLETE",
        `a channel's past could not be imported: ${asError(thrown).message}`,
        { cause: thrown, details: { guildId, channelId } },
      );
      job.failures.push({ channelId, error });
      return undefined;
    }
  }

  #report(job: Job, change: Partial<BackfillProgress>): void {
    job.progress = { ...job.progress, ...change };
    job.onProgress(job.progress);
  }
}
