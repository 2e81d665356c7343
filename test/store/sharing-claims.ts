import fc from "fast-check";
import { expect, test } from "vitest";
import type { Snowflake } from "../../src/snowflake.ts";
import { UNSET_SETTINGS } from "../../src/store/store.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { type SharingProcess, sharingProcess } from "../support/sharing-process.ts";
import { readGuild } from "./batches.ts";
import type { PostgresPlaces } from "./postgres-places.ts";

const GUILDS = ["9007199254740993", "9223372036854775807"] as const;
const USERS = ["1099511627776000001", "1099511627776000002", "1099511627776000003"] as const;

/** Two processes over the same data. */
export function sharingClaims(places: PostgresPlaces): void {
  const two = async (claim: (a: SharingProcess, b: SharingProcess) => Promise<void>): Promise<void> => {
    await using place = await places.place();
    await using a = await sharingProcess(place.store());
    await using b = await sharingProcess(place.store());
    await claim(a, b);
    expect([...a.failures, ...b.failures]).toEqual([]);
  };
  const [GUILD, OTHER] = GUILDS;
  const [ANN, BEN] = USERS;

  test("whoever opts out in one process is gone though another had counts of them that were not written", () =>
    two(async (a, b) => {
      b.message(GUILD, ANN);
      b.message(GUILD, BEN);
      await b.counter.flush();
      b.message(GUILD, ANN);
      b.message(GUILD, BEN);
      await a.privacy.optOut(ANN);
      b.message(GUILD, ANN);
      await b.counter.flush();
      expect(await storedOf(a, GUILD)).toEqual({ [BEN]: 2 });
      b.message(GUILD, ANN);
      await b.follower.now();
      expect(b.privacy.isOptedOut(ANN)).toBe(true);
      b.message(GUILD, ANN);
      await b.counter.flush();
      expect(await shownOf(b, GUILD)).toEqual({ [BEN]: 2 });
      expect(await storedOf(a, GUILD)).toEqual({ [BEN]: 2 });
      await b.privacy.optIn(ANN);
      await a.follower.now();
      // What is said at the very moment of an erasure is from before.
      for (const { clock } of [a, b]) clock.pass(1);
      a.message(GUILD, ANN);
      b.message(GUILD, ANN);
      await a.counter.flush();
      await b.counter.flush();
      expect(await storedOf(a, GUILD)).toEqual({ [ANN]: 2, [BEN]: 2 });
    }));

  test("an erasure elsewhere while a guild is being loaded is in the window that comes of it", () =>
    two(async (a, b) => {
      b.message(GUILD, ANN);
      b.message(GUILD, BEN);
      await b.counter.flush();
      const loading = b.counter.reader.record(GUILD);
      await Promise.all([a.privacy.forget(ANN), b.follower.now(), loading]);
      await b.follower.now();
      expect(await shownOf(b, GUILD)).toEqual({ [BEN]: 1 });
    }));

  test("who is erased in two processes at once is gone of what either counted before the other's erasure", async () => {
    await using place = await places.place();
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    let ask = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const late = new Proxy(place.store(), {
      get(target, name) {
        if (name === "forget")
          return async (...given: Parameters<typeof target.forget>) => {
            ask();
            await begun;
            return await target.forget(...given);
          };
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    await using a = await sharingProcess(place.store());
    await using b = await sharingProcess(late);
    const erasing = b.privacy.forget(ANN);
    // Nothing of before is in memory any more.
    await asked;
    b.clock.pass(1);
    b.message(GUILD, ANN);
    b.message(GUILD, BEN);
    await a.privacy.forget(ANN);
    begin();
    await erasing;
    await b.counter.flush();
    expect(await storedOf(a, GUILD)).toEqual({ [BEN]: 1 });
    await b.follower.now();
    for (const { clock } of [a, b]) clock.pass(1);
    b.message(GUILD, ANN);
    await b.counter.flush();
    expect(await storedOf(a, GUILD)).toEqual({ [ANN]: 1, [BEN]: 1 });
  });

  test("a purge, a merge or an import in one process is seen by the other, with what it has not written yet", () =>
    two(async (a, b) => {
      b.message(GUILD, ANN);
      b.message(GUILD, BEN);
      await b.counter.flush();
      expect(await shownOf(b, GUILD)).toEqual({ [ANN]: 1, [BEN]: 1 });
      b.message(GUILD, BEN);
      await a.counter.stored.purge(GUILD, { memberIds: [ANN] });
      await b.follower.now();
      expect(await shownOf(b, GUILD)).toEqual({ [BEN]: 2 });
    }));

  test("a purge of everything in one process has the other tell again how many members there are", () =>
    two(async (a, b) => {
      const told = async (): Promise<readonly number[]> => {
        b.counter.memberCount(GUILD, 7);
        await b.counter.flush();
        const { population } = await a.store.load(GUILD, { writer: "nobody", fromHour: 0 });
        return population.map(({ members }) => members);
      };
      b.message(GUILD, ANN);
      expect(await told()).toEqual([7]);
      await a.counter.stored.purge(GUILD, "all");
      await b.follower.now();
      expect(await told()).toEqual([7]);
    }));

  test("what is chosen in one process stands beside what another one chose, and beside what is chosen at the same time", () =>
    two(async (a, b) => {
      await a.counter.rules.saveSettings(GUILD, { theme: "light" });
      await Promise.all([
        b.follower.now(),
        b.counter.rules.saveSettings(OTHER, { theme: "light" }),
        b.counter.rules.saveSettings(OTHER, { timeZone: "Asia/Tokyo" }),
      ]);
      await b.counter.rules.saveSettings(GUILD, { timeZone: "Asia/Tokyo" });
      await a.follower.now();
      const both = { ...UNSET_SETTINGS, theme: "light", timeZone: "Asia/Tokyo" };
      for (const { counter } of [a, b])
        for (const guildId of GUILDS) expect(counter.admission.settingsOf(guildId)).toEqual(both);
    }));

  const plan = {
    guildId: GUILD,
    channelId: "1200000000000000001",
    timing: { every: "day", hour: 7 },
    card: "server",
    period: "30d",
    members: "humans",
  } as const;

  test("scheduled posts that are added in two processes at once are two", () =>
    two(async (a, b) => {
      const both = await Promise.all([a.posts.add(plan), b.posts.add({ ...plan, period: "7d" })]);
      expect(both.map(({ id }) => id).sort()).toEqual([1, 2]);
      await Promise.all([a.follower.now(), b.follower.now()]);
      for (const { posts } of [a, b]) expect(new Set(posts.list(GUILD))).toEqual(new Set(both));
    }));

  test("scheduled posts that are added or removed in one process are so in the other", () =>
    two(async (a, b) => {
      const [first, second] = [await a.posts.add(plan), await a.posts.add({ ...plan, period: "7d" })];
      await b.follower.now();
      expect(b.posts.list(GUILD)).toEqual([first, second]);
      // The next one gets a number of its own.
      const third = await b.posts.add({ ...plan, period: "24h" });
      expect(third.id).toBe(3);
      await b.posts.remove(GUILD, first.id);
      await a.follower.now();
      expect(a.posts.list(GUILD)).toEqual([second, third]);
      await a.counter.erasures.eraseGuild(GUILD, () => true);
      await b.follower.now();
      expect(b.posts.list(GUILD)).toEqual([]);
    }));

  test("a guild that one process erases is gone from the other, with its settings and what was not written", () =>
    two(async (a, b) => {
      await b.counter.rules.saveSettings(GUILD, { theme: "light" });
      b.message(GUILD, ANN);
      await b.counter.flush();
      b.message(GUILD, ANN);
      b.counter.memberCount(GUILD, 5);
      await a.counter.erasures.eraseGuild(GUILD, () => true);
      await b.follower.now();
      expect(b.counter.admission.settingsOf(GUILD)).toEqual(UNSET_SETTINGS);
      await b.counter.flush();
      expect([...(await a.store.guilds()).keys()]).toEqual([]);
    }));

  test("settings that both change at once are the same in both, whatever was under way", async () => {
    const themes = ["light", "dark", null] as const;
    const step = fc.record({
      process: fc.nat(1),
      change: fc.option(
        fc.oneof(
          fc.record({ theme: fc.constantFrom(...themes) }),
          fc.record({ timeZone: fc.constantFrom("Europe/Paris", "Asia/Tokyo", null) }),
        ),
      ),
      isAwaited: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 16 }), (steps) =>
        two(async (...both) => {
          const under: Promise<unknown>[] = [];
          for (const { process, change, isAwaited } of steps) {
            const { counter, follower } = both[process] ?? both[0];
            under.push(change === null ? follower.now() : counter.rules.saveSettings(GUILD, change));
            if (isAwaited) await under.at(-1);
          }
          await Promise.all(under);
          for (const { follower } of both) await follower.now();
          const [ofA, ofB] = both.map(({ counter }) => counter.admission.settingsOf(GUILD));
          expect(ofA).toEqual(ofB);
          // Who changed one thing did not take back the other.
          const last = (name: "theme" | "timeZone") =>
            steps.some(
              ({ change }) => change !== null && name in change && Reflect.get(change, name) !== null,
            );
          if (!last("theme")) expect(ofA?.theme).toBe(null);
          if (!last("timeZone")) expect(ofA?.timeZone).toBe(null);
        }),
      ),
      { numRuns: 15 },
    );
  });

  test("a process that was stopped for so long that changes are forgotten gives up what it has not written, and reads all anew", async () => {
    const clock = new ManualClock();
    await using place = await places.place(clock);
    await using a = await sharingProcess(place.store());
    await using b = await sharingProcess(place.store());
    b.message(GUILD, ANN);
    b.message(GUILD, BEN);
    await b.counter.flush();
    await b.counter.reader.record(GUILD);
    b.message(GUILD, ANN);
    await a.privacy.optOut(ANN);
    await a.counter.rules.saveSettings(GUILD, { theme: "light" });
    clock.pass(31 * 86_400_000);
    await a.store.rollUp({ hourlyBefore: 0, dailyBefore: null, timeZone: "UTC", from: null });
    await b.counter.flush();
    expect(await storedOf(a, GUILD)).toEqual({ [BEN]: 1 });
    b.message(GUILD, ANN);
    await b.follower.now();
    expect(b.privacy.isOptedOut(ANN)).toBe(true);
    expect(b.counter.admission.settingsOf(GUILD).theme).toBe("light");
    b.message(GUILD, ANN);
    b.clock.pass(1);
    b.message(GUILD, BEN);
    await b.counter.flush();
    expect(await shownOf(b, GUILD)).toEqual({ [BEN]: 2 });
    expect(await storedOf(a, GUILD)).toEqual({ [BEN]: 2 });
  });

  test("whatever two processes do at once, nothing is left of who is out, and everyone else's counts are exact", async () => {
    const user = fc.constantFrom(...USERS);
    const guild = fc.constantFrom(...GUILDS);
    const what = fc.oneof(
      { weight: 8, arbitrary: fc.record({ kind: fc.constant("message" as const), guild, user }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant("flush" as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("poll" as const) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("load" as const), guild }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constantFrom("optOut" as const, "optIn" as const), user }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("forget" as const), user, where: fc.option(guild) }),
      },
    );
    const step = fc.record({ process: fc.nat(1), what, isAwaited: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), (steps) =>
        two(async (...both) => {
          const ledger = new Ledger();
          const under: Promise<unknown>[] = [];
          for (const { process, what, isAwaited } of steps) {
            const side = both[process] ?? both[0];
            switch (what.kind) {
              case "message":
                side.message(what.guild, what.user);
                ledger.said(what.guild, what.user, !side.privacy.isOptedOut(what.user));
                break;
              case "flush":
                under.push(side.counter.flush());
                break;
              case "poll":
                under.push(side.follower.now());
                break;
              case "load":
                under.push(side.counter.reader.record(what.guild));
                break;
              case "optOut":
                ledger.erased(null, what.user);
                under.push(side.privacy.optOut(what.user));
                break;
              case "optIn":
                under.push(side.privacy.optIn(what.user));
                break;
              case "forget":
                ledger.erased(what.where, what.user);
                under.push(side.privacy.forget(what.user, what.where ?? undefined));
                break;
              default:
                what satisfies never;
            }
            if (isAwaited) await under.at(-1);
          }
          await Promise.all(under);
          for (const { follower, counter } of both) {
            await follower.now();
            await counter.flush();
          }
          const out = USERS.filter((id) => both[0].privacy.isOptedOut(id));
          expect(USERS.filter((id) => both[1].privacy.isOptedOut(id))).toEqual(out);
          // From here on both know everything: what is said counts, once.
          for (const { clock } of both) clock.pass(1_000);
          for (const guildId of GUILDS)
            for (const id of USERS) for (const side of both) side.message(guildId, id);
          for (const { counter } of both) await counter.flush();
          for (const guildId of GUILDS) {
            const stored = await storedOf(both[0], guildId);
            for (const { counter } of both) await counter.recount(guildId);
            for (const side of both) expect(await shownOf(side, guildId)).toEqual(stored);
            for (const id of USERS) {
              if (out.includes(id)) expect(stored[id]).toBeUndefined();
              else ledger.expect(guildId, id, (stored[id] ?? 0) - 2);
            }
          }
        }),
      ),
      { numRuns: 40 },
    );
  });
}

