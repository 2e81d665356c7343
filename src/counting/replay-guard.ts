import type { Snowflake } from "../snowflake.ts";

/**
 * Recognises a message that the gateway delivers again, as it does when a session is resumed. Two generations
 * of ids, so that forgetting the old ones costs nothing per message; between `capacity` and twice as many of
 * the latest ids are remembered.
 */
export class ReplayGuard {
  #current = new Set<Snowflake>();
  #previous = new Set<Snowflake>();
  readonly #capacity: number;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** Whether this id is new; asking makes it known. */
  isNew(id: Snowflake): boolean {
    if (this.#current.has(id) || this.#previous.has(id)) return false;
    if (this.#current.size >= this.#capacity) {
      this.#previous = this.#current;
      this.#current = new Set();
    }
    this.#current.add(id);
    return true;
  }
}
