import { describe, expect, test } from "vitest";
import { REFRESH_MS } from "../../src/posts/due.ts";
import type { PostOutcome } from "../../src/posts/poster.ts";
import { MOST_POSTS } from "../../src/posts/scheduled-posts.ts";
import { BEGIN_MS, CHANNEL, DAY_MS, ELSEWHERE, GUILD, HOUR_MS, OTHER, Posting, planOf } from "./posting.ts";

const REFRESH = planOf({ timing: { every: "refresh" } });
const REFUSED: PostOutcome = { kind: "refused", trouble: "permissions" };
const DUE_MS = Date.parse("2026-03-16T09:00Z");

/** An answer that is given by hand. */
function held(): { readonly answer: Promise<PostOutcome>; give(outcome: PostOutcome): void } {
  let give = (_: PostOutcome): void => undefined;
  const answer = new Promise<PostOutcome>((resolve) => {
    give = resolve;
  });
  return { answer, give: (outcome) => give(outcome) };
}

describe("a post is made when it is due", () => {
  test("once a day, on time, and what is stored tells so", async () => {
    await using run = await Posting.begin();
    const post = await run.posts.add(planOf());
    expect(post).toMatchObject({
      ...planOf(),
      id: 1,
      doneMs: DUE_MS - DAY_MS,
      messageId: null,
      trouble: null,
    });
    expect(run.posts.nextMs(post)).toBe(DUE_MS);
    await run.advance(3 * DAY_MS);
    expect(run.attemptedAt).toEqual(["2026-03-16T09:00", "2026-03-17T09:00", "2026-03-18T09:00"]);
    expect(run.channels.attempts.map(({ dueMs, atMs }) => atMs - dueMs)).toEqual([0, 0, 0]);
    expect(run.posted.map(({ lateMs }) => lateMs)).toEqual([0, 0, 0]);
    const [now] = run.posts.list(GUILD);
    expect(now).toEqual({ ...post, doneMs: DUE_MS + 2 * DAY_MS });
    expect(await run.store.posts()).toEqual([now]);
  });

  test("in the guild's time zone", async () => {
    await using run = await Posting.begin();
    run.zones.set(GUILD, "Asia/Kolkata");
    await run.posts.add(planOf({ timing: { every: "week", weekday: 1, hour: 0 } }));
    await run.advance(9 * DAY_MS);
    expect(run.attemptedAt).toEqual(["2026-03-16T18:30", "2026-03-23T18:30"]);
  });

  test("not before the client is ready, and at once when it is", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    await run.stop();
    await run.start(false);
    await run.until("2026-03-16T10:00Z");
    run.posts.arrived(GUILD);
    await run.settled();
    expect(run.attemptedAt).toEqual([]);
    run.posts.ready();
    await run.settled();
    expect(run.attemptedAt).toEqual(["2026-03-16T10:00"]);
    expect(run.posted.map(({ lateMs }) => lateMs)).toEqual([HOUR_MS]);
  });

  test("at most five minutes late when the clock is set forwards", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    run.clock.step(DUE_MS + 60_000);
    await run.advance(300_000);
    expect(run.channels.attempts.map(({ dueMs }) => dueMs)).toEqual([DUE_MS]);
  });

  test("once, though the clock is set back", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    await run.posts.add(REFRESH);
    await run.until("2026-03-16T09:10Z");
    const before = run.channels.attempts.length;
    run.clock.step(Date.parse("2026-03-16T08:00Z"));
    run.posts.changed(GUILD);
    await run.advance(HOUR_MS);
    await run.stop();
    await run.start();
    expect(run.attemptedAt).toHaveLength(before);
    await run.until("2026-03-17T09:10Z");
    expect(run.channels.messages.size).toBe(3);
  });

  test("with one timer, however many posts there are; without posts, with none", async () => {
    await using run = await Posting.begin();
    expect(run.clock.timers).toBe(0);
    for (let hour = 0; hour < MOST_POSTS; hour++)
      for (const guildId of [GUILD, OTHER])
        await run.posts.add(planOf({ guildId, timing: { every: "day", hour } }));
    expect(run.clock.timers).toBe(1);
    await run.advance(DAY_MS);
    expect(run.channels.messages.size).toBe(20);
    expect(run.clock.timers).toBe(1);
    await run.posts.stop();
    expect(run.clock.timers).toBe(0);
  });

  test("also among so many posts that they are looked at in several turns of the event loop", async () => {
    await using run = await Posting.begin();
    for (let guild = 0; guild < 130; guild++) await run.posts.add(planOf({ guildId: String(5_000 + guild) }));
    await run.stop();
    await run.start();
    await run.until("2026-03-16T09:00Z");
    expect(new Set(run.channels.attempts.map(({ post }) => post.guildId)).size).toBe(130);
    expect(new Set(run.attemptedAt)).toEqual(new Set(["2026-03-16T09:00"]));
  });
});

