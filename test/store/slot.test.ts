import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { hourOfDay, slotOf, slotOfSql, slotsOf, slotsOfGuild } from "../../src/store/sqlite/slot.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The first hour of 2015, and the first that no slot holds. */
const [FROM, UNTIL] = [394_464, 394_464 + 2 ** 18];

const guild = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 31 }));
const hour = fc.integer({ min: FROM, max: UNTIL - 1 });
const anyHour = fc.oneof(
  hour,
  fc.integer({ min: -1, max: 2 ** 21 }),
  fc.constantFrom(FROM - 1, FROM, UNTIL - 1, UNTIL),
);

test("slots are in the order of guilds, and of hours within", () => {
  fc.assert(
    fc.property(guild, hour, guild, hour, (g, h, otherG, otherH) => {
      const order = Math.sign(g - otherG) || Math.sign(h - otherH);
      expect(Math.sign(slotOf(g, h) - slotOf(otherG, otherH))).toBe(order);
    }),
  );
});

test("a guild's slots from one hour until another are those of its hours between, and of no other guild", () => {
  fc.assert(
    fc.property(guild, anyHour, anyHour, fc.integer({ min: -1, max: 1 }), hour, (g, from, until, step, h) => {
      const [first, end] = slotsOf(g, from, until);
      const slot = slotOf(g + step, h);
      expect(first <= slot && slot < end).toBe(step === 0 && from <= h && h < until);
    }),
  );
});

test("an hour that no slot holds counts as the nearest that one does", () => {
  fc.assert(
    fc.property(guild, anyHour, (g, h) => {
      expect(slotOf(g, h)).toBe(slotOf(g, Math.min(Math.max(h, FROM), UNTIL - 1)));
    }),
  );
});

test("SQL makes the same slots, finds a guild's, and the schema tells guild, hour and day of them", async () => {
  using folder = temporaryFolder();
  const store = sqlite(folder.file("stats.db"));
  await store.open();
  await store.close();
  const database = new Database(folder.file("stats.db"));
  const made = database.prepare<number[], number>(`SELECT ${slotOfSql("?", "?")}`).pluck();
  const tables = ["hourly", "daily"].map((table) => ({
    put: database.prepare<number[]>(`INSERT INTO ${table} VALUES (?, 1, 1, 0, 1, 0)`),
    read: database.prepare<[], Record<string, number>>(`SELECT * FROM ${table}`),
    empty: database.prepare(`DELETE FROM ${table} WHERE guild NOT NULL`),
  }));
  const [hourly, daily] = tables;
  fc.assert(
    fc.property(guild, anyHour, hour, (g, any, h) => {
      // As a whole number: this library hands JavaScript's numbers over as fractions, which `<<` would cut.
      expect(made.get(g, any)).toBe(slotOf(g, any));
      const day = Math.floor(h / 24);
      hourly?.put.run(slotOf(g, h));
      daily?.put.run(slotOf(g, hourOfDay(day)));
      expect(hourly?.read.get()).toMatchObject({ guild: g, hour: h });
      expect(daily?.read.get()).toMatchObject({ guild: g, day });
      for (const other of [g - 1, g, g + 1]) {
        const found = database
          .prepare(`SELECT count(*) FROM hourly WHERE ${slotsOfGuild(other)}`)
          .pluck()
          .get();
        expect(found).toBe(other === g ? 1 : 0);
      }
      for (const { empty } of tables) empty.run();
    }),
  );
  database.close();
});
