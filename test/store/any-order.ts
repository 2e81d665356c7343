import fc from "fast-check";
import { expect } from "vitest";
import type { Snowflake } from "../../src/snowflake.ts";
import type { Store } from "../../src/store/store.ts";
import { batchOf, broken, type Cells, Oracle, type Row, readGuild, unique } from "./batches.ts";

/** Somewhere a store keeps its data. */
export interface Place extends AsyncDisposable {
  /** A new store, not yet opened, on the same data each time; several are open at once only where processes share it. */
  store(): Store;
  /** A guild's daily rows as they are in the data, "day place member state"; also beside an open store. */
  days(guildId: Snowflake): Promise<Cells>;
}

const HOUR = 490_000;
const ROW: Row = {
  guild: "200000000000000001",
  hour: HOUR,
  place: "300000000000000009",
  member: "400000000000000009",
};

/** A property: whatever happens to a store, it says what plain maps say. */
export async function addsUpInAnyOrder(makePlace: () => Promise<Place>): Promise<void> {
  const ids = (prefix: string) => fc.integer({ min: 1, max: 4 }).map((digit) => `${prefix}${digit}`);
  const rows = fc.array(
    fc.record({
      guild: ids("20000000000000000"),
      hour: fc.integer({ min: HOUR, max: HOUR + 3 }),
      place: fc.oneof(ids("30000000000000000"), fc.constantFrom("0:Chess", "2:Spotify")),
      member: ids("40000000000000000"),
      messages: fc.nat(1_000),
      state: fc.constantFrom(0, 1, 6, 1023),
      durationMs: fc.nat(2 ** 40),
    }),
    { maxLength: 12 },
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("batch" as const), rows, bots: fc.nat(15) }) },
    { weight: 2, arbitrary: fc.constant({ kind: "retry" as const }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("failure" as const), rows }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("forget" as const), user: ids("40000000000000000") }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "reopen" as const }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      await using place = await makePlace();
      let store = place.store();
      await store.open();
      const oracle = new Oracle();
      let last = batchOf("w", 0, []);
      for (const step of steps) {
        switch (step.kind) {
          case "batch": {
            const flagged = unique(step.rows).map((each) => ({
              ...each,
              bot: ((step.bots >> Number(each.member.at(-1))) & 1) === 1,
            }));
            last = batchOf("w", last.sequence + 1, flagged);
            expect(await store.apply(last)).toBe("applied");
            oracle.add(flagged);
            break;
          }
          case "retry":
            if (last.sequence > 0) expect(await store.apply(last)).toBe("duplicate");
            break;
          case "failure": {
            const failing = broken(batchOf("w", last.sequence + 1, [ROW, ...step.rows]));
            await expect(store.apply(failing)).rejects.toBeInstanceOf(Error);
            break;
          }
          case "forget":
            await store.forget(step.user);
            oracle.forget(step.user);
            break;
          case "reopen":
            await store.close();
            store = place.store();
            await store.open();
            break;
          default:
            step satisfies never;
        }
      }
      for (const guild of ["1", "2", "3", "4"].map((digit) => `20000000000000000${digit}`)) {
        const { appliedSequence, ...found } = await readGuild(store, guild);
        expect(found).toEqual(oracle.guild(guild));
        expect(appliedSequence).toBe(last.sequence);
      }
      await store.close();
    }),
    { numRuns: 40 },
  );
}