describe("after an outage", () => {
  test.each([
    [
      "the newest of many that were missed",
      "2026-03-19T20:59:59Z",
      ["2026-03-19T20:59"],
      ["2026-03-19T09:00Z"],
    ],
    ["none that is late by half a day", "2026-03-19T21:00:00Z", [], []],
  ])("%s is made", async (_, back, attempted, due) => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    await run.stop();
    run.clock.pass(Date.parse(back) - BEGIN_MS);
    await run.start();
    expect(run.attemptedAt).toEqual(attempted);
    expect(run.channels.attempts.map(({ dueMs }) => dueMs)).toEqual(due.map((iso) => Date.parse(iso)));
    await run.until("2026-03-20T09:00Z");
    expect(run.attemptedAt).toEqual([...attempted, "2026-03-20T09:00"]);
  });

  test("of a guild that was away, what is due is made when it is back", async () => {
    await using run = await Posting.begin();
    const post = await run.posts.add(planOf());
    run.channels.away.add(GUILD);
    await run.until("2026-03-16T08:00Z");
    expect(run.posts.nextMs(post)).toBe(DUE_MS);
    await run.until("2026-03-16T12:00Z");
    expect(run.posts.nextMs(post)).toBe(null);
    expect(run.attemptedAt).toEqual([]);
    run.channels.away.delete(GUILD);
    run.posts.arrived(GUILD);
    await run.settled();
    expect(run.attemptedAt).toEqual(["2026-03-16T12:00"]);
  });

  test("of a guild with many due posts, the one that has been due for the longest time is made first", async () => {
    await using run = await Posting.begin();
    for (const hour of [10, 9, 11]) await run.posts.add(planOf({ timing: { every: "day", hour } }));
    run.channels.away.add(GUILD);
    await run.until("2026-03-16T12:00Z");
    run.channels.away.clear();
    run.posts.arrived(GUILD);
    await run.settled();
    expect(run.channels.attempts.map(({ post }) => post.id)).toEqual([2, 1, 3]);
  });

  test("a guild that goes away during an attempt is waited for, and nothing is decided", async () => {
    await using run = await Posting.begin();
    const post = await run.posts.add(planOf());
    run.channels.answer = () => {
      run.channels.away.add(GUILD);
      return { kind: "away" };
    };
    await run.until("2026-03-16T12:00Z");
    expect(run.attemptedAt).toEqual(["2026-03-16T09:00"]);
    expect(run.posts.list(GUILD)).toEqual([post]);
    run.channels.away.clear();
    run.channels.answer = () => null;
    run.posts.arrived(GUILD);
    await run.settled();
    expect(run.channels.attempts.map(({ dueMs }) => dueMs)).toEqual([DUE_MS, DUE_MS]);
    expect(run.channels.messages.size).toBe(1);
  });

  test("an attempt whose answer came, but not into the file, is made again for the same instant: one message", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    await run.posts.add(REFRESH);
    run.channels.messages.clear();
    run.line.posts = false;
    await run.until("2026-03-16T09:00Z");
    await run.kill();
    run.line.posts = true;
    await run.advance(60_000);
    await run.start();
    const made = run.channels.attempts.filter(({ post }) => post.timing.every === "day");
    expect(made.map(({ dueMs }) => dueMs)).toEqual([DUE_MS, DUE_MS]);
    expect([...run.channels.messages.keys()].filter((key) => key.startsWith(`${GUILD} 1 `))).toHaveLength(1);
    expect(await run.store.posts()).toMatchObject([{ doneMs: DUE_MS }, {}]);
  });

  test("the first message of one that is kept up to date is asked for under one name until it is there", async () => {
    await using run = await Posting.begin();
    run.channels.answer = (attempt) => {
      // Discord has it, and its answer is lost.
      run.channels.post(attempt);
      throw new Error("socket hang up");
    };
    await run.posts.add(REFRESH);
    await run.settled();
    await run.advance(7 * 60_000);
    await run.kill();
    run.channels.answer = () => null;
    await run.start();
    expect(run.attemptedAt).toHaveLength(4);
    expect(run.channels.messages.size).toBe(1);
    const [messageId] = [...run.channels.messages.values()].map(({ id }) => id);
    expect(run.posts.list(GUILD)).toMatchObject([{ messageId, trouble: null }]);
  });
});

