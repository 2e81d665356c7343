import type { Clock } from "../../clock.ts";
import { emptyCells } from "../columns.ts";
import type { CellRows } from "../store.ts";
import type { Names } from "./names.ts";
import type { SideGroupsAnswer } from "./side-thread.ts";

/** What fits in one number: of 60,000 members it has nine digits at most, which the parser reads quickest. */
const [PLACES, MESSAGES] = [1_024, 16];
const PLACES_MESSAGES = PLACES * MESSAGES;

/**
 * A row of counters as numbers with commas between them. Nearly every row is one number: it has neither state nor time,
 * and few messages in one of the guild's first places. Of any other it is five, the first of which, -1 - messages, is negative.
 */
export const CELL_TEXT = `
  CASE WHEN state = 0 AND duration_ms = 0 AND place < ${PLACES} AND messages < ${MESSAGES}
  THEN (member * ${PLACES} + place) * ${MESSAGES} + messages
  ELSE (-1 - messages) || ',' || place || ',' || member || ',' || state || ',' || duration_ms END`;
/** Rows that are looked through between two turns of the event loop: a millisecond or so. */
const SLICE_ROWS = 8_192;

/** Rows that refer to lists of names, with what all rows of a group have. */
export interface KeyedRows extends CellRows {
  readonly key: Int32Array;
}

/** Columns of rows that came as {@link CELL_TEXT}. @param rows columns to write into, with room for all numbers */
export async function cellColumns(
  clock: Clock,
  { keys, values, ends }: SideGroupsAnswer,
  { placeAt, memberAt }: Pick<Names, "placeAt" | "memberAt">,
  rows: KeyedRows = emptyRows(values.length),
): Promise<KeyedRows> {
  const { key, place, member, state, messages, durationMs } = rows;
  let [row, at] = [0, 0];
  for (const [group, end] of ends.entries()) {
    const own = keys[group] ?? 0;
    for (; at < end; row++) {
      if (row % SLICE_ROWS === SLICE_ROWS - 1) await clock.turn();
      key[row] = own;
      const first = values[at++] ?? 0;
      if (first >= 0) {
        const upper = Math.floor(first / PLACES_MESSAGES);
        const lower = first - upper * PLACES_MESSAGES;
        place[row] = placeAt(Math.floor(lower / MESSAGES));
        member[row] = memberAt(upper);
        state[row] = 0;
        messages[row] = lower % MESSAGES;
        durationMs[row] = 0;
        continue;
      }
      messages[row] = -1 - first;
      place[row] = placeAt(values[at++] ?? -1);
      member[row] = memberAt(values[at++] ?? -1);
      state[row] = values[at++] ?? 0;
      durationMs[row] = values[at++] ?? 0;
    }
  }
  return rowsUntil(rows, row);
}

/**
 * The rows that come in parts, in columns: all of them joined, or, if they are taken as they come, none.
 * @param take takes one part at a time
 */
export async function columnsOfParts(
  clock: Clock,
  parts: AsyncIterable<SideGroupsAnswer>,
  names: Pick<Names, "placeAt" | "memberAt">,
  take?: (rows: KeyedRows) => Promise<void>,
): Promise<KeyedRows> {
  const untaken: KeyedRows[] = [];
  // Written into again and again: memory that is new has to be made first, and to be collected.
  let room = emptyRows(0);
  for await (const part of parts) {
    if (take === undefined) {
      untaken.push(await cellColumns(clock, part, names));
      continue;
    }
    if (room.key.length < part.values.length) room = emptyRows(part.values.length);
    await take(await cellColumns(clock, part, names, room));
  }
  return joined(untaken);
}

function joined(parts: readonly KeyedRows[]): KeyedRows {
  const all = emptyRows(parts.reduce((sum, { key }) => sum + key.length, 0));
  let at = 0;
  for (const part of parts) {
    all.key.set(part.key, at);
    all.place.set(part.place, at);
    all.member.set(part.member, at);
    all.state.set(part.state, at);
    all.messages.set(part.messages, at);
    all.durationMs.set(part.durationMs, at);
    at += part.key.length;
  }
  return all;
}

function emptyRows(length: number): KeyedRows {
  return { key: new Int32Array(length), ...emptyCells(length) };
}

function rowsUntil({ key, place, member, state, messages, durationMs }: KeyedRows, end: number): KeyedRows {
  return {
    key: key.subarray(0, end),
    place: place.subarray(0, end),
    member: member.subarray(0, end),
    state: state.subarray(0, end),
    messages: messages.subarray(0, end),
    durationMs: durationMs.subarray(0, end),
  };
}
