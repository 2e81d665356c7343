import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { traces } from "../support/traces.ts";
import { batchOf, type Row, readGuild } from "./batches.ts";
import { rollUpWhole } from "./rolling-up.ts";

const GUILDS = ["100000000000000001", "100000000000000002"];

/** How often each id is in these bytes as a 64-bit integer. */
function occurrences(bytes: Buffer, userIds: readonly string[]): Map<bigint, number> {
  const counts = new Map(userIds.map((id) => [BigInt(id), 0]));
  for (let at = 0; at + 8 <= bytes.length; at++) {
    const integer = bytes.readBigInt64BE(at);
    const count = counts.get(integer);
    if (count !== undefined) counts.set(integer, count + 1);
  }
  return counts;
}

/** Ids of random times, so that they go into the tree in random places and pages are split. */
function randomIds(count: number, seed: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = createHash("sha256").update(`${seed}/${index}`).digest();
    return String(2n ** 58n + (digest.readBigUInt64BE() >> 6n));
  });
}

const rowOf = (member: string, index: number): Row => ({
  guild: GUILDS[index % 2] ?? "",
  hour: 490_000 + (index % 24),
  place: `20000000000000000${index % 5}`,
  member,
  messages: 1,
});

describe("forgetting in a SQLite file", () => {
  test("leaves no byte of the id in the file, its log or its index, wherever pages were split", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    const ids = randomIds(8_000, 7);
    for (let start = 0, sequence = 1; start < ids.length; start += 100, sequence++) {
      await store.apply(batchOf("w", sequence, ids.slice(start, start + 100).map(rowOf)));
    }
    // Half of them are counted by day, half by hour.
    await rollUpWhole(store, { hourlyBefore: 490_008, dailyBefore: null, timeZone: "UTC" });
    await store.close();
    await store.open();
    // The hard cases: where SQLite split a page, a copy stayed in the gap, beside the two of table and index.
    const copies = occurrences(readFileSync(folder.file("stats.db")), ids);
    const hard = ids.filter((id) => (copies.get(BigInt(id)) ?? 0) > 2);
    expect(hard.length).toBeGreaterThan(5);
    const forgotten = [...hard.slice(0, 50), ...ids.slice(100, 150)];
    for (const [index, id] of forgotten.entries()) {
      expect(await store.forget(id)).toEqual({ rows: 2 });
      expect(traces(folder.path, [id])).toEqual([]);
      // Counting goes on between erasures, and splits pages anew.
      await store.apply(batchOf("between", index + 1, randomIds(20, 1_000 + index).map(rowOf)));
    }
    await store.close();
    expect(traces(folder.path, forgotten)).toEqual([]);
    expect(traces(folder.path, ids.slice(0, 1))).toEqual(ids.slice(0, 1));
  });

  test("takes its turn with loads that run meanwhile: each sees the user whole or not at all", async () => {
    using folder = temporaryFolder();
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    const ids = randomIds(3_000, 5);
    const [guild = ""] = GUILDS;
    await store.apply(
      batchOf(
        "w",
        1,
        ids.map((member, index) => ({ ...rowOf(member, index), guild })),
      ),
    );
    const load = async (): Promise<readonly [hourly: number, lifetime: number, members: number]> => {
      const { hourly, lifetime, members } = await store.load(guild, { writer: "w", fromHour: 0 });
      return [hourly.hour.length, lifetime.place.length, members.length];
    };
    const sizes = Promise.all([load(), load(), store.forget(ids[0] ?? ""), load(), load()]);
    const seen = (await sizes).flatMap((size) => ("rows" in size ? [] : [size]));
    for (const size of seen) expect([Array(3).fill(3_000), Array(3).fill(2_999)]).toContainEqual(size);
    expect(await load()).toEqual([2_999, 2_999, 2_999]);
    await store.close();
  });

  test("what a killed process left in the log is gone once the file is opened again", async () => {
    using folder = temporaryFolder();
    using copy = temporaryFolder();
    const [ann = ""] = randomIds(1, 3);
    const store = sqlite(folder.file("stats.db"));
    await store.open();
    await store.apply(batchOf("w", 1, [rowOf(ann, 0)]));
    // The files of a store in use are what a kill leaves.
    for (const name of ["stats.db", "stats.db-wal"]) copyFileSync(folder.file(name), copy.file(name));
    await store.close();
    expect(statSync(copy.file("stats.db-wal")).size).toBeGreaterThan(0);
    const reopened = sqlite(copy.file("stats.db"));
    await reopened.open();
    expect(statSync(copy.file("stats.db-wal")).size).toBe(0);
    expect(Object.keys((await readGuild(reopened, GUILDS[0] ?? "")).lifetime)).toHaveLength(1);
    await reopened.close();
  });
});
