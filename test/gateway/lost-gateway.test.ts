import { once } from "node:events";
import { Events } from "discord.js";
import { describe, expect, test } from "vitest";
import { databaseOfFile } from "../support/database-of-file.ts";
import {
  comeToVoice,
  type Process,
  placesOf,
  type SeveralProcesses,
  severalProcesses,
} from "../support/several-processes.ts";

const database = await databaseOfFile();

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Discord takes the token no more: the client gives up, and the process goes on. */
const FOR_GOOD = 4004;

/** A process that counts the guild, with Ann, Ben and Cat in voice, all of it written. */
async function oneProcess(all: SeveralProcesses): Promise<{ old: Process; sinceMs: number }> {
  const { ann, ben, cat } = placesOf(all.guild);
  const old = await all.start();
  await all.until(() => old.held === 1);
  const sinceMs = await comeToVoice(all, [ann, ben, cat]);
  await old.stats.flush();
  return { old, sinceMs };
}

/** One of two clients loses its connection for good. */
async function loseFor(all: SeveralProcesses, which: "first" | "last"): Promise<void> {
  all.discord.kick(FOR_GOOD, { client: which, forget: true });
  await all.discord.connected([0]);
  await all.taken();
}

/** Ben moves, Cat leaves, and somebody joins. */
async function somethingHappens(all: SeveralProcesses): Promise<{ movedMs: number; catsEndMs: number }> {
  const { discord, guild, clock } = all;
  const { music, ben, cat } = placesOf(all.guild);
  await all.pass(250);
  discord.voice(guild, ben, music);
  const movedMs = clock.nowMs();
  await all.taken();
  await all.pass(250);
  discord.voice(guild, cat, null);
  discord.join(guild);
  const catsEndMs = clock.nowMs();
  await all.taken();
  return { movedMs, catsEndMs };
}

/** All of it is counted up to now, once. */
async function expectCounted(
  all: SeveralProcesses,
  { sinceMs, movedMs, catsEndMs }: Record<"sinceMs" | "movedMs" | "catsEndMs", number>,
): Promise<void> {
  const { lobby, music, ann, ben, cat } = placesOf(all.guild);
  const stored = await all.stored();
  const nowMs = all.clock.nowMs();
  expect({
    ann: stored.voiceMsOf(ann),
    benInLobby: stored.voiceMsOf(ben, lobby.id),
    benInMusic: stored.voiceMsOf(ben, music.id),
    cat: stored.voiceMsOf(cat),
    joins: stored.joins,
  }).toEqual({
    ann: nowMs - sinceMs,
    benInLobby: movedMs - sinceMs,
    benInMusic: nowMs - movedMs,
    cat: catsEndMs - sinceMs,
    joins: 1,
  });
}

describe("a process that has lost its gateway", () => {
  test("hands over what it does not see, and does not ask for it again, though nobody else is left to count it", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { ann, ben } = placesOf(all.guild);
    const { old, sinceMs } = await oneProcess(all);
    const young = await all.start();
    await loseFor(all, "first");
    await all.until(() => young.held === 1);
    await all.pass(20 * SECOND);
    expect(old.stats.metrics().leases).toEqual({ guildsHeld: 0, guildsAwaited: 0, guildsFenced: 0 });
    await young.stats.flush();
    await young.kill();
    const writtenMs = clock.nowMs() - sinceMs;
    for (const user of [ann, ben]) discord.voice(guild, user, null);
    await all.pass(3 * MINUTE);
    await old.stats.flush();
    // The client's cache still has both in voice.
    expect(old.client.guilds.cache.get(guild.id)?.voiceStates.cache.get(ann.id)?.channelId).toBeTruthy();
    expect(old.held).toBe(0);
    const stored = await all.stored();
    expect([stored.voiceMsOf(ann), stored.voiceMsOf(ben)]).toEqual([writtenMs, writtenMs]);
  });

  test("says up to where it counted when it hands over: what the next one saw since then is counted", async () => {
    await using all = await severalProcesses(database);
    const { old, sinceMs } = await oneProcess(all);
    const young = await all.start();
    await loseFor(all, "first");
    const happened = await somethingHappens(all);
    expect([old.held, young.held]).toEqual([1, 0]);
    await all.until(() => young.held === 1);
    await all.pass(SECOND);
    await young.stats.flush();
    await expectCounted(all, { sinceMs, ...happened });
  });

  test("says so also where nobody is in voice: who joined since then is counted", async () => {
    await using all = await severalProcesses(database);
    const { old } = await oneProcess(all);
    const { ann, ben, cat } = placesOf(all.guild);
    for (const user of [ann, ben, cat]) all.discord.voice(all.guild, user, null);
    await all.taken();
    const young = await all.start();
    await loseFor(all, "first");
    await all.pass(250);
    all.discord.join(all.guild);
    await all.taken();
    expect([old.held, young.held]).toEqual([1, 0]);
    await all.until(() => young.held === 1);
    await young.stats.flush();
    expect((await all.stored()).joins).toBe(1);
  });

  test("and dies after it has written that: what another one saw since then is counted", async () => {
    await using all = await severalProcesses(database);
    const { old, sinceMs } = await oneProcess(all);
    const young = await all.start();
    await all.until(() => young.held === 1);
    await all.pass(SECOND);
    await loseFor(all, "last");
    const happened = await somethingHappens(all);
    await young.stats.flush();
    await young.kill();
    await all.until(() => old.held === 1);
    await all.pass(SECOND);
    await old.stats.flush();
    await expectCounted(all, { sinceMs, ...happened });
  });

  test("asks again when it is back, and the younger one of two is granted", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, ann, ben } = placesOf(all.guild);
    const { old, sinceMs } = await oneProcess(all);
    const young = await all.start();
    const lost = [old, young].map(({ client }) => once(client, Events.ShardReconnecting));
    const back = [old, young].map(({ client }) => once(client, Events.ShardResume));
    discord.gatewayDownAnswer = "503";
    discord.gatewayUp = false;
    await Promise.all(lost);
    await all.pass(MINUTE);
    expect([old.held, young.held]).toEqual([0, 0]);
    expect(old.stats.metrics().leases).toMatchObject({ guildsAwaited: 0 });
    discord.message(guild, general, ann);
    discord.voice(guild, ben, null);
    discord.gatewayUp = true;
    await Promise.all(back);
    await all.taken();
    await all.until(() => young.held === 1);
    expect(old.held).toBe(0);
    await all.pass(SECOND);
    await young.stats.flush();
    const stored = await all.stored();
    expect(stored.messagesOf(ann)).toBe(1);
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
    expect(young.failures).toEqual([]);
  });
});
