import fc from "fast-check";
import { expect, test } from "vitest";
import { CellTable } from "../../src/counting/cell-table.ts";

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

test("a table's cells equal a map's, one row a key, however it grew and whenever it was trimmed", () => {
  fc.assert(
    fc.property(
      additions,
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 500 }),
      (list, capacity, trimmed) => {
        const table = new CellTable(capacity);
        const map = new Map<string, [number, number]>();
        for (const [index, { place, member, state, messages, durationMs }] of list.entries()) {
          if (index % trimmed === trimmed - 1) table.trim();
          table.add(place, member, state, messages, durationMs);
          const key = `${place} ${member} ${state}`;
          const [count, duration] = map.get(key) ?? [0, 0];
          map.set(key, [count + messages, duration + durationMs]);
        }
        const cells = Array.from({ length: table.length }, (_, row) => [
          `${table.placeAt(row)} ${table.memberAt(row)} ${table.stateAt(row)}`,
          [table.messagesAt(row), table.durationMsAt(row)],
        ]);
        expect(cells).toEqual([...map]);
      },
    ),
  );
});

test("a trimmed table of messages takes 16 bytes a row, one of time 24", () => {
  const table = new CellTable();
  for (let member = 0; member < 1_000; member++) table.add(1, member, 0, 1, 0);
  table.trim();
  expect(table.byteLength).toBe(16_000);
  table.add(1, 7, 0, 0, 60_000);
  table.trim();
  expect(table.byteLength).toBe(24_000);
});
