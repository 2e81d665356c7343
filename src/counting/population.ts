import type { PopulationRow } from "../store/store.ts";

/** A guild's comings and goings by hour. */
export class Population {
  readonly #rows = new Map<number, PopulationRow>();

  /** @param members how many members the guild has now */
  add(hour: number, joins: number, leaves: number, members: number): void {
    const known = this.#rows.get(hour);
    this.#rows.set(hour, {
      hour,
      joins: (known?.joins ?? 0) + joins,
      leaves: (known?.leaves ?? 0) + leaves,
      members,
    });
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Oldest hour first. */
  rows(): PopulationRow[] {
    return [...this.#rows.values()].sort((a, b) => a.hour - b.hour);
  }
}
