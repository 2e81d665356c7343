import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import type { HistoryPage, HistorySource } from "../../src/counting/history-source.ts";
import type { MessageObservation } from "../../src/counting/observations.ts";
import { isOlder, type Snowflake, snowflakeMs } from "../../src/snowflake.ts";
import { GUILD, inVoice, snowflakeAt, startCounting } from "../support/counting.ts";
import type { Fault } from "../support/faulty-store.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const RUNS = Number(process.env["BACKFILL_RUNS"] ?? 40);
const DAY = 24 * HOUR_MS;
/** Few, so that most imports take several pages. */
const PAGE = 7;
const START_MS = Date.UTC(2026, 2, 15, 12, 30);
const CHANNELS = [0, 1, 2].map((index) => snowflakeAt(START_MS - (300 + index) * DAY));
const USERS = [0, 1].map((index) => String(300_000_000_000_000_000n + BigInt(index)));

const itemAt = <T>(items: readonly T[], index: number): T => {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("there are none");
  return item;
};

/** Channels with all that was ever said in them. */
class Past implements HistorySource {
  readonly said: MessageObservation[] = [];
  /** Called before a page is given; what it does may take for ever. */
  onPage: () => Promise<void> = async () => undefined;

  say(channelId: Snowflake, userId: Snowflake, atMs: number): MessageObservation {
    const message = {
      ...{ messageId: snowflakeAt(atMs), guildId: GUILD, channelId },
      ...{ parentId: null, userId, bot: false },
    };
    this.said.push(message);
    this.said.sort((a, b) => (isOlder(a.messageId, b.messageId) ? -1 : 1));
    return message;
  }

  channels() {
    return CHANNELS.map((channelId) => ({
      channelId,
      parentId: null,
      newestMessageId: this.#of(channelId).at(-1)?.messageId ?? null,
    }));
  }

  async after(_guildId: Snowflake, channelId: Snowflake, id: Snowflake): Promise<HistoryPage> {
    return page(
      this.#of(channelId)
        .filter(({ messageId }) => isOlder(id, messageId))
        .slice(0, PAGE),
    );
  }

  async before(_guildId: Snowflake, channelId: Snowflake, id: Snowflake): Promise<HistoryPage> {
    await this.onPage();
    return page(
      this.#of(channelId)
        .filter(({ messageId }) => isOlder(messageId, id))
        .slice(-PAGE),
    );
  }

  threadParents() {
    return [];
  }

  async archivedThreads() {
    return [];
  }

  #of(channelId: Snowflake): MessageObservation[] {
    return this.said.filter((message) => message.channelId === channelId);
  }
}

function page(messages: readonly MessageObservation[]): HistoryPage {
  return {
    messages,
    size: messages.length,
    oldestId: messages.at(0)?.messageId ?? null,
    newestId: messages.at(-1)?.messageId ?? null,
    isLast: messages.length < PAGE,
  };
}

type Bot = Awaited<ReturnType<typeof startCounting>>;

/** Lets time pass until something has happened. */
async function meanwhile<T>(clock: ManualClock, task: Promise<T>): Promise<T> {
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  task.then(done, done);
  while (!isDone) await clock.advance(1_000);
  return await task;
}

const anyChannel = fc.nat(CHANNELS.length - 1);
const bound = fc.option(fc.integer({ min: 0, max: 130 }), { nil: null, freq: 1 });
const step = fc.oneof(
  fc.record({ kind: fc.constant("says"), channel: anyChannel, user: fc.nat(1) }),
  fc.record({ kind: fc.constant("passes"), minutes: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ kind: fc.constant("flushes") }),
  fc.record({ kind: fc.constant("killed") }),
  fc.record({
    kind: fc.constant("imports"),
    channel: fc.option(anyChannel, { nil: null, freq: 1 }),
    fromDay: bound,
    untilDay: bound,
    faults: fc.array(fc.constantFrom<Fault>("refused", "unanswered"), { maxLength: 3 }),
    /** What happens when so many pages were read. */
    end: fc.option(fc.record({ how: fc.constantFrom("cancelled", "killed"), pages: fc.nat(8) }), {
      nil: null,
      freq: 1,
    }),
    /** Channels in which something is said while pages are read; its event comes at once, or a page later. */
    saying: fc.array(fc.record({ channel: anyChannel, late: fc.boolean() }), { maxLength: 3 }),
  }),
);
type Step = Extract<typeof step, fc.Arbitrary<unknown>> extends fc.Arbitrary<infer S> ? S : never;

