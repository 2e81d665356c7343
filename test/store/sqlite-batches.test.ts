import fc from "fast-check";
import { expect, test } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import type { Batch } from "../../src/store/store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { batchOf, broken, Oracle, type Row, readGuild, unique } from "./batches.ts";

const GUILDS = ["900", "901"] as const;

const row: fc.Arbitrary<Row> = fc.record({
  guild: fc.constantFrom(...GUILDS),
  hour: fc.integer({ min: 490_000, max: 490_002 }),
  place: fc.constantFrom("2000", "2001", "0:Chess"),
  member: fc.integer({ min: 4_000, max: 4_019 }).map(String),
  state: fc.constantFrom(0, 5),
  messages: fc.nat(50),
  durationMs: fc.constantFrom(0, 3_600_000),
});

/** The same batch with a fraction, which no table takes, as one of its figures. */
function cracked(batch: Batch, at: number): Batch {
  const guilds = batch.guilds.map((delta) => ({
    ...delta,
    rows: { ...delta.rows, messages: delta.rows.messages.with(at % delta.rows.messages.length, 0.5) },
  }));
  return { ...batch, guilds };
}

test("batches of any length add up, also after some that failed anywhere within", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          rows: fc.array(row, { minLength: 1, maxLength: 150, size: "max" }).map(unique),
          fails: fc.constantFrom("never", "at its end", "within"),
          at: fc.nat(150),
        }),
        { maxLength: 4 },
      ),
      async (batches) => {
        using folder = temporaryFolder();
        const store = sqlite(folder.file("stats.db"));
        await store.open();
        const oracle = new Oracle();
        for (const [index, { rows, fails, at }] of batches.entries()) {
          const batch = batchOf("w", index + 1, rows);
          if (fails === "at its end") await expect(store.apply(broken(batch))).rejects.toThrow();
          if (fails === "within") await expect(store.apply(cracked(batch, at))).rejects.toThrow();
          expect(await store.apply(batch)).toBe("applied");
          oracle.add(rows);
        }
        for (const guild of GUILDS) {
          const { hourly, lifetime } = await readGuild(store, guild);
          expect({ hourly, lifetime }).toEqual({
            hourly: oracle.guild(guild).hourly,
            lifetime: oracle.guild(guild).lifetime,
          });
        }
        await store.close();
      },
    ),
    { numRuns: 20 },
  );
});