describe("an attempt that comes to nothing", () => {
  test("is repeated with growing waits until the next one is due, and its trouble is stored once", async () => {
    await using run = await Posting.begin();
    const post = await run.posts.add(planOf());
    const before = run.line.triedPosts;
    run.channels.answer = () => REFUSED;
    await run.until("2026-03-16T11:00Z");
    expect(run.attemptedAt.map((iso) => iso.slice(11))).toEqual([
      "09:00",
      "09:01",
      "09:06",
      "09:21",
      "10:21",
    ]);
    expect(run.posts.nextMs(post)).toBe(Date.parse("2026-03-16T11:21Z"));
    expect(run.line.triedPosts - before).toBe(1);
    expect(await run.store.posts()).toMatchObject([{ trouble: "permissions", doneMs: DUE_MS - DAY_MS }]);
    await run.until("2026-03-17T09:02Z");
    expect(run.attemptedAt.slice(-3).map((iso) => iso.slice(11))).toEqual(["08:21", "09:00", "09:01"]);
    expect(run.channels.attempts.at(-1)?.dueMs).toBe(DUE_MS + DAY_MS);
    run.channels.answer = () => null;
    await run.until("2026-03-17T09:30Z");
    expect(run.channels.messages.size).toBe(1);
    expect(await run.store.posts()).toMatchObject([{ trouble: null, doneMs: DUE_MS + DAY_MS }]);
    expect(run.failures).toEqual([]);
  });

  test("is made good many hours later, once what was in its way is gone; a change of settings does not wait", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    run.channels.answer = () => ({ kind: "refused", trouble: "off" });
    await run.until("2026-03-17T02:30Z");
    run.channels.answer = () => null;
    run.posts.changed(GUILD);
    await run.settled();
    expect(run.posted).toMatchObject([{ lateMs: 17.5 * HOUR_MS, post: { doneMs: DUE_MS, trouble: null } }]);
  });

  test("is told of when it failed, and does not keep other posts from being made", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    await run.posts.add(planOf({ channelId: ELSEWHERE }));
    run.channels.answer = ({ post }) => {
      if (post.channelId === CHANNEL) throw new Error("Discord is down");
      return null;
    };
    await run.until("2026-03-16T09:00Z");
    expect(run.failures).toMatchObject([
      {
        code: "POST_FAILED",
        message: expect.stringMatching(/Discord is down/),
        details: { guildId: GUILD, id: 1 },
      },
    ]);
    expect(run.posts.list(GUILD)).toMatchObject([
      { id: 1, trouble: "failed", doneMs: DUE_MS - DAY_MS },
      { id: 2, trouble: null, doneMs: DUE_MS },
    ]);
  });

  test("waits as it should when the clock is set back meanwhile", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    run.channels.answer = () => REFUSED;
    await run.until("2026-03-17T07:00Z");
    run.clock.step(Date.parse("2026-03-16T10:00Z"));
    run.channels.answer = () => null;
    await run.advance(300_000);
    expect(run.channels.messages.size).toBe(1);
  });
});

