import { hourOf } from "../clock.ts";
import { SnowflakeDigits, snowflakeMs } from "../snowflake.ts";
import type { ImportedRange } from "../store/store.ts";
import type { ErasedUsers } from "./erased-users.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import type { GuildCache } from "./guild-cache.ts";
import type { HeldMessages } from "./held-messages.ts";
import type { Count, MessageObservation } from "./observations.ts";
import type { ReplayGuards } from "./replay-guards.ts";

/** An event that comes later than this after its message was made is not expected any more. */
const LATEST_EVENT_MS = 600_000;

interface Parts {
  readonly cache: GuildCache;
  readonly gates: Gatekeeper;
  readonly erased: ErasedUsers;
  readonly held: HeldMessages;
  readonly replays: ReplayGuards;
  /** Now, as the counter's clock has it, Unix milliseconds. */
  nowMs(): number;
}

/** Counts each message once: as it comes, when it waited or was read back, or from a past that is imported. */
export class MessageCounter {
  readonly #parts: Parts;
  /** For the id of the message that is looked at. */
  readonly #id = new SnowflakeDigits();
  #newestMs = 0;
  #counted = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Messages that were counted and not imported. */
  get counted(): number {
    return this.#counted;
  }

  /** When the newest message that came was made, refused or not: Discord's clock, which may lead ours. Unix milliseconds. */
  get newestMs(): number {
    return this.#newestMs;
  }

  /** A live message came. */
  take(message: MessageObservation): void {
    const { gates, erased, held } = this.#parts;
    const id = this.#id;
    if (!id.read(message.messageId)) return;
    const madeMs = id.ms;
    if (madeMs > this.#newestMs) this.#newestMs = madeMs;
    if (!gates.admitsMessage(message) || erased.covers(message, madeMs)) return;
    if (held.isIdle) this.#count(message, id);
    else this.countPast(held.take(message));
  }

  /** Counts messages that waited, or were read back. @returns how many were counted */
  countPast(messages: readonly MessageObservation[]): number {
    const { gates, erased } = this.#parts;
    const id = this.#id;
    let counted = 0;
    for (const message of messages) {
      // Asked again of those that waited: an author may have opted out meanwhile.
      if (!id.read(message.messageId) || !gates.admitsMessage(message)) continue;
      if (!erased.covers(message, id.ms) && this.#count(message, id)) counted++;
    }
    return counted;
  }

  /** Whether the message was counted as it came. */
  isLive({ messageId, guildId }: MessageObservation): boolean {
    return this.#id.read(messageId) && this.#parts.replays.knows(guildId, this.#id);
  }

  /** Counts those of the messages that may be counted, with the range that they fill. @returns how many */
  importPast(messages: readonly MessageObservation[], range: ImportedRange): number {
    const { cache, gates, erased, replays } = this.#parts;
    const admitted = messages.filter(
      (message) => gates.admitsMessage(message) && !erased.covers(message, snowflakeMs(message.messageId)),
    );
    const recentMs = this.#parts.nowMs() - LATEST_EVENT_MS;
    const id = this.#id;
    // The event of a recent one may still be on its way.
    for (const { messageId, guildId } of messages)
      if (id.read(messageId) && id.ms > recentMs) replays.isNew(guildId, id);
    cache.importPast(admitted.map(countOf), range);
    return admitted.length;
  }

  /** @returns whether it was new */
  #count(message: MessageObservation, id: SnowflakeDigits): boolean {
    if (!this.#parts.replays.isNew(message.guildId, id)) return false;
    this.#counted++;
    this.#parts.cache.countMessage(message, id);
    return true;
  }
}

function countOf({ messageId, guildId, channelId, parentId, userId, bot }: MessageObservation): Count {
  return {
    guildId,
    placeId: channelId,
    parentId,
    userId,
    bot,
    hour: hourOf(snowflakeMs(messageId)),
    state: 0,
    messages: 1,
    durationMs: 0,
  };
}
