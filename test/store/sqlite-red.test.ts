import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { traces } from "../support/traces.ts";
import { CHANNELS, channelOf, past, place } from "./red-conformance.ts";

/** Ids of random times, so that they go into the tree in random places and pages are split. */
function randomIds(count: number, seed: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = createHash("sha256").update(`${seed}/${index}`).digest();
    return String(2n ** 58n + (digest.readBigUInt64BE() >> 6n));
  });
}

test("staged users who are erased leave no byte behind, whether they wait, were replaced, dropped or placed", async () => {
  using folder = temporaryFolder();
  const store = sqlite(folder.file("stats.db"));
  await store.open();
  const ids = randomIds(3_000, 11);
  const [waiting = "", replaced = "", placed = ""] = CHANNELS;
  const users = (from: number): string[] => ids.filter((_, index) => index % 3 === from);
  await store.stageRed(
    past([channelOf(waiting, users(0)), channelOf(replaced, users(1)), channelOf(placed, users(2))]),
    1_000,
  );
  expect(traces(folder.path, ids.slice(0, 9))).toHaveLength(9);
  await store.stageRed(past([channelOf(replaced, [])]), 2_000);
  await place(store, [placed]);
  for (const id of ids.slice(300, 309)) {
    await store.forget(id);
    expect(traces(folder.path, [id])).toEqual([]);
  }
  expect(traces(folder.path, ids.slice(0, 3))).toEqual([users(0)[0], users(2)[0]]);
  await store.dropRed(1_500);
  expect((await store.redStaging()).users).toBe(0);
  // Any erasure empties the log; the files hold only who was placed.
  await store.forget("1");
  expect(traces(folder.path, users(0))).toEqual([]);
  expect(traces(folder.path, users(2).slice(0, 50))).toEqual(users(2).slice(0, 50));
  await store.close();
});