describe("a message that is kept up to date", () => {
  test("is there at once, stays the same, and is renewed each half hour", async () => {
    await using run = await Posting.begin();
    const added = await run.posts.add(REFRESH);
    await run.settled();
    expect(run.channels.attempts).toMatchObject([{ dueMs: BEGIN_MS, post: added }]);
    await run.advance(4 * REFRESH_MS);
    expect(run.attemptedAt).toHaveLength(5);
    expect(run.channels.messages.size).toBe(1);
    const [messageId] = [...run.channels.messages.values()].map(({ id }) => id);
    expect(run.channels.attempts.slice(1).map(({ post }) => post.messageId)).toEqual(
      Array(4).fill(messageId),
    );
    const gaps = run.channels.attempts
      .slice(2)
      .map(({ atMs }, index) => atMs - (run.channels.attempts[index + 1]?.atMs ?? 0));
    expect(gaps).toEqual(Array(3).fill(REFRESH_MS));
    expect(await run.store.posts()).toMatchObject([
      { messageId, doneMs: run.channels.attempts.at(-1)?.dueMs },
    ]);
  });

  test("is renewed however long the bot was away, once", async () => {
    await using run = await Posting.begin();
    await run.posts.add(REFRESH);
    await run.settled();
    await run.stop();
    run.clock.pass(40 * DAY_MS);
    await run.start();
    expect(run.attemptedAt).toHaveLength(2);
  });

  test("that did not change counts as renewed", async () => {
    await using run = await Posting.begin();
    await run.posts.add(REFRESH);
    await run.settled();
    run.channels.answer = () => ({ kind: "unchanged" });
    await run.advance(2 * REFRESH_MS);
    expect(run.attemptedAt).toHaveLength(3);
    expect(run.posted).toHaveLength(1);
    const [messageId] = [...run.channels.messages.values()].map(({ id }) => id);
    expect(await run.store.posts()).toMatchObject([{ messageId, trouble: null }]);
  });

  test("is asked for hourly at most while it is refused, and at once when settings change", async () => {
    await using run = await Posting.begin();
    run.channels.answer = () => REFUSED;
    await run.posts.add(REFRESH);
    await run.settled();
    await run.advance(10 * HOUR_MS);
    expect(run.attemptedAt.slice(-2).map((iso) => iso.slice(11))).toEqual(["20:51", "21:51"]);
    run.channels.answer = () => null;
    run.posts.changed(GUILD);
    await run.settled();
    expect(run.posted).toHaveLength(1);
    await run.advance(REFRESH_MS);
    expect(run.posted).toHaveLength(2);
    // Waits begin anew after one that was made.
    run.channels.answer = () => REFUSED;
    const before = run.attemptedAt.length;
    await run.advance(REFRESH_MS);
    expect(run.attemptedAt.length - before).toBeGreaterThanOrEqual(3);
  });
});

