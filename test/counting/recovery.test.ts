import { expect, test } from "vitest";
import type { Directory } from "../../src/counting/directory.ts";
import { MOST_HELD } from "../../src/counting/held-messages.ts";
import type { HistoryPage, HistorySource } from "../../src/counting/history-source.ts";
import type { MessageObservation } from "../../src/counting/observations.ts";
import { isOlder, type Snowflake } from "../../src/snowflake.ts";
import { GUILD, NO_HISTORY, snowflakeAt, startCounting } from "../support/counting.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const [AN, BO] = ["300000000000000001", "300000000000000002"];
const CHAT = "200000000000000001";
const STATE = { guildId: GUILD, voices: [], company: [], members: 2, activities: null };

/** A channel with all that was said in it, of which the first page is on its way until it is let go. */
class SlowPast {
  readonly said: MessageObservation[] = [];
  asked = 0;
  isForbidden = false;
  letGo: () => void = () => undefined;

  readonly source: HistorySource = {
    ...NO_HISTORY,
    channels: () => [
      { channelId: CHAT, parentId: null, newestMessageId: this.said.at(-1)?.messageId ?? null },
    ],
    after: async (_guildId, _channelId, id) => {
      const page = this.#after(id);
      if (this.asked++ === 0)
        await new Promise<void>((resolve) => {
          this.letGo = resolve;
        });
      return this.isForbidden ? null : page;
    },
  };

  #after(id: Snowflake): HistoryPage {
    const messages = this.said.filter(({ messageId }) => isOlder(id, messageId));
    const [oldestId, newestId] = [messages.at(0)?.messageId ?? null, messages.at(-1)?.messageId ?? null];
    return { messages, size: messages.length, oldestId, newestId, isLast: true };
  }
}

async function aChannel(file: string, directory: Partial<Directory> = {}) {
  const past = new SlowPast();
  const bot = await startCounting(file, { history: past.source, directory });
  const say = (userId: Snowflake): MessageObservation => {
    bot.clock.pass(1_000);
    const of = { guildId: GUILD, channelId: CHAT, parentId: null, userId, bot: false };
    const message = { ...of, messageId: snowflakeAt(bot.clock.nowMs()) };
    past.said.push(message);
    return message;
  };
  return {
    bot,
    past,
    /** Something is said that the gateway does not tell. */
    miss: (userId: Snowflake) => void say(userId),
    hear: (userId: Snowflake) => bot.counter.message(say(userId)),
    /** All that can be read back is. */
    recovered: () => expect.poll(() => bot.counter.metrics().channelsRecovering).toBe(0),
    messages: async () => (await bot.queries.server(GUILD)).totals.lifetime.messages,
    [Symbol.asyncDispose]: () => bot[Symbol.asyncDispose](),
  };
}

test("what is missed in a second gap, while the last page of the first is on its way, is read back", async () => {
  using folder = temporaryFolder();
  await using channel = await aChannel(folder.file("a.db"));
  const { bot, past, miss, hear } = channel;
  hear(AN);
  await bot.counter.flush();
  miss(AN);
  bot.counter.arrived(STATE);
  await expect.poll(() => past.asked).toBe(1);
  bot.counter.loseGuild(GUILD);
  miss(AN);
  bot.counter.arrived(STATE);
  await expect.poll(() => bot.counter.metrics().guildsRecovering).toBe(0);
  hear(AN);
  past.letGo();
  await channel.recovered();
  expect(await channel.messages()).toBe(4);
});

test("what somebody said while opted out stays uncounted, also when they opt in before it is read back", async () => {
  using folder = temporaryFolder();
  await using channel = await aChannel(folder.file("a.db"));
  const { bot, past, miss, hear } = channel;
  await bot.counter.admission.optOut(BO);
  hear(AN);
  await bot.counter.flush();
  miss(BO);
  miss(AN);
  bot.counter.arrived(STATE);
  await expect.poll(() => past.asked).toBe(1);
  await bot.counter.rules.optIn(BO);
  hear(BO);
  past.letGo();
  await channel.recovered();
  expect(await channel.messages()).toBe(3);
});

test("what was said under an ignored role stays uncounted, also when the role counts again before it is read back", async () => {
  using folder = temporaryFolder();
  const role = "400000000000000001";
  const rolesOf = (_guildId: Snowflake, userId: Snowflake) => (userId === BO ? [role] : []);
  await using channel = await aChannel(folder.file("a.db"), { rolesOf });
  const { bot, past, miss, hear } = channel;
  const ignored = { channels: [], categories: [], roles: [], activities: [] };
  await bot.counter.rules.saveSettings(GUILD, { ignored: { ...ignored, roles: [role] } });
  hear(AN);
  await bot.counter.flush();
  miss(BO);
  bot.counter.arrived(STATE);
  await expect.poll(() => past.asked).toBe(1);
  await bot.counter.rules.saveSettings(GUILD, { ignored });
  hear(BO);
  past.letGo();
  await channel.recovered();
  expect(await channel.messages()).toBe(2);
});

