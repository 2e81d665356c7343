import { type Snowflake, snowflakeMs } from "../snowflake.ts";
import type { MessageObservation } from "./observations.ts";

/** As many changes as one process is likely to see while a past is read back. The oldest make room. */
const MOST = 10_000;

/**
 * Up to when users, and all in a guild, were counted by other rules, since this process began. The store tells that too, when the
 * reading back of a past begins: here is what changes while it goes on.
 */
export class Readmissions {
  readonly #hashOf: (userId: Snowflake) => string;
  /** By hash of a user, or by guild: the newest message that was said by other rules, Unix milliseconds. */
  readonly #untilMs = new Map<string, number>();

  /** @param hashOf the store's keyed hash of an id */
  constructor(hashOf: (userId: Snowflake) => string) {
    this.#hashOf = hashOf;
  }

  /** @param of hash of a user, or a guild */
  add(of: string, untilMs: number): void {
    this.#untilMs.delete(of);
    this.#untilMs.set(of, untilMs);
    const [oldest] = this.#untilMs.keys();
    if (this.#untilMs.size > MOST && oldest !== undefined) this.#untilMs.delete(oldest);
  }

  /** Whether a message was said by other rules than now. */
  covers({ userId, guildId, messageId }: MessageObservation): boolean {
    if (this.#untilMs.size === 0) return false;
    const untilMs = Math.max(this.#untilMs.get(guildId) ?? 0, this.#untilMs.get(this.#hashOf(userId)) ?? 0);
    return snowflakeMs(messageId) <= untilMs;
  }
}
