import { isChannelId, type PlaceId } from "../place-id.ts";
import { isOlder, type Snowflake } from "../snowflake.ts";
import type { StoredMember, StoredPlace } from "../store/store.ts";
import { resized } from "./cell-table.ts";

/** Small whole numbers for ids, so that counters are keyed by 4 bytes and not by strings. */
export class Interner {
  readonly ids: string[] = [];
  readonly #indices = new Map<string, number>();
  #lastId = "";
  #lastIndex: number | undefined;

  /** The index of `id`, or `undefined` for an id never interned. */
  find(id: string): number | undefined {
    // A message asks for its author twice: to be admitted, and to be counted.
    if (id === this.#lastId) return this.#lastIndex;
    const index = this.#indices.get(id);
    if (index !== undefined) {
      this.#lastId = id;
      this.#lastIndex = index;
    }
    return index;
  }

  /** The index of `id`, which is new when it equals the former `size`. */
  intern(id: string): number {
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
  readonly #botIndices = new Set<number>();

  internMember(id: Snowflake, bot: boolean): number {
    const index = this.intern(id);
    if (index >= this.#bots.length) this.#bots = resized(this.#bots, index * 2, Uint8Array);
    this.#bots[index] = bot ? 1 : 0;
    if (bot) this.#botIndices.add(index);
    else this.#botIndices.delete(index);
    return index;
  }

  /** The member as a store knows one. */
  at(index: number): StoredMember | undefined {
    const id = this.ids[index];
    return id === undefined ? undefined : { id, bot: this.isBot(index) };
  }

  isBot(index: number): boolean {
    return this.#bots[index] === 1;
  }

  /** Indices of the bots, of which there are few. */
  get bots(): ReadonlySet<number> {
    return this.#botIndices;
  }
}

/** The parent of a place that has none. */
export const NO_PARENT = -1;

/** An {@link Interner} of channels, threads and activities; it knows which thread belongs to which channel. */
export class PlaceInterner extends Interner {
  readonly #parents: number[] = [];
  readonly #activities: boolean[] = [];
  readonly #names = new Map<number, string>();
  readonly #newest: (Snowflake | undefined)[] = [];
  readonly #first: (Snowflake | undefined)[] = [];

  /** @param parentId the channel of a thread, which never changes; `null` for all others */
  internPlace(id: PlaceId, parentId: Snowflake | null): number {
    const known = this.find(id);
    if (known !== undefined) return known;
    const parent = parentId === null ? NO_PARENT : this.internPlace(parentId, null);
    const index = this.intern(id);
    this.#parents[index] = parent;
    this.#activities[index] = !isChannelId(id);
    return index;
  }

  /** Takes over a place as the store or a delta describes it. */
  adopt({ id, parentId, name, newestMessageId, firstMessageId }: StoredPlace): number {
    const index = this.internPlace(id, parentId);
    if (name !== null) this.#names.set(index, name);
    if (firstMessageId !== null) this.sawMessage(index, firstMessageId);
    if (newestMessageId !== null) this.sawMessage(index, newestMessageId);
    return index;
  }

  /** The index of a thread's channel, or {@link NO_PARENT}. */
  parentOf(index: number): number {
    return this.#parents[index] ?? NO_PARENT;
  }

  isActivity(index: number): boolean {
    return this.#activities[index] ?? false;
  }

  /** The name under which the place was last stored; `null` when it never was. */
  nameOf(index: number): string | null {
    return this.#names.get(index) ?? null;
  }

  /** A message of the place was counted; the first one's id and the newest one's are kept. */
  sawMessage(index: number, messageId: Snowflake): void {
    const newest = this.#newest[index];
    const first = this.#first[index];
    if (first === undefined || isOlder(messageId, first)) this.#first[index] = messageId;
    if (newest === undefined || isOlder(newest, messageId)) this.#newest[index] = messageId;
  }

  describe(index: number): StoredPlace {
    const parent = this.parentOf(index);
    return {
      id: this.ids[index] ?? "",
      parentId: parent === NO_PARENT ? null : (this.ids[parent] ?? null),
      name: this.nameOf(index),
      newestMessageId: this.#newest[index] ?? null,
      firstMessageId: this.#first[index] ?? null,
    };
  }
}
