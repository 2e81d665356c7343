import { randomBytes } from "node:crypto";
import type { Snowflake } from "../snowflake.ts";
import { optOutHash } from "../store/opt-out-hash.ts";
import type { MessageObservation } from "./observations.ts";

/** As many erasures as one process is likely to see while a past is read. The oldest make room. */
const MOST = 10_000;

/**
 * Who was erased since this process began, and when: a message or a page of the past that was on its way then, or an
 * import that runs, must not bring the user back. Ids are kept as hashes, under a key that ends with the process.
 */
export class ErasedUsers {
  readonly #key = randomBytes(32);
  /** By user, and guild if it was in one only; the newest message that the erasure covers, Unix milliseconds. */
  readonly #untilMs = new Map<string, number>();
  /** The newest of all: what is newer, as nearly every message, needs no hash. */
  #newestMs = 0;

  /** @param guildId `null`: in all guilds */
  add(userId: Snowflake, guildId: Snowflake | null, untilMs: number): void {
    const name = this.#nameOf(userId, guildId);
    this.#untilMs.delete(name);
    this.#untilMs.set(name, untilMs);
    this.#newestMs = Math.max(this.#newestMs, untilMs);
    const [oldest] = this.#untilMs.keys();
    if (this.#untilMs.size > MOST && oldest !== undefined) this.#untilMs.delete(oldest);
  }

  /** Whether an erasure came after this message was written, at `madeMs`, Unix milliseconds. */
  covers({ userId, guildId }: MessageObservation, madeMs: number): boolean {
    if (madeMs > this.#newestMs) return false;
    const untilMs = Math.max(
      this.#untilMs.get(this.#nameOf(userId, null)) ?? 0,
      this.#untilMs.get(this.#nameOf(userId, guildId)) ?? 0,
    );
    return madeMs <= untilMs;
  }

  #nameOf(userId: Snowflake, guildId: Snowflake | null): string {
    return `${optOutHash(this.#key, userId)}@${guildId ?? ""}`;
  }
}
