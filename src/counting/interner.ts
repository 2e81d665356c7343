import { isChannelId, type PlaceId } from "../place-id.ts";
import { type Snowflake, SnowflakeDigits } from "../snowflake.ts";
import type { StoredMember, StoredPlace } from "../store/store.ts";
import { resized } from "./cell-table.ts";

/** Read and used at once: one is enough for all. */
const digits = new SnowflakeDigits();

const INITIAL_SLOTS = 16;

/**
 * Small whole numbers for ids, so that counters are keyed by 4 bytes and not by strings. Nearly all ids are numbers,
 * and are found as such: a text off the wire is a new one each time, which a `Map` would hash and then compare.
 *
 * Invariant: the length of `#slots` is a power of two above 1.5 × the number of ids, and it holds index + 1 of every id that
 * is a number, under linear probing; its two words are at `#words[index * 2]`.
 */
class Interner {
  readonly ids: string[] = [];
  #words = new Int32Array(INITIAL_SLOTS * 2);
  #slots = new Int32Array(INITIAL_SLOTS);
  /** Ids that are not numbers. */
  readonly #names = new Map<string, number>();
  #lastId = "";
  #lastIndex: number | undefined;

  /** The index of `id`, or `undefined` for an id never interned. */
  find(id: string): number | undefined {
    // A message asks for its author twice: to be admitted, and to be counted.
    if (id === this.#lastId) return this.#lastIndex;
    const index = digits.read(id) ? this.#findNumber(digits.upper, digits.lower) : this.#names.get(id);
    if (index !== undefined) {
      this.#lastId = id;
      this.#lastIndex = index;
    }
    return index;
  }

  /** The index of `id`, which is new when it equals the former `size`. */
  intern(id: string): number {
    const known = this.find(id);
    if (known !== undefined) return known;
    const index = this.ids.length;
    this.ids.push(id);
    if (digits.read(id)) this.#addNumber(index, digits.upper, digits.lower);
    else this.#names.set(id, index);
    return index;
  }

  get size(): number {
    return this.ids.length;
  }

  /** An estimate: a 19-digit string, its array slot, and what finds it. */
  get byteLength(): number {
    return this.ids.length * 48 + this.#words.byteLength + this.#slots.byteLength + this.#names.size * 64;
  }

  #findNumber(upper: number, lower: number): number | undefined {
    const mask = this.#slots.length - 1;
    let slot = hash(upper, lower) & mask;
    for (let entry = this.#slots[slot]; entry; entry = this.#slots[slot]) {
      const at = (entry - 1) * 2;
      if (this.#words[at + 1] === lower && this.#words[at] === upper) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return undefined;
  }

  #addNumber(index: number, upper: number, lower: number): void {
    if (index * 2 >= this.#words.length) this.#words = resized(this.#words, index * 4, Int32Array);
    this.#words[index * 2] = upper;
    this.#words[index * 2 + 1] = lower;
    if ((index + 1) * 3 > this.#slots.length * 2) this.#index(this.#slots.length * 2);
    this.#put(index, upper, lower);
  }

  #put(index: number, upper: number, lower: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash(upper, lower) & mask;
    while (this.#slots[slot]) slot = (slot + 1) & mask;
    this.#slots[slot] = index + 1;
  }

  #index(slots: number): void {
    const old = this.#slots;
    this.#slots = new Int32Array(slots);
    for (const entry of old) {
      if (entry === 0) continue;
      const at = (entry - 1) * 2;
      this.#put(entry - 1, this.#words[at] ?? 0, this.#words[at + 1] ?? 0);
    }
  }
}

function hash(upper: number, lower: number): number {
  const mixed = Math.imul(Math.imul(upper, 0x9e3779b1) ^ lower, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** Bits of what is known of a member. */
const [BOT, STORED] = [1, 2] as const;

/** An {@link Interner} of members that remembers which of them are bots, and of whom only a store has told. */
export class MemberInterner extends Interner {
  #known = new Uint8Array(64);
  readonly #botIndices = new Set<number>();

  internMember(id: Snowflake, bot: boolean): number {
    const index = this.intern(id);
    if (index >= this.#known.length) this.#known = resized(this.#known, index * 2, Uint8Array);
    this.#known[index] = ((this.#known[index] ?? 0) & STORED) | (bot ? BOT : 0);
    if (bot) this.#botIndices.add(index);
    else this.#botIndices.delete(index);
    return index;
  }

  /** Takes over a member as a store knows one. */
  adopt({ id, bot }: StoredMember): number {
    const isNew = this.find(id) === undefined;
    const index = this.internMember(id, bot);
    if (isNew) this.#known[index] = (this.#known[index] ?? 0) | STORED;
    return index;
  }

  /** Whether nobody but a store has told of the member, who may be one that opted out and is still to be erased there. */
  isOnlyStored(index: number): boolean {
    return ((this.#known[index] ?? 0) & STORED) !== 0;
  }

  /** The member may be counted. */
  admit(index: number): void {
    this.#known[index] = (this.#known[index] ?? 0) & ~STORED;
  }

  /** The member as a store knows one. */
  at(index: number): StoredMember | undefined {
    const id = this.ids[index];
    return id === undefined ? undefined : { id, bot: this.isBot(index) };
  }

  isBot(index: number): boolean {
    return ((this.#known[index] ?? 0) & BOT) !== 0;
  }

  /** Indices of the bots, of which there are few. */
  get bots(): ReadonlySet<number> {
    return this.#botIndices;
  }
}

/** Where the halves of a place's messages are among its four. */
const [NEWEST, FIRST] = [0, 2] as const;
const HALVES = 4;

/** The parent of a place that has none. */
export const NO_PARENT = -1;

/** An {@link Interner} of channels, threads and activities; it knows which thread belongs to which channel. */
export class PlaceInterner extends Interner {
  readonly #parents: number[] = [];
  readonly #activities: boolean[] = [];
  readonly #names = new Map<number, string>();
  /** Of each place the newest and the first message that was counted, both in two halves; no message is 0. */
  readonly #messages: number[] = [];

  /** @param parentId the channel of a thread, which never changes; `null` for all others */
  internPlace(id: PlaceId, parentId: Snowflake | null): number {
    const known = this.find(id);
    if (known !== undefined) return known;
    const parent = parentId === null ? NO_PARENT : this.internPlace(parentId, null);
    const index = this.intern(id);
    this.#parents[index] = parent;
    this.#activities[index] = !isChannelId(id);
    this.#messages.push(0, 0, 0, 0);
    return index;
  }

  /** Takes over a place as the store or a delta describes it. */
  adopt({ id, parentId, name, newestMessageId, firstMessageId }: StoredPlace): number {
    const index = this.internPlace(id, parentId);
    this.rename(index, name);
    for (const messageId of [firstMessageId, newestMessageId])
      if (messageId !== null && digits.read(messageId)) this.sawMessage(index, digits);
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

  /** @param name under which the place is stored from now on; `null`: as it was */
  rename(index: number, name: string | null): void {
    if (name !== null) this.#names.set(index, name);
  }

  /** A message of the place was counted; the first one's id and the newest one's are kept. */
  sawMessage(index: number, { high, low }: SnowflakeDigits): void {
    const at = index * HALVES;
    const messages = this.#messages;
    const newest = messages[at + NEWEST] ?? 0;
    if (high > newest || (high === newest && low > (messages[at + NEWEST + 1] ?? 0))) {
      messages[at + NEWEST] = high;
      messages[at + NEWEST + 1] = low;
    }
    const first = messages[at + FIRST] ?? 0;
    const firstLow = messages[at + FIRST + 1] ?? 0;
    if (first + firstLow === 0 || high < first || (high === first && low < firstLow)) {
      messages[at + FIRST] = high;
      messages[at + FIRST + 1] = low;
    }
  }

  describe(index: number): StoredPlace {
    const messages = this.#messages;
    const parent = this.parentOf(index);
    return {
      id: this.ids[index] ?? "",
      parentId: parent === NO_PARENT ? null : (this.ids[parent] ?? null),
      name: this.nameOf(index),
      newestMessageId: messageAt(messages, index * HALVES + NEWEST),
      firstMessageId: messageAt(messages, index * HALVES + FIRST),
    };
  }
}

function messageAt(messages: readonly number[], at: number): Snowflake | null {
  const [high, low] = [messages[at] ?? 0, messages[at + 1] ?? 0];
  return high + low === 0 ? null : SnowflakeDigits.textOf(high, low);
}
