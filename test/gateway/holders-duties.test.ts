import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { World } from "../loopback/world.ts";
import { databaseOfFile } from "../support/database-of-file.ts";
import { type SeveralProcesses, severalProcesses } from "../support/several-processes.ts";

const database = await databaseOfFile();

const SECOND = 1_000;
const HOUR = 3_600_000;

/** A card is due in the guild's first channel in 21 seconds, and daily. */
async function cardIsDue({ guild, clock, store }: SeveralProcesses): Promise<void> {
  const dueMs = Math.ceil(clock.nowMs() / HOUR) * HOUR;
  clock.pass(dueMs - clock.nowMs() - 21 * SECOND);
  const line = store();
  await line.open();
  await line.addPost({
    guildId: guild.id,
    id: 1,
    channelId: guild.channel("general").id,
    timing: { every: "day", hour: new Date(dueMs).getUTCHours() },
    card: "server",
    period: "7d",
    members: "humans",
    doneMs: dueMs - 24 * HOUR,
    messageId: null,
    trouble: null,
  });
  await line.close();
}

/** Whether it is written that the card was posted. */
async function isPosted({ store, clock }: SeveralProcesses): Promise<boolean> {
  const line = store();
  await line.open();
  const [post] = await line.posts();
  await line.close();
  return post !== undefined && clock.nowMs() - post.doneMs < HOUR;
}

const attempts = ({ discord }: SeveralProcesses): number =>
  discord.requests.filter(({ method, path }) => method === "POST" && /^\/channels\/\d+\/messages$/.test(path))
    .length;

describe("of several processes that see a server, the one that holds it posts a scheduled card", () => {
  test("once, and the others none", async () => {
    await using all = await severalProcesses(database);
    await cardIsDue(all);
    const old = await all.start();
    const young = await all.start();
    await all.until(() => young.held === 1);
    await all.pass(21 * SECOND);
    await all.discord.posts.posted(1);
    await all.pass(10 * SECOND);
    // What is under way is ended.
    for (const { stats } of [young, old]) await stats.stop();
    expect(attempts(all)).toBe(1);
    expect([...old.failures, ...young.failures]).toEqual([]);
    all.discord.assertClean();
  });

  test("once, when it hands the server over just behind that, to one that has not heard of it", async () => {
    await using all = await severalProcesses(database);
    await cardIsDue(all);
    const old = await all.start();
    await all.until(() => old.held === 1);
    // A second after this one is due, the old process hears that it is asked.
    await all.pass(20.5 * SECOND);
    const young = await all.start();
    await all.pass(SECOND / 2);
    while (!(await isPosted(all))) await turn();
    expect([old.held, young.held]).toEqual([1, 0]);
    await all.until(() => young.held === 1);
    await all.pass(10 * SECOND);
    // What is under way is ended.
    for (const { stats } of [young, old]) await stats.stop();
    expect(attempts(all)).toBe(1);
    expect([...old.failures, ...young.failures]).toEqual([]);
  });

  test("though its holder died before it was due", async () => {
    await using all = await severalProcesses(database);
    await cardIsDue(all);
    const old = await all.start();
    const young = await all.start();
    await all.until(() => young.held === 1);
    await young.kill();
    await all.pass(30 * SECOND);
    expect(attempts(all)).toBe(0);
    await all.until(() => old.held === 1);
    await all.discord.posts.posted(1);
    await all.pass(10 * SECOND);
    expect(attempts(all)).toBe(1);
    expect(old.failures).toEqual([]);
  });
});

describe("a server that the bot left is erased when its grace is over", () => {
  /** Two processes, without days of grace; the younger one holds two servers, and has counted in one. */
  async function twoProcesses(all: SeveralProcesses) {
    const { discord, guild } = all;
    const other = [...discord.guilds.values()].find(({ id }) => id !== guild.id);
    if (other === undefined) throw new Error("no other guild");
    const old = await all.start({ leftGuildGraceDays: 0 });
    const young = await all.start({ leftGuildGraceDays: 0 });
    await all.until(() => young.held === 2);
    discord.message(guild, guild.channel("general"), guild.user(0));
    await all.taken();
    await young.stats.flush();
    const erased: string[] = [];
    const nameOf = (guildId: string): string => (guildId === guild.id ? "guild" : "other");
    old.stats.on("guildErased", (guildId) => erased.push(`${nameOf(guildId)} by old`));
    young.stats.on("guildErased", (guildId) => erased.push(`${nameOf(guildId)} by young`));
    return { old, young, other, erased };
  }
  /** A process looks for what is due once an hour, and when another server is left. */
  async function leave(all: SeveralProcesses, guild: World): Promise<void> {
    all.discord.removeGuild(guild);
    await all.taken();
  }
  async function storedGuilds({ store }: SeveralProcesses): Promise<number> {
    const line = store();
    await line.open();
    const { size } = await line.guilds();
    await line.close();
    return size;
  }

  test("once, by the process that holds it", async () => {
    await using all = await severalProcesses(database, 1);
    const { old, young, other, erased } = await twoProcesses(all);
    await leave(all, all.guild);
    await leave(all, other);
    expect(erased).toEqual(["guild by young", "other by young"]);
    expect([await storedGuilds(all), old.held, young.held]).toEqual([0, 0, 0]);
    expect([...old.failures, ...young.failures]).toEqual([]);
  });

  test("though its holder has died, once that is known", async () => {
    await using all = await severalProcesses(database, 1);
    const { old, young, other, erased } = await twoProcesses(all);
    await young.kill();
    await leave(all, all.guild);
    expect([await storedGuilds(all), erased]).toEqual([2, []]);
    await all.until(() => old.held === 1);
    await leave(all, other);
    expect([await storedGuilds(all), erased]).toEqual([0, ["guild by old", "other by old"]]);
    expect(old.failures).toEqual([]);
  });
});