/** A history: a bot that imports, listens, is killed and starts again, over one file and one past. */
class Play {
  readonly past = new Past();
  readonly #file: string;
  #clock = new ManualClock(START_MS);
  #bot: Bot | null = null;
  /** Events that were not told yet. */
  #late: MessageObservation[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  get bot(): Bot {
    if (this.#bot === null) throw new Error("the bot does not run");
    return this.#bot;
  }

  async start(): Promise<void> {
    this.#clock = new ManualClock(this.#clock.nowMs());
    this.#bot = await startCounting(this.#file, { clock: this.#clock, history: this.past });
    this.bot.counter.recoverGuild(GUILD);
    await this.#clock.advance(1_000);
  }

  /** Nothing is written any more, and what was only in memory is gone. */
  async kill(): Promise<void> {
    this.#late = [];
    await this.bot.store.close();
    await this.start();
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case "says":
        this.#clock.pass(1);
        return this.bot.counter.message(
          this.past.say(itemAt(CHANNELS, step.channel), itemAt(USERS, step.user), this.#clock.nowMs()),
        );
      case "passes":
        // Without the flusher's timers: what is not written then is what a kill loses.
        return this.#clock.pass(step.minutes * 60_000);
      case "flushes":
        return void (await meanwhile(this.#clock, this.bot.counter.flush()));
      case "killed":
        return await this.kill();
      default:
        return await this.#import(step);
    }
  }

  /** The past is asked for once more, and nothing goes wrong. */
  async finish(): Promise<void> {
    await this.#import(null);
  }

  async #import(step: Extract<Step, { end: unknown }> | null): Promise<void> {
    const { bot } = this;
    const cancel = new AbortController();
    const saying = [...(step?.saying ?? [])];
    bot.faults.push(...(step?.faults ?? []));
    let pages = 0;
    let isKilled = false;
    this.past.onPage = async () => {
      for (const message of this.#late.splice(0)) bot.counter.message(message);
      const next = saying.shift();
      if (next) {
        this.#clock.pass(1);
        const message = this.past.say(itemAt(CHANNELS, next.channel), itemAt(USERS, 0), this.#clock.nowMs());
        if (next.late) this.#late.push(message);
        else bot.counter.message(message);
      }
      if (pages++ !== step?.end?.pages) return;
      if (step.end.how === "cancelled") return cancel.abort();
      isKilled = true;
      await new Promise(() => undefined);
    };
    const days = [step?.fromDay, step?.untilDay].map((day) => (day == null ? null : START_MS - day * DAY));
    const [sinceMs = null, untilMs = null] = days;
    const request = {
      ...{ guildId: GUILD, channelId: step?.channel == null ? null : itemAt(CHANNELS, step.channel) },
      ...{ sinceMs, untilMs },
    };
    const imported = bot.counter.backfill.run(request, undefined, cancel.signal);
    let isDone = false;
    imported.finally(() => {
      isDone = true;
    });
    while (!isDone && !isKilled) await this.#clock.advance(1_000);
    if (isKilled) return await this.kill();
    await imported;
    bot.faults.length = 0;
    for (const message of this.#late.splice(0)) bot.counter.message(message);
  }
}

describe("importing the past", () => {
  test("counts every message once, whatever is imported in which order, said meanwhile, refused by the store, called off or killed", {
    timeout: RUNS * 5_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            channel: anyChannel,
            user: fc.nat(1),
            ageHours: fc.integer({ min: 1, max: 120 * 24 }),
          }),
          {
            maxLength: 60,
          },
        ),
        fc.array(step, { maxLength: 8 }),
        async (before, steps) => {
          using folder = temporaryFolder();
          const play = new Play(folder.file("a.db"));
          for (const { channel, user, ageHours } of before)
            play.past.say(itemAt(CHANNELS, channel), itemAt(USERS, user), START_MS - ageHours * HOUR_MS);
          await play.start();
          const countedOf = async (userId: Snowflake) =>
            (await play.bot.queries.member(GUILD, userId, { members: "both" })).totals;
          for (const each of steps) {
            await play.take(each);
            for (const user of USERS) {
              const all = play.past.said.filter(({ userId }) => userId === user).length;
              expect((await countedOf(user)).lifetime.messages).toBeLessThanOrEqual(all);
            }
          }
          await play.finish();
          const check = async (): Promise<void> => {
            const nowHour = Math.floor(play.bot.clock.nowMs() / HOUR_MS);
            for (const user of USERS) {
              const own = play.past.said.filter(({ userId }) => userId === user);
              const within = (hours: number) =>
                own.filter(({ messageId }) => Math.floor(snowflakeMs(messageId) / HOUR_MS) > nowHour - hours)
                  .length;
              const { lifetime, "30d": month, "24h": day } = await countedOf(user);
              expect([lifetime.messages, month.messages, day.messages]).toEqual([
                own.length,
                within(720),
                within(24),
              ]);
            }
          };
          await check();
          await play.bot.counter.stop();
          await play.kill();
          await check();
          await play.bot[Symbol.asyncDispose]();
        },
      ),
      { numRuns: RUNS },
    );
  });

