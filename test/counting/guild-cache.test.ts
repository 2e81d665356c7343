import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR_MS, hourOf } from "../../src/clock.ts";
import { GuildCache } from "../../src/counting/guild-cache.ts";
import type { GuildRecord } from "../../src/counting/guild-record.ts";
import { NO_CHANGES } from "../../src/counting/session-changes.ts";
import { SnowflakeDigits } from "../../src/snowflake.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import type { Store } from "../../src/store/store.ts";
import { snowflake } from "../loopback/snowflake.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const GUILDS = Array.from({ length: 2 }, (_, index) => `10000000000000000${index}`);
const CHANNELS = Array.from({ length: 3 }, (_, index) => `20000000000000000${index}`);
const USERS = Array.from({ length: 40 }, (_, index) => `3000000000000000${10 + index}`);

/** A cache over a real file, and all that may befall one of its guilds. */
class Play {
  readonly cache: GuildCache;
  /** Messages that were counted, by guild. */
  readonly counted = new Map(GUILDS.map((guildId) => [guildId, 0]));
  readonly #store: Store;
  readonly #clock = new ManualClock();
  readonly #id = new SnowflakeDigits();

  constructor(store: Store, byteBudget: number) {
    this.#store = store;
    this.cache = new GuildCache(this.#clock, {
      ...{ writer: "w", byteBudget, batchRows: 5 },
      ...{
        nameOf: () => null,
        uncountedStates: () => 0,
        timeZone: () => "UTC",
        changesSeen: () => null,
        openGuilds: () => [],
        settle: () => ({ settledMs: null, changes: NO_CHANGES }),
        epochs: null,
      },
    });
  }

  readonly acts = {
    write: ({ guildId, channelId, userId: first }: Happening) => {
      for (const userId of USERS.slice(USERS.indexOf(first), USERS.indexOf(first) + 4)) {
        const messageId = snowflake(this.#clock.nowMs());
        const message = { messageId, guildId, channelId, parentId: null, userId, bot: false };
        this.#id.read(messageId);
        this.cache.countMessage(message, this.#id);
        this.#tally(guildId);
      }
    },
    speak: ({ guildId, channelId: placeId, userId, hoursAgo }: Happening) => {
      const hour = hourOf(this.#clock.nowMs()) - hoursAgo;
      const nothing = { parentId: null, bot: false, state: 0, messages: 0 };
      this.cache.count({ ...nothing, guildId, placeId, userId, hour, durationMs: 1_000 });
    },
    join: ({ guildId }: Happening) => this.cache.countMembers(guildId, hourOf(this.#clock.nowMs()), 1, 0, 9),
    load: ({ guildId }: Happening) => this.cache.load(guildId, this.#store),
    loadOlder: async ({ guildId }: Happening) =>
      this.cache.loadOlder(await this.cache.load(guildId, this.#store), this.#store),
    loadDays: async ({ guildId }: Happening) =>
      this.cache.loadDays(await this.cache.load(guildId, this.#store), "1y", this.#store),
    catchUp: ({ guildId }: Happening) => {
      const record = this.cache.find(guildId);
      if (record) this.cache.catchUp(record);
    },
    unload: ({ guildId }: Happening) => this.cache.unload(guildId),
    drop: ({ guildId }: Happening) => this.cache.drop(guildId),
    forget: ({ userId }: Happening) => this.cache.forget(userId, null),
    importPast: ({ guildId, channelId, userId, hoursAgo }: Happening) => {
      const untilMs = this.#clock.nowMs() - hoursAgo * HOUR_MS;
      this.#tally(guildId);
      const [fromId, untilId] = [snowflake(untilMs - 1), snowflake(untilMs)];
      const count = { guildId, placeId: channelId, parentId: null, userId, bot: false };
      this.cache.importPast([{ ...count, hour: hourOf(untilMs), state: 0, messages: 1, durationMs: 0 }], {
        ...{ guildId, channelId, parentId: null, fromId, untilId },
      });
    },
    bringUpToDate: () => this.cache.bringUpToDate(),
    cut: () => this.cache.cut(),
    writeBatch: () => this.#writeOldest(),
    writeAll: async () => {
      while (await this.#writeOldest());
    },
    passHour: () => this.#clock.pass(HOUR_MS),
    passMonth: () => this.#clock.pass(31 * 24 * HOUR_MS),
  };

  #tally(guildId: string): void {
    this.counted.set(guildId, (this.counted.get(guildId) ?? 0) + 1);
  }

  async #writeOldest(): Promise<boolean> {
    const batch = this.cache.oldest;
    if (batch === undefined) return false;
    await this.#store.apply(batch);
    this.cache.settled(batch);
    return true;
  }
}

type Act = keyof Play["acts"];

interface Happening {
  readonly act: Act;
  readonly guildId: string;
  readonly channelId: string;
  readonly userId: string;
  readonly hoursAgo: number;
}

const OFTEN: Act[] = ["write", "write", "write", "write", "speak", "cut", "writeAll", "load"];
const SELDOM: Act[] = ["join", "loadOlder", "loadDays", "catchUp", "unload", "drop", "forget", "importPast"];
const FOR_ALL: Act[] = ["bringUpToDate", "writeBatch", "passHour", "passMonth"];

const happeningOf = (acts: Act[]): fc.Arbitrary<Happening> =>
  fc.record({
    act: fc.constantFrom(...acts),
    guildId: fc.constantFrom(...GUILDS),
    channelId: fc.constantFrom(...CHANNELS),
    userId: fc.constantFrom(...USERS),
    hoursAgo: fc.nat(2_000),
  });

/** Messages of all time, as a loaded record has them. */
function messagesIn({ hot }: GuildRecord): number {
  let messages = 0;
  for (let row = 0; row < (hot?.lifetime.length ?? 0); row++) messages += hot?.lifetime.messagesAt(row) ?? 0;
  return messages;
}

const ALL = [...OFTEN, ...OFTEN, ...SELDOM, ...FOR_ALL];
const COUNTED: Act[] = ALL.filter((act) => act !== "forget");
const BUDGET = fc.integer({ min: 4_000, max: 60_000 });

test("however flushes, questions and evictions come between, no message is lost, and none counts twice", async () => {
  const happenings = fc.array(happeningOf(COUNTED), { minLength: 30, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(happenings, BUDGET, async (all, byteBudget) => {
      using folder = temporaryFolder();
      const store = sqlite(folder.file("a.db"));
      await store.open();
      const { cache, acts, counted } = new Play(store, byteBudget);
      const last = { guildId: "", channelId: "", userId: "", hoursAgo: 0 };
      for (const each of [...all, { ...last, act: "cut" as const }, { ...last, act: "writeAll" as const }]) {
        await acts[each.act](each);
        if (each.act === "load")
          expect(messagesIn(await cache.load(each.guildId, store))).toBe(counted.get(each.guildId));
      }
      // Another process, which has nothing in memory.
      const later = new Play(store, byteBudget);
      for (const guildId of GUILDS)
        expect(messagesIn(await later.cache.load(guildId, store))).toBe(counted.get(guildId));
      await store.close();
    }),
    { numRuns: 10 },
  );
});

test("what all guilds take, and how many rows wait, is what each of them says, whatever happened", async () => {
  const happenings = fc.array(happeningOf(ALL), { minLength: 30, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(happenings, BUDGET, async (all, byteBudget) => {
      using folder = temporaryFolder();
      const store = sqlite(folder.file("a.db"));
      await store.open();
      const { cache, acts } = new Play(store, byteBudget);
      for (const each of all) {
        await acts[each.act](each);
        const records = GUILDS.map((guildId) => cache.find(guildId)).filter((record) => record !== undefined);
        const sum = (of: (record: (typeof records)[number]) => number): number =>
          records.reduce((total, record) => total + of(record), 0);
        expect(cache.byteLength).toBe(sum(({ byteLength }) => byteLength));
        expect(cache.guilds).toEqual({ known: records.length, loaded: sum(({ hot }) => (hot ? 1 : 0)) });
        if (each.act === "writeAll") expect(cache.dirtyRows).toBe(sum(({ dirtyRows }) => dirtyRows));
      }
      await store.close();
    }),
    { numRuns: 10 },
  );
});