test("what was said before a server came to ignore something else is read back all the same", async () => {
  using folder = temporaryFolder();
  await using channel = await aChannel(folder.file("a.db"));
  const { bot, past, miss, hear } = channel;
  hear(AN);
  await bot.counter.flush();
  miss(BO);
  bot.counter.arrived(STATE);
  await expect.poll(() => past.asked).toBe(1);
  const ignored = { channels: ["200000000000000009"], categories: [], roles: [], activities: [] };
  await bot.counter.rules.saveSettings(GUILD, { timeZone: "Asia/Kathmandu", ignored });
  past.letGo();
  await channel.recovered();
  expect(await channel.messages()).toBe(2);
});

test("what was heard where nothing can be read back is counted, though the gateway session is lost while it waits for the store", async () => {
  using folder = temporaryFolder();
  await using bot = await startCounting(folder.file("a.db"));
  const say = (userId: Snowflake): void => bot.message(userId, CHAT);
  bot.counter.memberChange(GUILD, 1, 2);
  bot.faults.push("refused");
  bot.counter.arrived(STATE);
  await expect.poll(() => bot.failures.length).toBeGreaterThan(0);
  say(AN);
  bot.counter.loseGuild(GUILD);
  bot.clock.pass(1_000);
  bot.counter.arrived(STATE);
  say(BO);
  await bot.clock.advance(10_000);
  await expect.poll(() => bot.counter.metrics().guildsRecovering).toBe(0);
  expect((await bot.queries.server(GUILD)).totals.lifetime.messages).toBe(2);
});

/** A message of An's is being read back, and one of Bo's has come, when the guild comes anew. */
async function comesAnew({ bot, past, miss, hear }: Awaited<ReturnType<typeof aChannel>>): Promise<void> {
  hear(AN);
  await bot.counter.flush();
  miss(AN);
  bot.counter.arrived(STATE);
  await expect.poll(() => past.asked).toBe(1);
  await expect.poll(() => bot.counter.metrics().guildsRecovering).toBe(0);
  hear(BO);
  bot.counter.loseGuild(GUILD);
  bot.counter.arrived(STATE);
  await expect.poll(() => bot.counter.metrics().guildsRecovering).toBe(0);
}

test("what was heard in a channel that cannot be read any more is counted, though the guild came anew while it was read", async () => {
  using folder = temporaryFolder();
  await using channel = await aChannel(folder.file("a.db"));
  const { past, hear } = channel;
  await comesAnew(channel);
  hear(AN);
  past.isForbidden = true;
  past.letGo();
  await channel.recovered();
  expect(await channel.messages()).toBe(3);
});

test("what was heard in a channel that cannot be read is counted, though the guild came anew before it was known what was missed", async () => {
  using folder = temporaryFolder();
  await using channel = await aChannel(folder.file("a.db"));
  const { bot, past, miss, hear } = channel;
  hear(AN);
  await bot.counter.flush();
  miss(AN);
  bot.counter.memberChange(GUILD, 1, 2);
  bot.faults.push("refused");
  bot.counter.arrived(STATE);
  await expect.poll(() => bot.failures.length).toBeGreaterThan(0);
  hear(BO);
  bot.counter.loseGuild(GUILD);
  bot.counter.arrived(STATE);
  past.isForbidden = true;
  await bot.clock.advance(10_000);
  await expect.poll(() => past.asked).toBe(1);
  past.letGo();
  await channel.recovered();
  expect(await channel.messages()).toBe(2);
});

test("what was heard before the guild came anew is counted, though too much is said then for it to be read back", async () => {
  using folder = temporaryFolder();
  await using channel = await aChannel(folder.file("a.db"));
  const { past, hear } = channel;
  await comesAnew(channel);
  for (let message = 0; message <= MOST_HELD; message++) hear(AN);
  past.letGo();
  await channel.recovered();
  expect(await channel.messages()).toBe(3 + MOST_HELD);
});

test("what was read back after the guild came anew is counted once", async () => {
  using folder = temporaryFolder();
  await using channel = await aChannel(folder.file("a.db"));
  const { past } = channel;
  await comesAnew(channel);
  past.letGo();
  await channel.recovered();
  expect(await channel.messages()).toBe(3);
});
