import { expect, test } from "vitest";
import { optOutHash } from "../../src/store/opt-out-hash.ts";
import type { ScheduledPost } from "../../src/store/scheduled-post.ts";
import { type ChangesSince, type Store, type StoreChanges, UNSET_SETTINGS } from "../../src/store/store.ts";
import type { Place } from "./any-order.ts";
import { batchOf, type Cells, readGuild, rowLike } from "./batches.ts";
import { channelOf, past } from "./red-conformance.ts";

const [GUILD, OTHER] = ["9007199254740993", "9223372036854775807"];
const [ANN, BEN, CIA] = ["1099511627776000001", "1099511627776000002", "1099511627776000003"];
const [GENERAL, MUSIC] = ["1200000000000000001", "1200000000000000002"];
const HOUR = 490_000;

const row = rowLike({ guild: GUILD, hour: HOUR, place: GENERAL, member: ANN, messages: 1 });
const cell = (member: string, place = GENERAL): string => `${place} ${member} 0`;

const POST: ScheduledPost = {
  guildId: GUILD,
  id: 3,
  channelId: GENERAL,
  timing: { every: "day", hour: 7 },
  card: "server",
  period: "30d",
  members: "humans",
  doneMs: 5,
  messageId: null,
  trouble: null,
};

const NOTHING: Omit<ChangesSince, "version"> = {
  isTooLate: false,
  settings: [],
  posts: [],
  optOuts: [],
  erasures: [],
  counts: [],
  erasedGuilds: [],
};

/** One of several processes over the same data, and what it knows. */
class Side {
  readonly store: Store;
  readonly changes: StoreChanges;
  seen = 0;

  constructor(store: Store) {
    if (store.changes === null) throw new Error("nobody shares this store");
    this.store = store;
    this.changes = store.changes;
  }

  async since(): Promise<Omit<ChangesSince, "version">> {
    const { version, ...rest } = await this.changes.since(this.seen);
    expect(version).toBeGreaterThanOrEqual(this.seen);
    this.seen = version;
    return rest;
  }
}