describe("messages that are kept up to date and may show who was erased", () => {
  const GAP_MS = 5 * 60_000;

  test("are renewed at once, in the guild alone or in all of them, and no others are", async () => {
    await using run = await Posting.begin();
    for (const guildId of [GUILD, OTHER]) {
      await run.posts.add({ ...REFRESH, guildId });
      await run.posts.add(planOf({ guildId }));
    }
    await run.advance(GAP_MS);
    run.posts.outdated(GUILD);
    await run.settled();
    expect(run.channels.attempts.slice(2).map(({ post }) => post.guildId)).toEqual([GUILD]);
    await run.advance(GAP_MS);
    run.posts.outdated(null);
    await run.settled();
    expect(run.channels.attempts.slice(3).map(({ post }) => post.guildId)).toEqual([GUILD, OTHER]);
    expect(run.channels.attempts.every(({ post }) => post.timing.every === "refresh")).toBe(true);
    expect(run.channels.messages.size).toBe(2);
  });

  test("are renewed each five minutes at most, however many are erased, and nothing is owed in the end", async () => {
    await using run = await Posting.begin();
    await run.posts.add(REFRESH);
    for (let minute = 0; minute < 20; minute++) {
      run.posts.outdated(null);
      await run.advance(60_000);
    }
    const minutes = run.attemptedAt.map((iso) => iso.slice(11));
    expect(minutes).toEqual(["12:30", "12:35", "12:40", "12:45", "12:50"]);
    await run.advance(REFRESH_MS);
    expect(run.attemptedAt).toHaveLength(minutes.length + 1);
  });

  test.each(["first", "later"])("are renewed once more when one was being made: a %s one", async (which) => {
    await using run = await Posting.begin();
    if (which === "later") await run.posts.add(REFRESH);
    await run.advance(GAP_MS);
    let finish = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    run.channels.answer = (attempt) => held.then(() => run.channels.post(attempt));
    if (which === "later") run.posts.outdated(GUILD);
    else await run.posts.add(REFRESH);
    await run.settled();
    const before = run.attemptedAt.length;
    run.posts.outdated(GUILD);
    finish();
    run.channels.answer = () => null;
    await run.settled();
    expect(run.attemptedAt).toHaveLength(before);
    await run.advance(GAP_MS);
    expect(run.attemptedAt).toHaveLength(before + 1);
    expect(run.channels.messages.size).toBe(1);
  });

  test("are renewed after a restart, when the process died before it could, once there is nothing in the way", async () => {
    await using run = await Posting.begin();
    await run.posts.add(REFRESH);
    await run.advance(GAP_MS);
    run.channels.answer = () => REFUSED;
    run.posts.outdated(null);
    await run.settled();
    await run.kill();
    run.channels.answer = () => null;
    await run.start();
    expect(run.posted).toHaveLength(2);
    await run.advance(GAP_MS);
    expect(run.posted).toHaveLength(2);
  });
});

