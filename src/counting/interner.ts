import type { Snowflake } from "../snowflake.ts";
import { resized } from "./cell-table.ts";

/** Small whole numbers for ids, so that counters are keyed by 4 bytes and not by strings. */
export class Interner {
  readonly ids: Snowflake[] = [];
  readonly #indices = new Map<Snowflake, number>();

  /** The index of `id`, or `undefined` for an id never interned. */
  find(id: Snowflake): number | undefined {
    return this.#indices.get(id);
  }

  /** The index of `id`, which is new when it equals the former `size`. */
  intern(id: Snowflake): number {
    let index = this.#indices.get(id);
    if (index === undefined) {
      index = this.ids.length;
      this.ids.push(id);
      this.#indices.set(id, index);
    }
    return index;
  }

  get size(): number {
    return this.ids.length;
  }

  /** An estimate: a 19-digit string, its Map entry and its array slot. */
  get byteLength(): number {
    return this.ids.length * 96;
  }
}

/** An {@link Interner} of members that remembers which of them are bots. */
export class MemberInterner extends Interner {
  #bots = new Uint8Array(64);

  internMember(id: Snowflake, bot: boolean): number {
    const index = this.intern(id);
    if (index >= this.#bots.length) this.#bots = resized(this.#bots, index * 2, Uint8Array);
    this.#bots[index] = bot ? 1 : 0;
    return index;
  }

  isBot(index: number): boolean {
    return this.#bots[index] === 1;
  }
}