/** What a store must hold to that several processes open at once, and that says what each of them changes. */
export function changesConformance(makePlace: () => Promise<Place>): void {
  const withTwo = async (claim: (a: Side, b: Side) => Promise<void>): Promise<void> => {
    await using place = await makePlace();
    const sides = [new Side(place.store()), new Side(place.store())] as const;
    for (const side of sides) {
      await side.store.open();
      side.seen = await side.changes.version();
    }
    try {
      await claim(...sides);
    } finally {
      for (const { store } of sides) await store.close();
    }
  };
  const hashOf = async ({ store }: Side, userId: string): Promise<string> =>
    optOutHash((await store.optOuts()).key, userId);
  const lifetime = async ({ store }: Side, guild = GUILD): Promise<Cells> =>
    (await readGuild(store, guild)).lifetime;

  test("each kind of change is told to the other process, once and as what it is", () =>
    withTwo(async (a, b) => {
      expect(await b.since()).toEqual(NOTHING);
      await a.store.saveSettings(GUILD, { ...UNSET_SETTINGS, theme: "light" });
      expect(await b.since()).toEqual({ ...NOTHING, settings: [GUILD] });
      expect(await b.since()).toEqual(NOTHING);
      await a.store.addPost(POST);
      expect(await b.since()).toEqual({ ...NOTHING, posts: [GUILD] });
      await a.store.removePost(GUILD, POST.id);
      expect(await b.since()).toEqual({ ...NOTHING, posts: [GUILD] });
      const hash = await hashOf(a, ANN);
      await a.store.addOptOut(hash, "owner");
      expect(await b.since()).toEqual({ ...NOTHING, optOuts: [hash] });
      await a.store.removeOptOut(hash, "owner");
      expect(await b.since()).toEqual({ ...NOTHING, optOuts: [hash] });
      await a.store.apply(batchOf("a", 1, [row(), row({ place: MUSIC }), row({ member: BEN })]));
      await a.store.rulesSinceMs();
      expect(await b.since()).toEqual(NOTHING);
      await a.store.mergePlaces(GUILD, MUSIC, GENERAL);
      expect(await b.since()).toEqual({ ...NOTHING, counts: [GUILD] });
      await a.store.purge(GUILD, { memberIds: [BEN] });
      expect(await b.since()).toEqual({ ...NOTHING, counts: [GUILD] });
      await a.store.forget(ANN, OTHER);
      expect(await b.since()).toEqual({ ...NOTHING, erasures: [{ hash, guildId: OTHER }] });
      await a.store.forget(ANN);
      expect(await b.since()).toEqual({ ...NOTHING, erasures: [{ hash, guildId: null }] });
      await a.store.eraseGuild(GUILD);
      expect(await b.since()).toEqual({ ...NOTHING, erasedGuilds: [GUILD] });
      const settings = [{ guildId: OTHER, enabled: false, ignored: UNSET_SETTINGS.ignored }];
      const imported = { ...past([channelOf(GENERAL, [ANN])]), settings, optOutHashes: [hash] };
      await a.store.stageRed(imported, 1);
      expect(await b.since()).toEqual({ ...NOTHING, settings: [OTHER], optOuts: [hash] });
      const channels = [{ channelId: GENERAL, parentId: null, name: "general" }];
      await a.store.placeRed({ guildId: GUILD, channels, botIds: [], nowMs: 2 });
      expect(await b.since()).toEqual({ ...NOTHING, counts: [GUILD] });
    }));

  test("since when a guild's rules hold, and of whom they changed, is told apart from other guilds and users", () =>
    withTwo(async (a, b) => {
      const beganMs = Date.now();
      const [ann, ben] = [await hashOf(a, ANN), await hashOf(a, BEN)];
      await a.store.saveSettings(OTHER, { ...UNSET_SETTINGS, theme: "light" });
      await a.store.forget(ANN, OTHER);
      await a.store.removeOptOut(ben, "self");
      const here = await b.changes.rulesOf(GUILD, beganMs);
      expect([here.guildMs, [...here.users.keys()]]).toEqual([0, [ben]]);
      const there = await b.changes.rulesOf(OTHER, beganMs);
      expect(new Set(there.users.keys())).toEqual(new Set([ann, ben]));
      for (const atMs of [there.guildMs, ...there.users.values()])
        expect(atMs).toBeGreaterThanOrEqual(beganMs);
      expect((await b.changes.rulesOf(OTHER, Date.now() + 1_000)).users.size).toBe(0);
      expect(there.unknownBeforeMs).toBe(0);
      // Changed by whoever wrote no change down, as a copy of other data.
      await a.store.setRulesSinceMs(7);
      expect((await b.changes.rulesOf(GUILD, beganMs)).unknownBeforeMs).toBe(7);
      // Discord's clock leads ours: what was heard is from before the change all the same.
      const leadingMs = Date.now() + 60_000;
      await a.store.setRulesSinceMs(leadingMs);
      await a.store.saveSettings(GUILD, { ...UNSET_SETTINGS, theme: "light" });
      expect((await b.changes.rulesOf(GUILD, beganMs)).guildMs).toBe(leadingMs);
    }));

  test("what was changed several times is told once", () =>
    withTwo(async (a, b) => {
      for (const theme of ["light", "dark", "light"] as const)
        await a.store.saveSettings(GUILD, { ...UNSET_SETTINGS, theme });
      await a.store.saveSettings(OTHER, { ...UNSET_SETTINGS, theme: "light" });
      const { settings, ...rest } = await b.since();
      expect([...settings].sort()).toEqual([GUILD, OTHER]);
      expect(rest).toEqual({ ...NOTHING, settings: undefined });
    }));

  test("what is asked for behind a change is how it stands now, of these guilds and users alone", () =>
    withTwo(async (a, b) => {
      const light = { ...UNSET_SETTINGS, theme: "light" as const };
      const ignored = { channels: [GENERAL], categories: [], roles: [], activities: ["Chess"] };
      await a.store.saveSettings(GUILD, { ...light, ignored });
      await a.store.saveSettings(OTHER, light);
      expect(await b.changes.settingsOf([GUILD, "5"])).toEqual(new Map([[GUILD, { ...light, ignored }]]));
      await a.store.addPost(POST);
      await a.store.addPost({ ...POST, guildId: OTHER });
      expect(await b.changes.postsOf([OTHER])).toEqual([{ ...POST, guildId: OTHER }]);
      const [ann, ben] = [await hashOf(a, ANN), await hashOf(a, BEN)];
      await a.store.addOptOut(ann, "self");
      await a.store.addOptOut(ann, "owner");
      await a.store.addOptOut(ben, "self");
      const known = await b.changes.optOutsOf([ann]);
      expect([...known].sort((x, y) => (x.by < y.by ? -1 : 1))).toEqual([
        { hash: ann, by: "owner" },
        { hash: ann, by: "self" },
      ]);
      await a.store.removeOptOut(ben, "self");
      expect(await b.changes.optOutsOf([ben])).toEqual([]);
    }));

  test("a process is told of its own settings, posts and opt-outs, and not of what else it did itself", () =>
    withTwo(async (a) => {
      const hash = await hashOf(a, ANN);
      await a.store.apply(batchOf("a", 1, [row()]));
      await a.store.saveSettings(GUILD, { ...UNSET_SETTINGS, theme: "light" });
      await a.store.addPost(POST);
      await a.store.addOptOut(hash, "self");
      await a.store.forget(ANN);
      await a.store.purge(GUILD, "all");
      expect(await a.since()).toEqual({ ...NOTHING, settings: [GUILD], posts: [GUILD], optOuts: [hash] });
    }));

  test("a batch of a process that had not heard of an erasure brings nobody back, and counts all others", () =>
    withTwo(async (a, b) => {
      await b.store.apply(batchOf("b", 1, [row(), row({ member: BEN })]));
      await a.store.forget(ANN);
      const session = { guildId: GUILD, bot: false };
      const voice = { ...session, channelId: GENERAL, sessionId: "s", state: 0, countedMs: null };
      const active = { ...session, activityId: "0:Chess", uncountedSinceMs: 1, endedMs: null };
      const [opened, closed] = [[ANN, BEN], []];
      const late = batchOf(
        "b",
        2,
        [
          row(),
          row({ place: "0:Chess", durationMs: 5 }),
          row({ member: BEN, messages: 2 }),
          row({ guild: OTHER }),
        ],
        5,
        { opened: opened.map((userId) => ({ ...voice, userId })), closed },
        { opened: opened.map((userId) => ({ ...active, userId })), closed },
      );
      expect(await b.store.apply({ ...late, changesSeen: b.seen })).toBe("applied");
      expect(await b.store.apply({ ...late, changesSeen: b.seen })).toBe("duplicate");
      expect(await lifetime(b)).toEqual({ [cell(BEN)]: [3, 0] });
      expect(await b.store.memberIds(GUILD)).toEqual([BEN]);
      expect(await b.store.memberIds(OTHER)).toEqual([]);
      expect((await b.store.load(GUILD, { writer: "b", fromHour: 0 })).places.map(({ id }) => id)).toEqual([
        GENERAL,
      ]);
      expect((await b.store.openVoice()).map(({ userId }) => userId)).toEqual([BEN]);
      expect((await b.store.openActivities()).map(({ userId }) => userId)).toEqual([BEN]);
      // Erasing does not keep anyone from being recorded: what the process counts when it has heard of it counts.
      await b.since();
      await b.store.apply({ ...batchOf("b", 3, [row()]), changesSeen: b.seen });
      expect(await lifetime(b)).toEqual({ [cell(ANN)]: [1, 0], [cell(BEN)]: [3, 0] });
    }));

  test("an erasure in one guild leaves out of a late batch that guild's rows alone; one's own leaves out nothing", () =>
    withTwo(async (a, b) => {
      await a.store.forget(ANN, GUILD);
      await b.store.forget(BEN);
      const rows = [row(), row({ guild: OTHER }), row({ member: BEN })];
      await b.store.apply({ ...batchOf("b", 1, rows), changesSeen: b.seen });
      expect(await lifetime(b)).toEqual({ [cell(BEN)]: [1, 0] });
      expect(await lifetime(b, OTHER)).toEqual({ [cell(ANN)]: [1, 0] });
    }));

  test("whoever opted out is left out of a late batch, unless they opted in again", () =>
    withTwo(async (a, b) => {
      const [ann, ben] = [await hashOf(a, ANN), await hashOf(a, BEN)];
      await a.store.addOptOut(ann, "self");
      await a.store.addOptOut(ben, "owner");
      await a.store.removeOptOut(ben, "owner");
      const rows = [ANN, BEN, CIA].map((member) => row({ member }));
      await b.store.apply({ ...batchOf("b", 1, rows), changesSeen: b.seen });
      expect(await b.store.memberIds(GUILD)).toEqual([BEN, CIA]);
    }));

  test("a guild that another process erased does not come back by a late batch", () =>
    withTwo(async (a, b) => {
      await b.store.apply(batchOf("b", 1, [row(), row({ guild: OTHER })]));
      await a.store.eraseGuild(GUILD);
      const late = batchOf("b", 2, [row(), row({ guild: OTHER })]);
      const guilds = late.guilds.map((delta) => ({
        ...delta,
        population: [{ hour: HOUR, joins: 1, leaves: 0, members: 5 }],
      }));
      await b.store.apply({ ...late, guilds, changesSeen: b.seen });
      expect([...(await b.store.guilds()).keys()]).toEqual([OTHER]);
      expect(await lifetime(b, OTHER)).toEqual({ [cell(ANN)]: [2, 0] });
    }));

  test("whoever asks about a time that the store does not know is told so", () =>
    withTwo(async (a, b) => {
      await a.store.saveSettings(GUILD, { ...UNSET_SETTINGS, theme: "light" });
      const { version } = await b.changes.since(b.seen);
      expect(await b.changes.since(version + 1)).toEqual({ ...NOTHING, version, isTooLate: true });
    }));

  test("a process that listens is woken by what another one does, until it stops", () =>
    withTwo(async (a, b) => {
      let isFirst = true;
      let wake = (): void => undefined;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const began = new Promise<void>((resolve) => {
        const stop = b.changes.listen(() => {
          // Told at once, for something may have been missed before.
          if (isFirst) resolve();
          else wake();
          isFirst = false;
        });
        void woken.then(stop);
      });
      await began;
      await a.store.saveSettings(GUILD, { ...UNSET_SETTINGS, theme: "light" });
      await woken;
      expect(await b.since()).toEqual({ ...NOTHING, settings: [GUILD] });
    }));
}