describe("what admins do", () => {
  test(`a guild has ${MOST_POSTS} posts at most, also when they are asked for at once; a removed one makes room`, async () => {
    await using run = await Posting.begin();
    const answers = await Promise.allSettled(Array.from({ length: 12 }, () => run.posts.add(planOf())));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(MOST_POSTS);
    await expect(run.posts.add(planOf())).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      details: { limit: MOST_POSTS },
    });
    expect((await run.posts.add(planOf({ guildId: OTHER }))).id).toBe(1);
    const fourth = run.posts.list(GUILD)[3];
    expect(await run.posts.remove(GUILD, 4)).toBe(fourth);
    expect(await run.posts.remove(GUILD, 4)).toBe(null);
    expect(await run.posts.add(planOf({ channelId: ELSEWHERE }))).toMatchObject({ id: 4 });
    expect(run.posts.list(GUILD).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await run.store.posts()).toHaveLength(11);
  });

  test("what the store refuses is not added, and not removed", async () => {
    await using run = await Posting.begin();
    const post = await run.posts.add(planOf());
    run.line.posts = false;
    await expect(run.posts.add(planOf())).rejects.toMatchObject({ code: "STORE_FULL" });
    await expect(run.posts.remove(GUILD, 1)).rejects.toMatchObject({ code: "STORE_FULL" });
    expect(run.posts.list(GUILD)).toEqual([post]);
    await run.until("2026-03-16T09:00Z");
    expect(run.channels.messages.size).toBe(1);
  });

  test("a post that is removed during its attempt is gone; its message is told of and not kept up to date", async () => {
    await using run = await Posting.begin();
    const { answer, give } = held();
    run.channels.answer = () => answer;
    await run.posts.add(REFRESH);
    await run.settled();
    expect(await run.posts.remove(GUILD, 1)).toMatchObject({ messageId: null });
    give({ kind: "posted", messageId: "7" });
    await run.advance(2 * REFRESH_MS);
    expect(run.posted).toHaveLength(1);
    expect(run.attemptedAt).toHaveLength(1);
    expect([run.posts.list(GUILD), await run.store.posts()]).toEqual([[], []]);
  });

  test("one that comes under the number of one that was removed during its attempt takes nothing from it", async () => {
    await using run = await Posting.begin();
    const { answer, give } = held();
    run.channels.answer = () => answer;
    await run.posts.add(REFRESH);
    await run.settled();
    await run.posts.remove(GUILD, 1);
    run.channels.answer = () => null;
    await run.advance(1_000);
    const added = await run.posts.add(planOf({ channelId: ELSEWHERE }));
    expect(added.id).toBe(1);
    give({ kind: "posted", messageId: "7" });
    await run.settled();
    expect(run.posts.list(GUILD)).toEqual([added]);
    expect(await run.store.posts()).toEqual([added]);
  });

  test("moving to another time zone posts nothing, and the next one comes at its hour there", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    run.zones.set(GUILD, "Asia/Tokyo");
    run.posts.changed(GUILD);
    await run.settled();
    expect(run.attemptedAt).toEqual([]);
    await run.stop();
    await run.start();
    expect(run.attemptedAt).toEqual([]);
    await run.advance(DAY_MS);
    expect(run.attemptedAt).toEqual(["2026-03-16T00:00"]);
  });

  test("what is refused when the guild moves is made all the same", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf({ timing: { every: "week", weekday: 0, hour: 9 } }));
    run.channels.answer = () => REFUSED;
    await run.until("2026-03-16T09:30Z");
    run.channels.answer = () => null;
    run.zones.set(GUILD, "Europe/Berlin");
    run.posts.changed(GUILD);
    await run.settled();
    expect(run.channels.messages.size).toBe(1);
    await run.advance(7 * DAY_MS);
    expect(run.channels.messages.size).toBe(2);
  });

  test("what failed when the guild moves is let go: its message may be there", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf({ timing: { every: "day", hour: 0 } }));
    run.channels.answer = (attempt) => {
      run.channels.post(attempt);
      throw new Error("the answer was lost");
    };
    await run.until("2026-03-16T00:02Z");
    run.channels.answer = () => null;
    run.zones.set(GUILD, "Europe/Berlin");
    run.posts.changed(GUILD);
    await run.advance(HOUR_MS);
    expect(run.channels.messages.size).toBe(1);
    await run.until("2026-03-16T23:30Z");
    expect(run.channels.messages.size).toBe(2);
  });
});

describe("what is deleted takes its posts along", () => {
  test.each(["channel", "message"] as const)("a %s that Discord does not know any more", async (what) => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    run.channels.answer = () => ({ kind: "gone", what });
    await run.until("2026-03-16T09:00Z");
    expect(run.removed).toEqual([`${GUILD} 1 ${what}`]);
    expect([run.posts.list(GUILD), await run.store.posts()]).toEqual([[], []]);
    await run.advance(2 * DAY_MS);
    expect(run.attemptedAt).toHaveLength(1);
  });

  test("a channel that was deleted, also while the store fails: later, and nothing comes back", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    await run.posts.add(planOf({ channelId: ELSEWHERE }));
    run.line.posts = false;
    run.posts.channelGone(CHANNEL);
    await run.settled();
    expect(run.removed).toEqual([`${GUILD} 1 channel`]);
    expect(run.posts.list(GUILD).map(({ id }) => id)).toEqual([2]);
    run.line.posts = true;
    // The number of one that is still to be removed from the file is not given away.
    expect((await run.posts.add(planOf({ channelId: ELSEWHERE }))).id).toBe(3);
    await run.advance(60_000);
    expect((await run.store.posts()).map(({ id }) => id)).toEqual([2, 3]);
  });

  test("a guild that was erased, though how far it got was written after that", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    await run.posts.add(planOf({ guildId: OTHER }));
    const { answer, give } = held();
    run.channels.answer = ({ post }) => (post.guildId === GUILD ? answer : null);
    await run.until("2026-03-16T09:00Z");
    const erased = run.store.eraseGuild(GUILD);
    give({ kind: "posted", messageId: "7" });
    await run.settled();
    await erased;
    run.posts.guildErased(GUILD);
    await run.settled();
    expect((await run.store.posts()).map(({ guildId }) => guildId)).toEqual([OTHER]);
    await run.advance(2 * DAY_MS);
    expect(run.posts.list(GUILD)).toEqual([]);
    expect(run.channels.attempts.filter(({ post }) => post.guildId === GUILD)).toHaveLength(1);
  });

  test("a guild that was erased during an attempt: nothing of it is written, and no other post of it made", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    await run.posts.add(planOf({ channelId: ELSEWHERE }));
    const { answer, give } = held();
    run.channels.answer = () => answer;
    await run.until("2026-03-16T09:00Z");
    await run.store.eraseGuild(GUILD);
    run.posts.guildErased(GUILD);
    give({ kind: "posted", messageId: "7" });
    await run.advance(2 * DAY_MS);
    expect(await run.store.posts()).toEqual([]);
    expect([...(await run.store.guilds()).keys()]).toEqual([]);
    expect(run.attemptedAt).toHaveLength(1);
  });
});