/** What was said since the last erasure began, of each user in each guild. */
class Ledger {
  readonly #said = new Map<string, number>();
  readonly #touched = new Set<Snowflake>();

  said(guildId: Snowflake, userId: Snowflake, isIn: boolean): void {
    const key = `${guildId} ${userId}`;
    if (isIn) this.#said.set(key, (this.#said.get(key) ?? 0) + 1);
  }

  erased(guildId: Snowflake | null, userId: Snowflake): void {
    this.#touched.add(userId);
    for (const id of GUILDS) if (guildId === null || guildId === id) this.#said.set(`${id} ${userId}`, 0);
  }

  /** Of whom nothing was ever erased all is there; of others, nothing of before the erasure. */
  expect(guildId: Snowflake, userId: Snowflake, found: number): void {
    const most = this.#said.get(`${guildId} ${userId}`) ?? 0;
    expect(found).toBeLessThanOrEqual(most);
    expect(found).toBeGreaterThanOrEqual(this.#touched.has(userId) ? 0 : most);
  }
}

/** Messages of all time by user, as the store has them. */
async function storedOf({ store }: SharingProcess, guildId: Snowflake): Promise<Record<string, number>> {
  const { lifetime } = await readGuild(store, guildId);
  return Object.fromEntries(
    Object.entries(lifetime).map(([cell, [messages]]) => [cell.split(" ")[1], messages]),
  );
}

/** The same as a process shows them. */
async function shownOf({ counter }: SharingProcess, guildId: Snowflake): Promise<Record<string, number>> {
  const { hot, members } = await counter.reader.record(guildId);
  const rows = Array.from({ length: hot?.lifetime.length ?? 0 }, (_, row) => row);
  return Object.fromEntries(
    rows.map((row) => [
      members.at(hot?.lifetime.memberAt(row) ?? -1)?.id,
      hot?.lifetime.messagesAt(row) ?? 0,
    ]),
  );
}
