import { LRUCache } from "lru-cache";
import { cacheTime } from "../cache-time.ts";
import type { Clock } from "../clock.ts";
import type { Snowflake } from "../snowflake.ts";

/** How long a question is good for: what it told in figures must still be about so when it is answered. */
const GOOD_FOR_MS = 5 * 60_000;
/** Beyond so many the oldest is forgotten, and is as one that is too old. */
const MOST_QUESTIONS = 10_000;

/** What an answer to a question is: the one that counts, one more, or one that came too late. */
export type AnswerPlace = "first" | "again" | "late";

/**
 * The questions that were asked before something that cannot be undone. Each is answered once, whichever of its buttons
 * is pressed and however often. They end with the process: after a restart nobody knows which were answered.
 */
export class Questions {
  readonly #asked: LRUCache<Snowflake, "open" | "answered">;

  constructor(clock: Clock) {
    this.#asked = new LRUCache({ max: MOST_QUESTIONS, ttl: GOOD_FOR_MS, ...cacheTime(clock) });
  }

  /** @param id of the interaction that is answered with the question */
  ask(id: Snowflake): void {
    this.#asked.set(id, "open");
  }

  answer(id: Snowflake): AnswerPlace {
    const state = this.#asked.get(id);
    if (state === undefined) return "late";
    this.#mark(id, "answered");
    return state === "open" ? "first" : "again";
  }

  /** What it was about failed, and nothing was done: it may be answered again, as long as it is good. */
  reopen(id: Snowflake): void {
    if (this.#asked.has(id)) this.#mark(id, "open");
  }

  #mark(id: Snowflake, state: "open" | "answered"): void {
    this.#asked.set(id, state, { noUpdateTTL: true });
  }
}
