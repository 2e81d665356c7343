import type { Snowflake } from "../snowflake.ts";
import type { MessageObservation } from "./observations.ts";

/** As many erasures as one process is likely to see while a past is read. The oldest make room. */
const MOST = 10_000;

/**
 * Who was erased since this process began, and when: a message or a page of the past that was on its way then, or an
 * import that runs, must not bring the user back. Ids are kept as the store hashes them: of whom another process erased,
 * nothing else is known.
 */
export class ErasedUsers {
  readonly #hashOf: (userId: Snowflake) => string;
  /** By user, and guild if it was in one only; the newest message that the erasure covers, Unix milliseconds. */
  readonly #untilMs = new Map<string, number>();
  /** The newest of all: what is newer, as nearly every message, needs no hash. */
  #newestMs = 0;
  /** Whatever is as old as this is not counted, for it is not known who was erased, Unix milliseconds. */
  #everyoneUntilMs = 0;

  /** @param hashOf the store's keyed hash of an id */
  constructor(hashOf: (userId: Snowflake) => string) {
    this.#hashOf = hashOf;
  }

  /** @param guildId `null`: in all guilds */
  add(hash: string, guildId: Snowflake | null, untilMs: number): void {
    const name = nameOf(hash, guildId);
    this.#untilMs.delete(name);
    this.#untilMs.set(name, untilMs);
    this.#newestMs = Math.max(this.#newestMs, untilMs);
    const [oldest] = this.#untilMs.keys();
    if (this.#untilMs.size > MOST && oldest !== undefined) this.#untilMs.delete(oldest);
  }

  /** Anybody may have been erased. */
  addEveryone(untilMs: number): void {
    this.#everyoneUntilMs = Math.max(this.#everyoneUntilMs, untilMs);
    this.#newestMs = Math.max(this.#newestMs, untilMs);
  }

  /** Whether an erasure came after this message was written, or a member did something, at `madeMs`, Unix milliseconds. */
  covers({ userId, guildId }: Pick<MessageObservation, "userId" | "guildId">, madeMs: number): boolean {
    if (madeMs > this.#newestMs) return false;
    if (madeMs <= this.#everyoneUntilMs) return true;
    const hash = this.#hashOf(userId);
    const untilMs = Math.max(
      this.#untilMs.get(nameOf(hash, null)) ?? 0,
      this.#untilMs.get(nameOf(hash, guildId)) ?? 0,
    );
    return madeMs <= untilMs;
  }
}

function nameOf(hash: string, guildId: Snowflake | null): string {
  return `${hash}@${guildId ?? ""}`;
}
