import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cells, CellTable } from "../../src/counting/cell-table.ts";
import { emptyCells } from "../../src/store/columns.ts";
import type { CellRows } from "../../src/store/store.ts";

const additions = fc.array(
  fc.record({
    place: fc.nat(60),
    member: fc.nat(2_000),
    state: fc.constantFrom(0, 1, 6, 1_023),
    messages: fc.integer({ min: -5, max: 1_000 }),
    durationMs: fc.integer({ min: -5, max: 3_600_000 }),
  }),
  { maxLength: 2_000 },
);

function told(cells: Cells): Record<string, readonly [number, number]> {
  const rows = Array.from({ length: cells.length }, (_, row): [string, readonly [number, number]] => [
    `${cells.placeAt(row)} ${cells.memberAt(row)} ${cells.stateAt(row)}`,
    [cells.messagesAt(row), cells.durationMsAt(row)],
  ]);
  const byKey = Object.fromEntries(rows);
  expect(Object.keys(byKey)).toHaveLength(rows.length);
  return byKey;
}

function columnsOf(table: CellTable): CellRows {
  const columns = emptyCells(table.length);
  for (let row = 0; row < table.length; row++) {
    columns.place[row] = table.placeAt(row);
    columns.member[row] = table.memberAt(row);
    columns.state[row] = table.stateAt(row);
    columns.messages[row] = table.messagesAt(row);
    columns.durationMs[row] = table.durationMsAt(row);
  }
  return columns;
}

test("a table's cells equal a map's, one row a key, however it grew and whenever it was trimmed or copied", () => {
  fc.assert(
    fc.property(
      additions,
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 500 }),
      fc.boolean(),
      (list, capacity, trimmed, copies) => {
        let table = new CellTable(capacity);
        const map = new Map<string, [number, number]>();
        for (const [index, { place, member, state, messages, durationMs }] of list.entries()) {
          if (index % trimmed === trimmed - 1) {
            const before = table;
            if (copies) table = new CellTable(capacity);
            table.fill(columnsOf(before));
          }
          table.add(place, member, state, messages, durationMs);
          const key = `${place} ${member} ${state}`;
          const [count, duration] = map.get(key) ?? [0, 0];
          map.set(key, [count + messages, duration + durationMs]);
        }
        expect(told(table)).toEqual(Object.fromEntries(map));
        table.trim();
        expect(told(table)).toEqual(Object.fromEntries(map));
      },
    ),
  );
});

test("a trimmed table takes 16 bytes a row, and 8 more for each that has time", () => {
  const table = new CellTable();
  for (let member = 0; member < 1_000; member++) table.add(1, member, 0, 1, 0);
  table.trim();
  expect(table.byteLength).toBe(16_000);
  for (const member of [7, 993]) table.add(1, member, 0, 0, 60_000);
  table.trim();
  expect(table.byteLength).toBe(16_016);
});
