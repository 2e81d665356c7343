import type { CellRows } from "../store/store.ts";
import type { Indices } from "./stored-ids.ts";

interface Runs {
  /** The hour or day of each row; rows of one are together. */
  readonly at: Int32Array;
  /** Its columns are written to. */
  readonly rows: CellRows;
  readonly ids: Indices;
  /** Rows put at once; an hour or day with more is put in several runs. */
  readonly mostRows: number;
  /** Rows between two turns. */
  readonly sliceRows: number;
  /** Resolves after a turn of the event loop. */
  readonly turn: () => Promise<void>;
}

/** Renumbers rows as the guild's record has their ids, and puts them where they belong, an hour's or day's at once. */
export async function putRuns(
  { at, rows, ids, mostRows, sliceRows, turn }: Runs,
  put: (at: number, run: CellRows) => void,
): Promise<void> {
  const { place, member } = rows;
  let [from, turned] = [0, 0];
  for (let row = 0; row < at.length; ) {
    place[row] = ids.place(place[row] ?? 0);
    member[row] = ids.member(member[row] ?? 0);
    row++;
    if (row < at.length && at[row] === at[from] && row - from < mostRows) continue;
    put(at[from] ?? 0, rowsIn(rows, from, row));
    from = row;
    if (row - turned < sliceRows) continue;
    turned = row;
    await turn();
  }
}

/** The rows `[from, until)`, not copied. */
function rowsIn(rows: CellRows, from: number, until: number): CellRows {
  return {
    place: rows.place.subarray(from, until),
    member: rows.member.subarray(from, until),
    state: rows.state.subarray(from, until),
    messages: rows.messages.subarray(from, until),
    durationMs: rows.durationMs.subarray(from, until),
  };
}
