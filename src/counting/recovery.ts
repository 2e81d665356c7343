import PQueue from "p-queue";
import type { Clock } from "../clock.ts";
import { asError, GuildStatsError } from "../errors.ts";
import { isOlder, type Snowflake, snowflakeAt } from "../snowflake.ts";
import type { CountedMessages } from "../store/store.ts";
import type { HeldMessages } from "./held-messages.ts";
import type { HistoryPage, HistorySource, ReadableChannel } from "./history-source.ts";
import type { MessageObservation } from "./observations.ts";
import type { PastRules } from "./past-rules.ts";
import { patiently } from "./patience.ts";

/** How far the reading back of one guild's missed messages is. */
export interface RecoveryProgress {
  readonly guildId: Snowflake;
  readonly channels: number;
  readonly channelsDone: number;
  /** Messages read back and counted so far. */
  readonly messages: number;
  /** Channels whose gap was longer than the bound, or could not be read. */
  readonly channelsIncomplete: number;
  readonly isDone: boolean;
}

export interface RecoveryOptions {
  readonly clock: Clock;
  /** Older messages are not read back, milliseconds; 0 turns reading back off. */
  readonly withinMs: number;
  /** At most so many messages of one channel are read back. */
  readonly messagesPerChannel: number;
  /** Whether another process may have counted some of what came live while it waited. */
  readonly isShared: boolean;
}

/** What reading back needs of the counter. */
export interface RecoveryCounter {
  /** Writes what is dirty, then tells which messages of a guild are counted. */
  countedMessages(guildId: Snowflake): Promise<CountedMessages>;
  /** Which messages of a guild may be counted only now. @param fromMs none is older, Unix milliseconds */
  rulesOf(guildId: Snowflake, fromMs: number): Promise<PastRules>;
  /**
   * Under which epoch the guild is this process's to count; `null`: it is not. What was read of it under another one may
   * have been counted by another process meanwhile.
   */
  epochOf(guildId: Snowflake): number | null;
  /** Whether anything said in a channel would be counted now. */
  admitsChannel(guildId: Snowflake, channelId: Snowflake, parentId: Snowflake | null): boolean;
  /** Counts messages now; those that were counted before are left out. @returns how many were counted */
  count(messages: readonly MessageObservation[]): number;
}

export interface RecoveryEvents {
  progress(progress: RecoveryProgress): void;
  failed(error: GuildStatsError): void;
}

/** Channels that are read at once: Discord limits each channel, and all of a bot's requests together. */
const CHANNELS_AT_ONCE = 3;
/** Guilds whose gaps are looked for at once; it is one query each. */
const GUILDS_AT_ONCE = 4;

interface Gap extends ReadableChannel {
  readonly afterId: Snowflake;
}

/** What of a guild is counted, and what was missed. */
interface Gaps {
  readonly gaps: readonly Gap[];
  readonly counted: CountedMessages;
  /** `null`: there is no gap. */
  readonly rules: PastRules | null;
}

/**
 * Reads back what was said while the bot was away: per channel from the newest counted message on, page by page,
 * until the messages that came live in the meantime, which wait (`held-messages.ts`).
 */
export class Recovery {
  readonly #source: HistorySource;
  readonly #held: HeldMessages;
  readonly #counter: RecoveryCounter;
  readonly #options: RecoveryOptions;
  readonly #events: RecoveryEvents;
  readonly #guilds = new PQueue({ concurrency: GUILDS_AT_ONCE });
  readonly #channels = new PQueue({ concurrency: CHANNELS_AT_ONCE });
  readonly #stop = new AbortController();

  constructor(
    source: HistorySource,
    held: HeldMessages,
    counter: RecoveryCounter,
    options: RecoveryOptions,
    events: RecoveryEvents,
  ) {
    this.#source = source;
    this.#held = held;
    this.#counter = counter;
    this.#options = options;
    this.#events = events;
  }

