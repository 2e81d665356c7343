import type { Snowflake } from "../snowflake.ts";
import { rowsIn } from "../store/delta.ts";
import type { Piece } from "./pieces.ts";

/**
 * Guilds on their way into batches. A guild is cut when a batch has room for it, and not before: thousands of them, with all who
 * are in voice there, would stop the event loop for a tenth of a second. So each has a moment of its own up to which it is
 * written.
 *
 * Invariant: what was cut is in `#begun`, or in a batch; no batch has pieces of two cuts of one guild, for a store does not
 * know in which order the changes of a batch were.
 */
export class Cutting {
  readonly #batchRows: number;
  readonly #cut: (guildId: Snowflake) => readonly Piece[];
  readonly #waiting = new Set<Snowflake>();
  /** Pieces of the guild that was cut last, which a batch had no room for. */
  #begun: Piece[] = [];

  /**
   * @param batchRows most rows in one batch
   * @param cut takes out what is to be written of a guild
   */
  constructor(batchRows: number, cut: (guildId: Snowflake) => readonly Piece[]) {
    this.#batchRows = batchRows;
    this.#cut = cut;
  }

  /** Has guilds cut, once each. */
  add(guildIds: Iterable<Snowflake>): void {
    for (const guildId of guildIds) this.#waiting.add(guildId);
  }

  get isDone(): boolean {
    return this.#begun.length === 0 && this.#waiting.size === 0;
  }

  /** How many rows were cut and are in no batch yet. */
  get rows(): number {
    return this.#begun.reduce((sum, { delta }) => sum + rowsIn(delta), 0);
  }

  /** The pieces of the next batch; none when there is nothing to write. */
  next(): Piece[] {
    const begunId = this.#begun[0]?.delta.guildId;
    return this.#filled(() => this.#first(begunId));
  }

  /** The same of what was cut already. */
  nextBegun(): Piece[] {
    return this.#filled(() => this.#begun[0]);
  }

  /** A guild's pieces that are in no batch yet. */
  piecesOf(guildId: Snowflake): readonly Piece[] {
    return this.#begun.filter(({ delta }) => delta.guildId === guildId);
  }

  #filled(first: () => Piece | undefined): Piece[] {
    const batch: Piece[] = [];
    let room = this.#batchRows;
    for (let piece = first(); piece; piece = first()) {
      if (piece.size > room && batch.length > 0) break;
      batch.push(piece);
      room -= piece.size;
      this.#begun.shift();
    }
    return batch;
  }

  /** @param begunId of a guild that is not cut again yet */
  #first(begunId: Snowflake | undefined): Piece | undefined {
    for (const guildId of this.#waiting) {
      if (this.#begun.length > 0) break;
      if (guildId === begunId) continue;
      this.#waiting.delete(guildId);
      this.#begun = [...this.#cut(guildId)];
    }
    return this.#begun[0];
  }
}