  test.each([
    ["before", false],
    ["after", true],
  ])(
    "a message that is said while its page is read, and whose event comes %s it, counts once",
    async (_when, late) => {
      using folder = temporaryFolder();
      const play = new Play(folder.file("a.db"));
      await play.start();
      const saying = [0, 1, 2, 0, 1, 2].map((channel) => ({ channel, late }));
      await play.take({
        ...{ kind: "imports", channel: null, fromDay: null, untilDay: null },
        ...{ faults: [], end: null, saying },
      });
      await play.finish();
      const { totals } = await play.bot.queries.server(GUILD);
      expect(totals.lifetime.messages).toBe(play.past.said.length);
      await play.bot[Symbol.asyncDispose]();
    },
  );

  test("takes no time in voice for counted that is not: it is bridged after a kill, from where it was counted", async () => {
    using folder = temporaryFolder();
    const file = folder.file("a.db");
    const [user = ""] = USERS;
    const lobby = "200000000000000002";
    const past = new Past();
    for (let day = 1; day <= 20; day++) past.say(itemAt(CHANNELS, 0), user, START_MS - day * DAY);
    const minute = 60_000;
    const killed = await startCounting(file, { history: past });
    killed.voice(user, lobby);
    await killed.counter.flush();
    killed.clock.pass(10 * minute);
    const request = { guildId: GUILD, channelId: null, sinceMs: null, untilMs: null };
    expect((await killed.counter.backfill.run(request)).messages).toBe(20);
    await killed.store.close();
    await using bot = await startCounting(file, {
      clock: new ManualClock(killed.clock.nowMs()),
      history: past,
    });
    bot.counter.reconcileVoice(GUILD, [inVoice(user, lobby)], [[lobby, 2]]);
    bot.clock.pass(minute);
    const { lifetime } = (await bot.queries.server(GUILD)).totals;
    expect(lifetime).toEqual({ messages: 20, voice: 11 * minute });
  });

  test("takes nothing twice that is said in a server where nothing was counted yet, long before its channel's turn comes", async () => {
    using folder = temporaryFolder();
    const [user = ""] = USERS;
    const past = new Past();
    for (const channelId of CHANNELS) past.say(channelId, user, START_MS - DAY);
    await using bot = await startCounting(folder.file("a.db"), { history: past });
    const last = itemAt(CHANNELS, CHANNELS.length - 1);
    let pages = 0;
    past.onPage = async () => {
      if (++pages !== 1) return;
      bot.counter.message(past.say(last, user, bot.clock.nowMs()));
      // More than anyone remembers whether they came before.
      for (let message = 0; message < 17_000; message++) {
        if (message % 4_000 === 3_999) bot.clock.pass(1);
        bot.message(user, "200000000000000009", 0, "100000000000000002");
      }
      bot.clock.pass(HOUR_MS);
    };
    await bot.counter.backfill.run({ guildId: GUILD, channelId: null, sinceMs: null, untilMs: null });
    expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(CHANNELS.length + 1);
  });

  test("while the store is away holds one page a channel in memory, and what it held is written when the store is back", async () => {
    using folder = temporaryFolder();
    const [user = ""] = USERS;
    const past = new Past();
    for (let day = 1; day <= 90; day++) past.say(itemAt(CHANNELS, day), user, START_MS - day * DAY);
    await using bot = await startCounting(folder.file("a.db"), { history: past });
    bot.faults.push(...Array.from({ length: 200 }, (): Fault => "refused"));
    const request = { guildId: GUILD, channelId: null, sinceMs: null, untilMs: null };
    const report = await meanwhile(bot.clock, bot.counter.backfill.run(request));
    expect(report.messages).toBeLessThanOrEqual(CHANNELS.length * PAGE);
    expect(new Set(report.failures.map(({ channelId }) => channelId))).toEqual(new Set(CHANNELS));
    bot.faults.length = 0;
    await meanwhile(bot.clock, bot.counter.backfill.run(request));
    expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(90);
  });
});