  /** The gateway tells of a guild anew, and may have missed something. Returns at once; messages wait from now on. */
  begin(guildId: Snowflake): void {
    const { withinMs, isShared } = this.#options;
    if ((withinMs === 0 && !isShared) || this.#stop.signal.aborted) return;
    const epoch = this.#counter.epochOf(guildId);
    if (epoch === null) return;
    this.#held.holdGuild(guildId);
    void this.#guilds.add(() => this.#recover(guildId, epoch));
  }

  /** Guilds and channels that are looked at, or wait for it. */
  get underWay(): { readonly guilds: number; readonly channels: number } {
    return {
      guilds: this.#guilds.size + this.#guilds.pending,
      channels: this.#channels.size + this.#channels.pending,
    };
  }

  /** Gives up what is under way; the next start goes on from there. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#guilds.clear();
    this.#channels.clear();
    await Promise.all([this.#guilds.onIdle(), this.#channels.onIdle()]);
  }

  async #recover(guildId: Snowflake, epoch: number): Promise<void> {
    // However long the store is away: once anything newer is counted, nobody finds the gap any more.
    const found = await patiently(
      this.#options.clock,
      this.#stop.signal,
      () => this.#gapsOf(guildId),
      Number.POSITIVE_INFINITY,
    );
    // Given up meanwhile: another process counts the guild, or did.
    if (found === undefined || this.#counter.epochOf(guildId) !== epoch) return;
    if (this.#held.isCrowded(guildId)) {
      this.#events.failed(incomplete(guildId, "too many messages came before it was known what was missed"));
      return;
    }
    const { gaps, counted, rules } = found;
    const live = this.#held.holdChannels(
      guildId,
      gaps.map(({ channelId }) => channelId),
      (message) => isUncounted(message, counted),
    );
    this.#counter.count(live);
    if (rules === null) return;
    const report = { channels: gaps.length, channelsDone: 0, messages: 0, channelsIncomplete: 0 };
    for (const gap of gaps) {
      void this.#channels.add(async () => {
        const { messages, isComplete } = await this.#close(guildId, epoch, gap, rules);
        if (this.#stop.signal.aborted) return;
        report.messages += messages;
        report.channelsDone++;
        if (!isComplete) report.channelsIncomplete++;
        this.#events.progress({ guildId, ...report, isDone: report.channelsDone === report.channels });
      });
    }
  }

  /** What was missed since the newest counted message. @throws the store's error, which is reported */
  async #gapsOf(guildId: Snowflake): Promise<Gaps> {
    const { withinMs, clock } = this.#options;
    const counted = await this.#told(guildId, () => this.#counter.countedMessages(guildId));
    const fromMs = clock.nowMs() - withinMs;
    if (withinMs === 0 || this.#gapsSince(guildId, counted, fromMs).length === 0)
      return { gaps: [], counted, rules: null };
    const rules = await this.#told(guildId, () => this.#counter.rulesOf(guildId, fromMs));
    const gaps = this.#gapsSince(guildId, counted, Math.max(rules.sinceMs, fromMs));
    return { gaps, counted, rules: gaps.length > 0 ? rules : null };
  }

  /** The channels that have messages behind the newest counted one, and behind an instant. */
  #gapsSince(guildId: Snowflake, { liveSinceMs, channels }: CountedMessages, earliestMs: number): Gap[] {
    // A guild that was never counted has missed nothing.
    if (liveSinceMs === null) return [];
    const earliestId = snowflakeAt(earliestMs);
    return this.#source.channels(guildId).flatMap((channel): Gap[] => {
      const { channelId, parentId, newestMessageId } = channel;
      // Where nothing was counted yet, something would have been, had it been said while the guild was counted.
      const newestId = channels.get(channelId)?.newestId ?? snowflakeAt(liveSinceMs);
      const afterId = isOlder(newestId, earliestId) ? earliestId : newestId;
      if (newestMessageId === null || !isOlder(afterId, newestMessageId)) return [];
      if (this.#held.isReading(channelId)) return [];
      return this.#counter.admitsChannel(guildId, channelId, parentId) ? [{ ...channel, afterId }] : [];
    });
  }

  /** An answer about a guild; that there is none is reported. */
  async #told<T>(guildId: Snowflake, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (thrown) {
      const cause = asError(thrown);
      this.#events.failed(
        cause instanceof GuildStatsError ? cause : incomplete(guildId, cause.message, cause),
      );
      throw thrown;
    }
  }

  async #close(
    guildId: Snowflake,
    epoch: number,
    gap: Gap,
    rules: PastRules,
  ): Promise<{ messages: number; isComplete: boolean }> {
    const { channelId } = gap;
    const isOurs = (): boolean => this.#counter.epochOf(guildId) === epoch;
    let { afterId } = gap;
    let messages = 0;
    let read = 0;
    let isComplete = false;
    while (
      isOurs() &&
      !isComplete &&
      read < this.#options.messagesPerChannel &&
      this.#held.isReading(channelId)
    ) {
      const timesHeld = this.#held.timesHeldAnew(channelId);
      const page = await this.#patiently(guildId, () => this.#source.after(guildId, channelId, afterId));
      if (this.#stop.signal.aborted || !isOurs()) return { messages, isComplete: false };
      // Given up meanwhile, when too many live ones came: what the page tells may be counted already.
      if (page === null || !this.#held.isReading(channelId)) break;
      messages += this.#counter.count(page.messages.filter((message) => !rules.refuses(message)));
      read += page.size;
      afterId = page.newestId ?? afterId;
      this.#held.read(channelId, afterId);
      // A page that was asked for before another gap tells nothing of what was missed in that one.
      isComplete =
        timesHeld === this.#held.timesHeldAnew(channelId) &&
        (page.isLast || this.#reachesLive(channelId, page));
    }
    if (!isOurs()) return { messages, isComplete: false };
    this.#counter.count(this.#held.release(channelId));
    return { messages, isComplete };
  }

  /** Whether the page ends where the messages begin that came live. */
  #reachesLive(channelId: Snowflake, { newestId }: HistoryPage): boolean {
    const liveId = this.#held.oldestOf(channelId);
    return liveId !== null && newestId !== null && !isOlder(newestId, liveId);
  }

  /** Tries again with growing waits; `null` when it was in vain, which is reported. */
  async #patiently<T>(guildId: Snowflake, attempt: () => Promise<T | null>): Promise<T | null> {
    try {
      return (await patiently(this.#options.clock, this.#stop.signal, attempt)) ?? null;
    } catch (thrown) {
      this.#events.failed(incomplete(guildId, asError(thrown).message, thrown));
      return null;
    }
  }
}

/** Whether the message is newer than what was counted of its channel, by whichever process. */
function isUncounted({ channelId, messageId }: MessageObservation, { channels }: CountedMessages): boolean {
  const newestId = channels.get(channelId)?.newestId ?? null;
  return newestId === null || isOlder(newestId, messageId);
}

function incomplete(guildId: Snowflake, why: string, cause?: unknown): GuildStatsError {
  return new GuildStatsError("RECOVERY_INCOMPLETE", `missed messages could not be read back: ${why}`, {
    cause,
    details: { guildId },
  });
}
