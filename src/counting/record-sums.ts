/** What is summed of many. */
export interface Summed {
  readonly byteLength: number;
  /** How many rows a flush would write. */
  readonly dirtyRows: number;
  /** Whether the sums hold it as it is; theirs to set. */
  isSummed: boolean;
}

/**
 * Sums over many records, of which only those are looked at that changed since the last time: a bot in thousands of
 * guilds asks for them at each question.
 *
 * Invariant: one that is not summed as it is, is in `#changed`.
 */
export class RecordSums<R extends Summed> {
  readonly #known = new Map<R, { readonly byteLength: number; readonly dirtyRows: number }>();
  #changed: R[] = [];
  #byteLength = 0;
  #dirtyRows = 0;

  /** The record is new, or takes more or less than it did. Costs a comparison when that was said before. */
  change(record: R): void {
    if (!record.isSummed) return;
    record.isSummed = false;
    this.#changed.push(record);
  }

  add(record: R): void {
    this.#known.set(record, { byteLength: 0, dirtyRows: 0 });
    record.isSummed = false;
    this.#changed.push(record);
  }

  remove(record: R): void {
    const { byteLength, dirtyRows } = this.#known.get(record) ?? { byteLength: 0, dirtyRows: 0 };
    this.#byteLength -= byteLength;
    this.#dirtyRows -= dirtyRows;
    this.#known.delete(record);
  }

  get byteLength(): number {
    this.#look();
    return this.#byteLength;
  }

  get dirtyRows(): number {
    this.#look();
    return this.#dirtyRows;
  }

  #look(): void {
    for (const record of this.#changed) {
      const before = this.#known.get(record);
      if (before === undefined) continue;
      const { byteLength, dirtyRows } = record;
      this.#byteLength += byteLength - before.byteLength;
      this.#dirtyRows += dirtyRows - before.dirtyRows;
      this.#known.set(record, { byteLength, dirtyRows });
      record.isSummed = true;
    }
    this.#changed = [];
  }
}