describe("a store that fails", () => {
  test("loses no post and leads to no second message; it is asked, and told of, once a wait", async () => {
    await using run = await Posting.begin();
    for (const guildId of [GUILD, OTHER]) await run.posts.add(planOf({ guildId }));
    const before = run.line.triedPosts;
    run.line.posts = false;
    await run.until("2026-03-16T10:00Z");
    expect(run.line.triedPosts - before).toBe(4);
    expect(run.failures.map(({ code }) => code)).toEqual(Array(4).fill("STORE_FULL"));
    await run.until("2026-03-17T10:00Z");
    expect(run.channels.messages.size).toBe(4);
    expect(run.attemptedAt).toHaveLength(4);
    run.line.posts = true;
    await run.advance(HOUR_MS);
    expect(await run.store.posts()).toMatchObject([{ doneMs: DUE_MS + DAY_MS }, { doneMs: DUE_MS + DAY_MS }]);
  });

  test("is asked once for all that changed at once", async () => {
    await using run = await Posting.begin();
    for (const guildId of [GUILD, OTHER]) await run.posts.add(planOf({ guildId }));
    const before = run.line.triedPosts;
    run.line.posts = false;
    run.posts.channelGone(CHANNEL);
    await run.settled();
    expect(run.line.triedPosts - before).toBe(1);
    expect(run.failures).toHaveLength(1);
    run.line.posts = true;
    await run.advance(60_000);
    expect(await run.store.posts()).toEqual([]);
    // Without posts nothing wakes up any more.
    await run.advance(300_000);
    expect(run.clock.timers).toBe(0);
  });

  test("does not bring back a post that was removed before it worked again", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    run.line.posts = false;
    await run.until("2026-03-16T09:00Z");
    run.line.posts = true;
    await run.posts.remove(GUILD, 1);
    await run.advance(HOUR_MS);
    expect(await run.store.posts()).toEqual([]);
  });

  test("and takes in at the end what it refused before, so that the next start knows", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    run.line.posts = false;
    await run.until("2026-03-16T09:00Z");
    run.line.posts = true;
    await run.stop();
    await run.start();
    expect(run.attemptedAt).toHaveLength(1);
  });

  test("which does not answer whether it has a post that is added, has none in the end", async () => {
    await using run = await Posting.begin();
    run.line.posts = "unanswered";
    await expect(run.posts.add(planOf())).rejects.toThrow("the answer was lost");
    run.line.posts = true;
    expect(await run.posts.add(planOf({ period: "30d" }))).toMatchObject({ id: 2 });
    await run.advance(HOUR_MS);
    expect(await run.store.posts()).toMatchObject([{ id: 2, period: "30d" }]);
  });

  test("whose answers are lost is told the same again", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    run.line.posts = "unanswered";
    await run.until("2026-03-16T09:00Z");
    run.channels.answer = () => ({ kind: "gone", what: "channel" });
    await run.until("2026-03-17T09:00Z");
    run.line.posts = true;
    await run.advance(HOUR_MS);
    expect(await run.store.posts()).toEqual([]);
    expect(run.attemptedAt).toHaveLength(2);
  });
});

