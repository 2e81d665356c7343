import type { Snowflake } from "../snowflake.ts";

/**
 * The guilds that this process holds, each under the epoch of its lease, where several processes share a store. One that is
 * being handed over is held until its last counts are written, and nothing of it is counted any more.
 */
export class Epochs {
  readonly #epochs = new Map<Snowflake, number>();
  readonly #leaving = new Set<Snowflake>();

  /** Whether what happens in the guild is this process's to count. */
  counts(guildId: Snowflake): boolean {
    return this.#epochs.has(guildId) && !this.#leaving.has(guildId);
  }

  /** `undefined`: not held. */
  of(guildId: Snowflake): number | undefined {
    return this.#epochs.get(guildId);
  }

  /** As a batch carries them: of those guilds that are held. */
  among(guildIds: Iterable<Snowflake>): ReadonlyMap<Snowflake, number> {
    const epochs = new Map<Snowflake, number>();
    for (const guildId of guildIds) {
      const epoch = this.#epochs.get(guildId);
      if (epoch !== undefined) epochs.set(guildId, epoch);
    }
    return epochs;
  }

  get size(): number {
    return this.#epochs.size;
  }

  granted(guildId: Snowflake, epoch: number): void {
    this.#epochs.set(guildId, epoch);
    this.#leaving.delete(guildId);
  }

  leaving(guildId: Snowflake): void {
    this.#leaving.add(guildId);
  }

  lost(guildId: Snowflake): void {
    this.#epochs.delete(guildId);
    this.#leaving.delete(guildId);
  }
}
