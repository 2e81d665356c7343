import Database from "better-sqlite3";
import { expect, test } from "vitest";
import type { ScheduledPost } from "../../src/store/scheduled-post.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const post = (id: number): ScheduledPost => ({
  guildId: "100000000000000001",
  channelId: "200000000000000001",
  timing: { every: "week", weekday: 0, hour: 9 },
  card: "server",
  period: "7d",
  members: "humans",
  id,
  doneMs: 1_790_000_000_000,
  messageId: null,
  trouble: "permissions",
});

test.each([
  ["a timing", "every = 'year'"],
  ["a timing without its hour", "hour = NULL"],
  ["a weekday", "day = 7"],
  ["a card", "card = 'weather'"],
  ["a period", "period = '5y'"],
  ["a members filter", "members = 'cats'"],
])("a post of %s that this version does not know is left out, and the others are read", async (_, change) => {
  using folder = temporaryFolder();
  const path = folder.file("stats.db");
  const store = sqlite(path);
  await store.open();
  await store.addPost(post(1));
  await store.addPost(post(2));
  await store.close();
  const database = new Database(path);
  database.prepare(`UPDATE post SET ${change} WHERE id = 1`).run();
  database.prepare("UPDATE post SET trouble = 'bored' WHERE id = 2").run();
  database.close();
  await store.open();
  // A trouble that is not known does not keep a post from being made.
  expect(await store.posts()).toEqual([{ ...post(2), trouble: null }]);
  await store.close();
});
