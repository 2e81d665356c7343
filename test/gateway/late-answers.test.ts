import { GatewayDispatchEvents } from "discord.js";
import { describe, expect, test } from "vitest";
import { databaseOfFile } from "../support/database-of-file.ts";
import {
  comeToVoice,
  holdAnswers,
  type Process,
  placesOf,
  type SeveralProcesses,
  severalProcesses,
} from "../support/several-processes.ts";

const database = await databaseOfFile();

const SECOND = 1_000;

test("a process whose hand-over was not answered takes the guild over again when the new holder dies", async () => {
  await using all = await severalProcesses(database);
  const { discord, guild, clock } = all;
  const { general, ann, ben } = placesOf(guild);
  const releases = holdAnswers("release");
  const old = await all.start({ held: releases });
  await all.until(() => old.held === 1);
  discord.message(guild, general, ann);
  const sinceMs = await comeToVoice(all, [ann, ben]);
  const young = await all.start();
  await all.until(() => releases.isAsked);
  releases.lose();
  await all.until(() => young.held === 1 && old.held === 0);
  await all.pass(31 * SECOND);
  await young.stats.flush();
  await young.kill();
  await all.pass(SECOND);
  discord.message(guild, general, ann);
  const late = discord.join(guild);
  await all.taken();
  await all.pass(SECOND);
  discord.leave(guild, late);
  await all.until(() => old.held === 1);
  await all.pass(SECOND);
  discord.message(guild, general, ann);
  await all.taken();
  await old.stats.flush();
  const stored = await all.stored();
  expect(stored.messagesOf(ann)).toBe(3);
  expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
  expect([stored.joins, stored.leaves]).toEqual([1, 1]);
});

describe("what happens while a process ends is the next one's to count", () => {
  /** An old process ends. Meanwhile somebody joins, and Ben comes to voice and moves, of which the young one hears. */
  async function isStoppedMeanwhile(
    all: SeveralProcesses,
    { old, young, letGo }: { readonly old: Process; readonly young: Process; letGo(): void },
  ): Promise<void> {
    const { discord, guild, clock } = all;
    const { lobby, music, ben } = placesOf(guild);
    const stopped = old.stats.stop();
    await all.pass(SECOND);
    discord.join(guild);
    discord.voice(guild, ben, lobby);
    const bensMs = clock.nowMs();
    await all.taken();
    await all.pass(SECOND);
    discord.voice(guild, ben, music);
    const movedMs = clock.nowMs();
    await all.taken();
    await all.pass(250);
    letGo();
    await all.until(() => young.held === 1);
    await stopped;
    await young.stats.flush();
    const stored = await all.stored();
    expect(stored.joins).toBe(1);
    expect(stored.voiceMsOf(ben, lobby.id)).toBe(movedMs - bensMs);
    expect(stored.voiceMsOf(ben, music.id)).toBe(clock.nowMs() - movedMs);
  }

  test("also what it is asked to hand over when it hears nothing any more", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { ann } = placesOf(guild);
    const polls = holdAnswers("poll", false);
    const old = await all.start({ held: polls });
    await all.until(() => old.held === 1);
    const sinceMs = await comeToVoice(all, [ann]);
    discord.voice(guild, ann, null);
    await all.taken();
    const endMs = clock.nowMs();
    await old.stats.flush();
    polls.hold();
    const young = await all.start();
    await all.until(() => polls.isAsked);
    await isStoppedMeanwhile(all, { old, young, letGo: () => polls.letGo() });
    expect((await all.stored()).voiceMsOf(ann)).toBe(endMs - sinceMs);
  });

  test("also when a guild is granted to it only then", async () => {
    await using all = await severalProcesses(database);
    const grants = holdAnswers("claim");
    const first = await all.start({ held: grants });
    await all.until(() => grants.isAsked);
    const young = await all.start();
    await isStoppedMeanwhile(all, { old: first, young, letGo: () => grants.letGo() });
  });
});

test("who leaves voice in the very millisecond of a hand-over has left then", async () => {
  await using all = await severalProcesses(database);
  const { discord, guild, clock } = all;
  const { ann, ben } = placesOf(guild);
  const releases = holdAnswers("release");
  const old = await all.start({ held: releases });
  await all.until(() => old.held === 1);
  const sinceMs = await comeToVoice(all, [ann, ben]);
  const young = await all.start();
  await all.until(() => releases.isAsked);
  discord.voice(guild, ann, null);
  const endMs = clock.nowMs();
  await all.taken();
  await all.pass(SECOND);
  releases.letGo();
  await all.until(() => young.held === 1);
  await all.pass(SECOND);
  await young.stats.flush();
  const stored = await all.stored();
  expect(stored.voiceMsOf(ann)).toBe(endMs - sinceMs);
  expect(stored.voiceMsOf(ben)).toBe(clock.nowMs() - sinceMs);
});

test("what the next process heard before a hand-over, and the one before had not heard by then, is so from the hand-over on", async () => {
  await using all = await severalProcesses(database);
  const { discord, guild, clock } = all;
  const { lobby, music, ann, ben, cat, dan } = placesOf(guild);
  const polls = holdAnswers("poll", false);
  const old = await all.start({ held: polls });
  await all.until(() => old.held === 1);
  const sinceMs = await comeToVoice(all, [ann, ben, dan]);
  polls.hold();
  const young = await all.start();
  await all.until(() => polls.isAsked);
  old.client.ws.removeAllListeners(GatewayDispatchEvents.VoiceStateUpdate);
  discord.voice(guild, ann, null);
  discord.voice(guild, ben, music);
  discord.voice(guild, cat, music);
  await all.taken();
  await all.pass(SECOND);
  polls.letGo();
  await all.taken();
  const handedMs = clock.nowMs();
  // Behind it, and before the guild is taken.
  await all.pass(250);
  discord.voice(guild, dan, music);
  const movedMs = clock.nowMs();
  await all.taken();
  await all.until(() => young.held === 1);
  await all.pass(SECOND);
  await young.stats.flush();
  const stored = await all.stored();
  const nowMs = clock.nowMs();
  expect(stored.voiceMsOf(ann)).toBe(handedMs - sinceMs);
  expect([stored.voiceMsOf(ben, lobby.id), stored.voiceMsOf(ben, music.id)]).toEqual([
    handedMs - sinceMs,
    nowMs - handedMs,
  ]);
  expect(stored.voiceMsOf(cat)).toBe(nowMs - handedMs);
  expect([stored.voiceMsOf(dan, lobby.id), stored.voiceMsOf(dan, music.id)]).toEqual([
    movedMs - sinceMs,
    nowMs - movedMs,
  ]);
});
