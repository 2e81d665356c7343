import { once } from "node:events";
import { Events, GatewayDispatchEvents } from "discord.js";
import { describe, expect, test } from "vitest";
import { VOICE_STATES } from "../../src/voice-state.ts";
import { playing } from "../loopback/activities.ts";
import type { User, World } from "../loopback/world.ts";
import { databaseOfFile } from "../support/database-of-file.ts";
import {
  comeToVoice,
  holdAnswers,
  placesOf,
  type SeveralProcesses,
  severalProcesses,
} from "../support/several-processes.ts";

const database = await databaseOfFile();

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Settled promises between a question and the reading of what is stored. */
const STEPS_TO_LOAD = 30;

/** What is stored of a user's time alone in voice, milliseconds. */
async function aloneMsOf(all: SeveralProcesses, user: User): Promise<number> {
  const store = all.store();
  await store.open();
  const { members, hourly } = await store.load(all.guild.id, { writer: "reader", fromHour: 0 });
  await store.close();
  return hourly.durationMs.reduce((total, ms, row) => {
    const isAlone = ((hourly.state[row] ?? 0) & VOICE_STATES.alone) !== 0;
    return isAlone && members[hourly.member[row] ?? -1]?.id === user.id ? total + ms : total;
  }, 0);
}

/** An older process counts while some come to voice, then hands over to a younger one. @param users who come to the lobby */
async function handedOver(all: SeveralProcesses, users: readonly User[]) {
  const old = await all.start();
  await all.until(() => old.held === 1);
  const sinceMs = await comeToVoice(all, users);
  const young = await all.start();
  await all.until(() => young.held === 1);
  return { old, young, sinceMs };
}

