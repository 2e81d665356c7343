import { once } from "node:events";
import { Events, GatewayDispatchEvents } from "discord.js";
import { expect, test } from "vitest";
import { playing } from "../loopback/activities.ts";
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
/** Shorter activities are not counted. */
const LONG_ENOUGH_MS = 600 * SECOND;

/** An old process hears nothing of its members any more; a young one does, and waits for what the old one holds. */
async function oldAndYoung(all: SeveralProcesses, before: (old: Process) => Promise<void>) {
  const polls = holdAnswers("poll", false);
  const old = await all.start({ held: polls, activities: true });
  await all.until(() => old.held === 1);
  await before(old);
  polls.hold();
  const young = await all.start({ activities: true });
  await all.until(() => polls.isAsked);
  old.client.ws.removeAllListeners(GatewayDispatchEvents.VoiceStateUpdate);
  old.client.ws.removeAllListeners(GatewayDispatchEvents.PresenceUpdate);
  return { old, young, polls };
}

test("who left before a hand-over, unheard by the holder, and came again behind it was away in between", async () => {
  await using all = await severalProcesses(database);
  const { discord, guild, clock } = all;
  const { lobby, ann, ben } = placesOf(guild);
  let sinceMs = 0;
  const { young, polls } = await oldAndYoung(all, async () => {
    discord.presence(guild, ben, { activities: [playing("Go")] });
    sinceMs = await comeToVoice(all, [ann, ben]);
    await all.pass(LONG_ENOUGH_MS);
  });
  discord.voice(guild, ann, null);
  discord.presence(guild, ben, { activities: [] });
  await all.taken();
  await all.pass(SECOND);
  polls.letGo();
  await all.taken();
  const handedMs = clock.nowMs();
  await all.pass(250);
  discord.voice(guild, ann, lobby);
  discord.presence(guild, ben, { activities: [playing("Chess")] });
  const againMs = clock.nowMs();
  await all.taken();
  expect(young.held).toBe(0);
  await all.until(() => young.held === 1);
  await all.pass(LONG_ENOUGH_MS);
  await young.stats.flush();
  const stored = await all.stored();
  const nowMs = clock.nowMs();
  expect(stored.voiceMsOf(ann)).toBe(handedMs - sinceMs + (nowMs - againMs));
  expect(stored.voiceMsOf(ben, "0:Go")).toBe(handedMs - sinceMs);
  expect(stored.voiceMsOf(ben, "0:Chess")).toBe(nowMs - againMs);
  expect(stored.voiceMsOf(ben, lobby.id)).toBe(nowMs - sinceMs);
});

test("how it was when the holder died is known to who lost its gateway session since then", async () => {
  await using all = await severalProcesses(database);
  const { discord, guild, clock } = all;
  const { lobby, music, ann, ben, cat } = placesOf(guild);
  let sinceMs = 0;
  const { old, young } = await oldAndYoung(all, async () => {
    for (const user of [ann, ben]) discord.presence(guild, user, { activities: [playing("Go")] });
    sinceMs = await comeToVoice(all, [ann, ben, cat]);
    await all.pass(LONG_ENOUGH_MS);
  });
  discord.voice(guild, ann, null);
  discord.voice(guild, cat, music);
  discord.presence(guild, ann, { activities: [] });
  await all.taken();
  await all.pass(SECOND);
  await old.stats.flush();
  const endMs = clock.nowMs();
  await old.kill();
  await all.pass(SECOND);
  const again = once(young.client, Events.ShardReady);
  discord.kick("op 9");
  await again;
  await all.taken();
  expect(young.held).toBe(0);
  await all.until(() => young.held === 1);
  await all.pass(SECOND);
  await young.stats.flush();
  const stored = await all.stored();
  const nowMs = clock.nowMs();
  expect(stored.voiceMsOf(ann, lobby.id)).toBe(endMs - sinceMs);
  expect(stored.voiceMsOf(ann, "0:Go")).toBe(endMs - sinceMs);
  expect(stored.voiceMsOf(ben, lobby.id)).toBe(nowMs - sinceMs);
  expect(stored.voiceMsOf(cat, lobby.id)).toBe(endMs - sinceMs);
  expect(stored.voiceMsOf(cat, music.id)).toBe(nowMs - endMs);
});
