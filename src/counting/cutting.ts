import type { Snowflake } from "../snowflake.ts";
import { rowsIn } from "../store/delta.ts";
import type { Batch } from "../store/store.ts";
import type { Piece } from "./pieces.ts";

type Moment = Pick<Batch, "cutAtMs" | "changesSeen">;

/** What was taken out of a guild's dirty set, as of one moment. */
export class Taken {
  readonly guildId: Snowflake;
  /** How many rows it has. */
  readonly rows: number;
  readonly #cut: () => readonly Piece[];
  #pieces: readonly Piece[] | null = null;

  /** @param cut makes the pieces, once */
  constructor(guildId: Snowflake, rows: number, cut: () => readonly Piece[]) {
    this.guildId = guildId;
    this.rows = rows;
    this.#cut = cut;
  }

  get pieces(): readonly Piece[] {
    this.#pieces ??= this.#cut();
    return this.#pieces;
  }
}

/**
 * What all guilds had to write at one moment, on its way into batches. A batch is made when it is to be written: of
 * thousands of guilds, all of them would stop the event loop for a tenth of a second.
 *
 * Invariant: what was taken is in `#begun`, in `#left`, or in a batch that was made.
 */
export class Cutting {
  /** What each of its batches says of that moment, whenever it is made. */
  readonly moment: Moment;
  readonly #batchRows: number;
  readonly #left: Map<Snowflake, Taken>;
  /** Pieces of a guild that others are in a batch of. */
  #begun: Piece[] = [];

  /**
   * @param taken no guild twice
   * @param batchRows most rows in one batch
   */
  constructor(moment: Moment, taken: readonly Taken[], batchRows: number) {
    this.moment = moment;
    this.#batchRows = batchRows;
    this.#left = new Map(taken.map((each) => [each.guildId, each]));
  }

  get isDone(): boolean {
    return this.#begun.length === 0 && this.#left.size === 0;
  }

  /** How many rows are in no batch yet. */
  get rows(): number {
    let rows = this.#begun.reduce((sum, { delta }) => sum + rowsIn(delta), 0);
    for (const taken of this.#left.values()) rows += taken.rows;
    return rows;
  }

  /** The pieces of the next batch; none when it is done. */
  next(): Piece[] {
    const batch: Piece[] = [];
    let room = this.#batchRows;
    for (let piece = this.#first(); piece; piece = this.#first()) {
      if (piece.size > room && batch.length > 0) break;
      batch.push(piece);
      room -= piece.size;
      this.#begun.shift();
    }
    return batch;
  }

  /** A guild's pieces that are in no batch yet. */
  piecesOf(guildId: Snowflake): readonly Piece[] {
    const begun = this.#begun.filter(({ delta }) => delta.guildId === guildId);
    return [...begun, ...(this.#left.get(guildId)?.pieces ?? [])];
  }

  #first(): Piece | undefined {
    for (const [guildId, taken] of this.#left) {
      if (this.#begun.length > 0) break;
      this.#begun = [...taken.pieces];
      this.#left.delete(guildId);
    }
    return this.#begun[0];
  }
}