describe("what a process knows when it takes a server over is held to have been so when the holder before ended", () => {
  test("but not of whom it was erased since then, though it never heard of them", async () => {
    await using all = await severalProcesses(database);
    const { clock, guild } = all;
    const { ann, ben } = placesOf(guild);
    const { old, young, sinceMs } = await handedOver(all, [ann, ben]);
    // Until the older one has forgotten who came when.
    await all.pass(3 * MINUTE);
    await young.stats.flush();
    await all.pass(10 * SECOND);
    const erasedMs = clock.nowMs();
    await young.stats.privacy.forget(ann.id);
    await all.pass(3 * SECOND);
    await young.kill();
    await all.until(() => old.held === 1);
    await all.pass(SECOND);
    await old.stats.flush();
    const stored = await all.stored();
    expect(stored.voiceMsOf(ben)).toBe(clock.nowMs() - sinceMs);
    expect(stored.voiceMsOf(ann)).toBeGreaterThan(0);
    expect(stored.voiceMsOf(ann)).toBeLessThanOrEqual(clock.nowMs() - erasedMs);
  });

  test("but not of how many are in a channel which somebody who is not counted left since then", async () => {
    await using all = await severalProcesses(database);
    const { discord, clock, guild } = all;
    const { ann, ben } = placesOf(guild);
    const openSessions = holdAnswers("openSessions");
    const old = await all.start();
    await all.until(() => old.held === 1);
    await old.stats.privacy.optOut(ben.id);
    const sinceMs = await comeToVoice(all, [ben, ann]);
    const young = await all.start({ held: openSessions });
    await all.until(() => openSessions.isAsked);
    await all.pass(SECOND);
    discord.voice(guild, ben, null);
    const aloneSinceMs = clock.nowMs();
    await all.taken();
    await all.pass(SECOND);
    openSessions.letGo();
    await all.until(() => young.held === 1);
    await all.pass(SECOND);
    await young.stats.flush();
    expect((await all.stored()).voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
    expect(await aloneMsOf(all, ann)).toBe(clock.nowMs() - aloneSinceMs);
  });

  test("also of a channel that the last person had left", async () => {
    await using all = await severalProcesses(database);
    const { discord, clock, guild } = all;
    const { lobby, ann } = placesOf(guild);
    const bot = discord.join(guild, { bot: true });
    const polls = holdAnswers("poll", false);
    const old = await all.start({ held: polls });
    await all.until(() => old.held === 1);
    await comeToVoice(all, [ann, bot]);
    polls.hold();
    const young = await all.start();
    await all.until(() => polls.isAsked);
    old.client.ws.removeAllListeners(GatewayDispatchEvents.VoiceStateUpdate);
    discord.voice(guild, ann, null);
    await all.taken();
    await all.pass(SECOND);
    polls.letGo();
    await all.taken();
    const handedMs = clock.nowMs();
    await all.until(() => young.held === 1);
    expect(clock.nowMs()).toBeGreaterThan(handedMs);
    await all.pass(SECOND);
    await young.stats.flush();
    expect((await all.stored()).voiceMsOf(bot, lobby.id)).toBeGreaterThan(clock.nowMs() - handedMs);
    expect(await aloneMsOf(all, bot)).toBe(clock.nowMs() - handedMs);
  });
});

test("what members do ends when the holder before ended that had not heard of the end, goes on, and counts no millisecond twice", async () => {
  await using all = await severalProcesses(database);
  const { discord, clock, guild } = all;
  const { ann, ben, cat, dan } = placesOf(guild);
  const polls = holdAnswers("poll", false);
  const old = await all.start({ held: polls, activities: true });
  await all.until(() => old.held === 1);
  const startMs = clock.nowMs();
  const told = playing("Chess", { startMs });
  for (const user of [ann, ben, cat]) discord.presence(guild, user, { activities: [told] });
  discord.presence(guild, dan, { activities: [playing("Go")] });
  await all.taken();
  await all.pass(15 * MINUTE);
  discord.presence(guild, cat, { activities: [] });
  await all.taken();
  const catsEndMs = clock.nowMs();
  await all.pass(MINUTE);
  polls.hold();
  const young = await all.start({ activities: true });
  await all.until(() => polls.isAsked);
  old.client.ws.removeAllListeners(GatewayDispatchEvents.PresenceUpdate);
  discord.presence(guild, ann, { activities: [] });
  // She does again what she had ended, and Discord tells when that began.
  discord.presence(guild, cat, { activities: [told] });
  await all.taken();
  await all.pass(SECOND);
  polls.letGo();
  await all.taken();
  const handedMs = clock.nowMs();
  await all.until(() => young.held === 1);
  await all.pass(15 * MINUTE);
  await young.stats.flush();
  const stored = await all.stored();
  const nowMs = clock.nowMs();
  expect({
    ann: stored.voiceMsOf(ann),
    ben: stored.voiceMsOf(ben),
    cat: stored.voiceMsOf(cat),
    dan: stored.voiceMsOf(dan),
  }).toEqual({
    ann: handedMs - startMs,
    ben: nowMs - startMs,
    cat: catsEndMs - startMs + (nowMs - handedMs),
    dan: nowMs - startMs,
  });
});

test("a process that had lost its gateway when the holder ended counts nobody further who left meanwhile, and no join twice", async () => {
  await using all = await severalProcesses(database);
  const { discord, clock, guild } = all;
  const { ann, ben } = placesOf(guild);
  const { old, young, sinceMs } = await handedOver(all, [ann, ben]);
  await all.pass(20 * SECOND);
  const lost = once(old.client, Events.ShardReconnecting);
  const back = once(old.client, Events.ShardResume);
  discord.gatewayDownAnswer = "503";
  discord.gatewayTakesCalls = false;
  discord.kick("cut", { client: "first" });
  await lost;
  await all.pass(SECOND);
  const heard = once(young.client, Events.GuildMemberAdd);
  discord.join(guild);
  await heard;
  await all.pass(SECOND);
  await young.stats.stop();
  const endedMs = clock.nowMs();
  await all.pass(SECOND);
  discord.voice(guild, ann, null);
  const leftMs = clock.nowMs();
  await all.pass(10 * SECOND);
  discord.gatewayTakesCalls = true;
  await back;
  await all.taken();
  await all.until(() => old.held === 1);
  await all.pass(SECOND);
  await old.stats.flush();
  const stored = await all.stored();
  expect(stored.voiceMsOf(ben)).toBe(clock.nowMs() - sinceMs);
  expect(stored.voiceMsOf(ann)).toBeGreaterThanOrEqual(endedMs - sinceMs);
  expect(stored.voiceMsOf(ann)).toBeLessThanOrEqual(leftMs - sinceMs);
  expect(stored.joins).toBe(1);
});

test("of two who ask a busy process at the same moment for a server that another one counts, both are told of the present", async () => {
  await using all = await severalProcesses(database, 1);
  const { discord, guild } = all;
  const { general, ann } = placesOf(guild);
  const other = [...discord.guilds.values()].find(({ id }) => id !== guild.id);
  if (other === undefined) throw new Error("there were to be two");
  const old = await all.start();
  await all.until(() => old.held === 2);
  const young = await all.start();
  await all.until(() => young.held === 2);
  const messagesIn = async ({ id }: World): Promise<number> =>
    (await old.stats.query.server(id)).totals.lifetime.messages;
  const writes = async (): Promise<void> => {
    discord.message(guild, general, ann);
    await all.taken();
    await young.stats.flush();
  };
  await writes();
  expect(await messagesIn(guild)).toBe(1);
  await writes();
  await all.pass(MINUTE);
  const first = messagesIn(other);
  // Until its load is under way, which holds the others up.
  for (let steps = 0; steps < STEPS_TO_LOAD; steps++) await null;
  expect(old.stats.metrics().writesWaiting).toBe(1);
  const answers = [guild, guild].map(messagesIn);
  expect(await Promise.all([first, ...answers])).toEqual([0, 2, 2]);
});
