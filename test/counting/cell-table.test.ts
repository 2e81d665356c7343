import fc from "fast-check";
import { expect, test } from "vitest";
import { CellTable } from "../../src/counting/cell-table.ts";

const additions = fc.array(
  fc.record({
    channel: fc.nat(60),
    member: fc.nat(2_000),
    messages: fc.integer({ min: -5, max: 1_000 }),
    voiceMs: fc.integer({ min: -5, max: 3_600_000 }),
  }),
  { maxLength: 2_000 },
);

test("a table's cells equal a map's, one row a key, however it grew", () => {
  fc.assert(
    fc.property(additions, fc.integer({ min: 0, max: 40 }), (list, capacity) => {
      const table = new CellTable(capacity);
      const map = new Map<string, [number, number]>();
      for (const { channel, member, messages, voiceMs } of list) {
        table.add(channel, member, messages, voiceMs);
        const [count, duration] = map.get(`${channel} ${member}`) ?? [0, 0];
        map.set(`${channel} ${member}`, [count + messages, duration + voiceMs]);
      }
      const cells = Array.from({ length: table.length }, (_, row) => [
        `${table.channel[row]} ${table.member[row]}`,
        [table.messages[row], table.voiceMs[row]],
      ]);
      expect(cells).toEqual([...map]);
    }),
  );
});
