import type { Clock } from "../../clock.ts";
import type { CellRows } from "../store.ts";
import type { Names } from "./names.ts";
import type { SideSeriesAnswer } from "./side-thread.ts";

/**
 * A row of counters as numbers with commas between them: place, member, messages. Where it has a state or time, these
 * follow, and messages `n` are -1 - n. Nearly no row has: SQLite makes, and the parser reads, a third less text so.
 */
export const CELL_TEXT = `
  CASE WHEN state = 0 AND duration_ms = 0 THEN place || ',' || member || ',' || messages
  ELSE place || ',' || member || ',' || (-1 - messages) || ',' || state || ',' || duration_ms END`;
const FEWEST_NUMBERS = 3;
/** Rows that are looked through between two turns of the event loop: a millisecond or so. */
const SLICE_ROWS = 8_192;

/** Rows that refer to lists of names, with what all rows of a group have. */
export interface KeyedRows extends CellRows {
  readonly key: Int32Array;
}

/** Columns of rows that came as {@link CELL_TEXT}. @param keyAt what the rows of a group have, by its index */
export async function cellColumns(
  clock: Clock,
  { values, ends }: SideSeriesAnswer,
  keyAt: (group: number) => number,
  { placeAt, memberAt }: Pick<Names, "placeAt" | "memberAt">,
): Promise<KeyedRows> {
  const most = Math.ceil(values.length / FEWEST_NUMBERS);
  const key = new Int32Array(most);
  const place = new Int32Array(most);
  const member = new Int32Array(most);
  const state = new Uint16Array(most);
  const messages = new Float64Array(most);
  const durationMs = new Float64Array(most);
  let [row, at] = [0, 0];
  for (const [group, end] of ends.entries()) {
    const own = keyAt(group);
    for (; at < end; row++) {
      if (row % SLICE_ROWS === SLICE_ROWS - 1) await clock.turn();
      key[row] = own;
      place[row] = placeAt(values[at] ?? -1);
      member[row] = memberAt(values[at + 1] ?? -1);
      const count = values[at + 2] ?? 0;
      at += FEWEST_NUMBERS;
      if (count >= 0) {
        messages[row] = count;
        continue;
      }
      messages[row] = -1 - count;
      state[row] = values[at] ?? 0;
      durationMs[row] = values[at + 1] ?? 0;
      at += 2;
    }
  }
  return {
    key: key.subarray(0, row),
    place: place.subarray(0, row),
    member: member.subarray(0, row),
    state: state.subarray(0, row),
    messages: messages.subarray(0, row),
    durationMs: durationMs.subarray(0, row),
  };
}
