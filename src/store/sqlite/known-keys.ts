import type { Snowflake } from "../../snowflake.ts";

/** A key, and what the file says beside it, so that a row is written again only when that changed. */
export interface KnownKey {
  readonly key: number;
  readonly said: string;
}

/**
 * Keys that the file gave to ids; only ever a shortcut to what it says. Beyond `max` all are forgotten at once: to keep those
 * that were used last would cost more at each use than finding a key anew costs now and then.
 */
export class KnownKeys {
  readonly #max: number;
  readonly #guilds = new Map<Snowflake, Map<string, KnownKey>>();
  #size = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** @param name of one thing in a guild */
  get(guildId: Snowflake, name: string): KnownKey | undefined {
    return this.#guilds.get(guildId)?.get(name);
  }

  set(guildId: Snowflake, name: string, known: KnownKey): void {
    if (this.#size >= this.#max) this.clear();
    let guild = this.#guilds.get(guildId);
    if (guild === undefined) {
      guild = new Map();
      this.#guilds.set(guildId, guild);
    }
    if (!guild.has(name)) this.#size++;
    guild.set(name, known);
  }

  clear(): void {
    this.#guilds.clear();
    this.#size = 0;
  }
}