describe("stopping", () => {
  test("waits for the attempt under way, writes what became of it, and begins no other", async () => {
    await using run = await Posting.begin();
    const { answer, give } = held();
    run.channels.answer = () => answer;
    // One more than there are slots for, but for those that do not end for a minute.
    for (const guildId of [GUILD, OTHER, "3", "4"]) await run.posts.add(planOf({ guildId }));
    await run.posts.add(REFRESH);
    await run.settled();
    await run.until("2026-03-16T09:00Z");
    const begun = run.attemptedAt.length;
    let isStopped = false;
    const stopped = run.posts.stop().then(() => {
      isStopped = true;
    });
    run.posts.arrived(OTHER);
    await run.advance(10 * 60_000);
    expect(isStopped).toBe(false);
    give({ kind: "posted", messageId: "7" });
    await stopped;
    await run.advance(2 * DAY_MS);
    expect(run.attemptedAt).toHaveLength(begun);
    expect(
      (await run.store.posts()).filter(({ messageId, doneMs }) => messageId === "7" || doneMs === DUE_MS),
    ).toHaveLength(begun);
  });

  test("tells of what could not be written, and ends", async () => {
    await using run = await Posting.begin();
    await run.posts.add(planOf());
    await run.until("2026-03-16T08:59Z");
    run.line.posts = false;
    await run.advance(60_000);
    await run.posts.stop();
    expect(run.failures.map(({ code }) => code)).toEqual(["STORE_FULL", "STORE_FULL"]);
    expect(run.clock.timers).toBe(0);
  });
});

describe("many guilds", () => {
  test("have two attempts at a time, and one with many posts does not make the others wait for all of them", async () => {
    await using run = await Posting.begin();
    const answers: ReturnType<typeof held>[] = [];
    run.channels.answer = () => {
      const one = held();
      answers.push(one);
      return one.answer;
    };
    for (let count = 0; count < MOST_POSTS; count++) await run.posts.add(planOf());
    for (const guildId of ["3", "4", "5"]) await run.posts.add(planOf({ guildId }));
    await run.until("2026-03-16T09:00Z");
    while (answers.length > 0) {
      answers.shift()?.give({ kind: "unchanged" });
      await run.settled();
    }
    const order = run.channels.attempts.map(({ post }) => (post.guildId === GUILD ? "" : post.guildId));
    expect(order.slice(0, 6).sort()).toEqual(["", "", "", "3", "4", "5"]);
    expect(order).toHaveLength(13);
    expect(run.channels.most).toBe(2);
  });

  test("that go away while they wait for their turn are not written to", async () => {
    await using run = await Posting.begin();
    const { answer, give } = held();
    run.channels.answer = () => answer;
    for (const guildId of ["3", "4", "5"]) await run.posts.add(planOf({ guildId }));
    await run.until("2026-03-16T09:00Z");
    run.channels.away.add("5");
    give({ kind: "unchanged" });
    await run.settled();
    expect(run.channels.attempts.map(({ post }) => post.guildId)).toEqual(["3", "4"]);
    run.channels.away.delete("5");
    run.posts.arrived("5");
    await run.settled();
    expect(run.attemptedAt).toHaveLength(3);
  });

  test("wait a minute at most for attempts that do not end, which are not made twice", async () => {
    await using run = await Posting.begin();
    const { answer, give } = held();
    run.channels.answer = ({ post }) => (post.guildId === "5" ? null : answer);
    for (const guildId of ["3", "4", "5"]) await run.posts.add(planOf({ guildId }));
    await run.until("2026-03-16T09:00Z");
    expect(run.channels.messages.size).toBe(0);
    await run.advance(60_000);
    expect(run.channels.messages.size).toBe(1);
    await run.advance(HOUR_MS);
    expect(run.attemptedAt).toHaveLength(3);
    give({ kind: "posted", messageId: "7" });
    await run.settled();
    expect(run.posted).toHaveLength(3);
  });
});
