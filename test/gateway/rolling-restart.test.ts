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
const MINUTE = 60 * SECOND;

/** A process that counts the guild, with Ann and Ben in voice and a message of Ann's, all of it written. */
async function oneProcess(all: SeveralProcesses): Promise<{ old: Process; sinceMs: number }> {
  const { discord, guild } = all;
  const { general, ann, ben } = placesOf(guild);
  const old = await all.start();
  await all.until(() => old.held === 1);
  discord.message(guild, general, ann);
  const sinceMs = await comeToVoice(all, [ann, ben]);
  return { old, sinceMs };
}

describe("a rolling restart counts each message and each second once", () => {
  test("when the old process hands over: what was before, between and after, who moved, joined and left meanwhile", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, lobby, music, ann, ben, cat, dan } = placesOf(guild);
    const { old, sinceMs } = await oneProcess(all);
    discord.voice(guild, cat, lobby);
    const catsMs = clock.nowMs();
    // Not written yet when the new one comes.
    discord.message(guild, general, ann);
    await all.taken();
    await all.pass(SECOND);
    const young = await all.start();
    expect([old.held, young.held]).toEqual([1, 0]);
    discord.message(guild, general, ann);
    discord.voice(guild, dan, music);
    const dansMs = clock.nowMs();
    const late = discord.join(guild);
    await all.taken();
    await all.pass(250);
    discord.voice(guild, ben, music);
    const movedMs = clock.nowMs();
    await all.taken();
    await all.pass(250);
    discord.voice(guild, cat, null);
    const catsEndMs = clock.nowMs();
    discord.message(guild, general, ben);
    await all.taken();
    await all.until(() => young.held === 1);
    expect(old.held).toBe(0);
    discord.message(guild, general, ann);
    discord.leave(guild, late);
    await all.taken();
    await all.pass(10 * SECOND);
    await old.stats.stop();
    discord.message(guild, general, ann);
    await all.taken();
    await all.pass(10 * SECOND);
    const endMs = clock.nowMs();
    await young.stats.flush();
    const stored = await all.stored();
    expect([stored.messagesOf(ann), stored.messagesOf(ben)]).toEqual([5, 1]);
    expect(stored.voiceMsOf(ann)).toBe(endMs - sinceMs);
    expect(stored.voiceMsOf(ben, lobby.id)).toBe(movedMs - sinceMs);
    expect(stored.voiceMsOf(ben, music.id)).toBe(endMs - movedMs);
    expect(stored.voiceMsOf(cat)).toBe(catsEndMs - catsMs);
    expect(stored.voiceMsOf(dan)).toBe(endMs - dansMs);
    expect([stored.joins, stored.leaves]).toEqual([1, 1]);
    expect([...old.failures, ...young.failures]).toEqual([]);
    expect(old.stats.metrics().leases).toMatchObject({ guildsFenced: 0 });
    discord.assertClean();
  });

  test("at once, where the database's notices are heard", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, ann } = placesOf(guild);
    const old = await all.start({ hears: true });
    discord.message(guild, general, ann);
    await all.taken();
    const beforeMs = clock.nowMs();
    const young = await all.start({ hears: true });
    discord.message(guild, general, ann);
    await all.taken();
    expect([old.held, young.held, clock.nowMs()]).toEqual([0, 1, beforeMs]);
    await young.stats.flush();
    expect((await all.stored()).messagesOf(ann)).toBe(2);
  });

  test("when the old process was killed without a word while the new one was there", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, lobby, music, ann, ben } = placesOf(guild);
    const { old, sinceMs } = await oneProcess(all);
    const young = await all.start();
    await old.kill();
    // Of these the old one has written nothing, and the new one none yet.
    discord.message(guild, general, ben);
    discord.voice(guild, ben, music);
    const movedMs = clock.nowMs();
    discord.join(guild);
    await all.taken();
    await all.pass(SECOND);
    discord.voice(guild, ben, null);
    const leftMs = clock.nowMs();
    await all.taken();
    await all.until(() => young.held === 1);
    discord.message(guild, general, ben);
    await all.taken();
    await all.pass(SECOND);
    await young.stats.flush();
    const stored = await all.stored();
    expect([stored.messagesOf(ann), stored.messagesOf(ben)]).toEqual([1, 2]);
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
    expect(stored.voiceMsOf(ben, lobby.id)).toBe(movedMs - sinceMs);
    expect(stored.voiceMsOf(ben, music.id)).toBe(leftMs - movedMs);
    expect(stored.joins).toBe(1);
    expect(young.failures).toEqual([]);
  });

  test("when the old process was killed after minutes in which it had nothing to write: who joined since then is counted", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild } = all;
    const { ann, ben, cat } = placesOf(guild);
    const { old } = await oneProcess(all);
    for (const user of [ann, ben, cat]) discord.voice(guild, user, null);
    await all.taken();
    await old.stats.flush();
    const young = await all.start();
    await all.until(() => young.held === 1);
    await young.stats.flush();
    for (let second = 0; second < 200; second++) await all.pass(SECOND);
    await young.stats.flush();
    await young.kill();
    discord.join(guild);
    await all.taken();
    await all.until(() => old.held === 1);
    await old.stats.flush();
    expect((await all.stored()).joins).toBe(1);
  });

  test("when the new process's line is cut and resumed while it waits: what it saw before is counted all the same", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { lobby, ann, ben, cat } = placesOf(guild);
    const { old, sinceMs } = await oneProcess(all);
    const young = await all.start();
    await old.kill();
    discord.voice(guild, cat, lobby);
    const catsMs = clock.nowMs();
    await all.taken();
    await all.pass(SECOND);
    discord.voice(guild, ben, null);
    const bensEndMs = clock.nowMs();
    await all.taken();
    await all.pass(SECOND);
    expect(young.held).toBe(0);
    const back = discord.next("resume");
    discord.kick("cut");
    await back;
    await all.taken();
    await all.until(() => young.held === 1);
    await all.pass(SECOND);
    await young.stats.flush();
    const stored = await all.stored();
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
    expect(stored.voiceMsOf(ben)).toBe(bensEndMs - sinceMs);
    expect(stored.voiceMsOf(cat)).toBe(clock.nowMs() - catsMs);
    expect(young.failures).toEqual([]);
  });

  test("when the new process loses its gateway session while it waits: what it saw before is counted all the same", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { lobby, ann, ben, cat, dan } = placesOf(guild);
    const { old, sinceMs } = await oneProcess(all);
    const young = await all.start();
    await old.kill();
    const catsMs = clock.nowMs();
    for (const user of [cat, dan]) discord.voice(guild, user, lobby);
    discord.join(guild);
    await all.taken();
    await all.pass(SECOND);
    discord.voice(guild, ben, null);
    const bensEndMs = clock.nowMs();
    await all.taken();
    await all.pass(SECOND);
    expect(young.held).toBe(0);
    const lostMs = clock.nowMs();
    const again = discord.next("identify");
    discord.kick("op 9");
    // Unseen: the time from losing the line on is not his.
    discord.voice(guild, dan, null);
    await again;
    await all.taken();
    await all.until(() => young.held === 1);
    await all.pass(SECOND);
    await young.stats.flush();
    const stored = await all.stored();
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
    expect(stored.voiceMsOf(ben)).toBe(bensEndMs - sinceMs);
    expect(stored.voiceMsOf(cat)).toBe(clock.nowMs() - catsMs);
    expect(stored.voiceMsOf(dan)).toBe(lostMs - catsMs);
    expect(stored.joins).toBe(1);
    expect(young.failures).toEqual([]);
  });

  test("when somebody is erased while the new process waits: of all others, what it saw before is counted", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, lobby, ann, ben, cat, dan } = placesOf(guild);
    const { old, sinceMs } = await oneProcess(all);
    const young = await all.start();
    await old.kill();
    const catsMs = clock.nowMs();
    for (const user of [cat, dan]) {
      discord.voice(guild, user, lobby);
      discord.message(guild, general, user);
    }
    await all.taken();
    await all.pass(SECOND);
    discord.voice(guild, ben, null);
    discord.voice(guild, dan, null);
    const bensEndMs = clock.nowMs();
    await all.taken();
    expect(young.held).toBe(0);
    await young.stats.privacy.forget(dan.id);
    await all.until(() => young.held === 1);
    await all.pass(SECOND);
    await young.stats.flush();
    const stored = await all.stored();
    expect([stored.messagesOf(cat), stored.messagesOf(dan)]).toEqual([1, 0]);
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
    expect(stored.voiceMsOf(ben)).toBe(bensEndMs - sinceMs);
    expect(stored.voiceMsOf(cat)).toBe(clock.nowMs() - catsMs);
    expect(stored.voiceMsOf(dan)).toBe(0);
  });

  test("when the old process is deaf: its guild is taken by force, and what it writes later changes nothing", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, ann, ben } = placesOf(guild);
    const { old, sinceMs } = await oneProcess(all);
    old.isDeaf = true;
    const young = await all.start();
    discord.message(guild, general, ann);
    await all.taken();
    await all.until(() => young.held === 1);
    // It counts on, and does not know.
    expect(old.held).toBe(1);
    discord.message(guild, general, ann);
    await all.taken();
    await all.pass(MINUTE);
    await old.stats.flush();
    expect(old.held).toBe(0);
    expect(old.stats.metrics().leases).toMatchObject({ guildsFenced: 1 });
    expect(old.stats.metrics().dirtyRows).toBe(0);
    await young.stats.flush();
    const stored = await all.stored();
    expect(stored.messagesOf(ann)).toBe(3);
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
    expect(stored.voiceMsOf(ben)).toBe(clock.nowMs() - sinceMs);
    expect(old.failures).toEqual([]);
  });

  test("when the old process loses its gateway session and comes back: it takes nothing from the new one", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, ann } = placesOf(guild);
    const { old, sinceMs } = await oneProcess(all);
    const young = await all.start();
    await all.until(() => young.held === 1);
    const again = [discord.next("identify"), discord.next("identify")];
    discord.kick("op 9");
    await Promise.all(again);
    await all.taken();
    discord.message(guild, general, ann);
    await all.taken();
    await all.pass(2 * MINUTE);
    expect([old.held, young.held]).toEqual([0, 1]);
    await old.stats.flush();
    await young.stats.flush();
    const stored = await all.stored();
    expect(stored.messagesOf(ann)).toBe(2);
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
  });

  test("when the new process dies, the old one takes over what it saw and the new one did not write", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, lobby, music, ann, ben } = placesOf(guild);
    const { old, sinceMs } = await oneProcess(all);
    const young = await all.start();
    await all.until(() => young.held === 1);
    await all.pass(31 * SECOND);
    discord.message(guild, general, ann);
    discord.voice(guild, ben, music);
    const movedMs = clock.nowMs();
    const late = discord.join(guild);
    await all.taken();
    await all.pass(SECOND);
    await young.kill();
    discord.leave(guild, late);
    await all.taken();
    await all.until(() => old.held === 1);
    discord.message(guild, general, ann);
    await all.taken();
    await all.pass(SECOND);
    await old.stats.flush();
    const stored = await all.stored();
    expect(stored.messagesOf(ann)).toBe(3);
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
    expect(stored.voiceMsOf(ben, lobby.id)).toBe(movedMs - sinceMs);
    expect(stored.voiceMsOf(ben, music.id)).toBe(clock.nowMs() - movedMs);
    expect([stored.joins, stored.leaves]).toEqual([1, 1]);
    expect(old.failures).toEqual([]);
  });

  test("when the old process stops before the new one starts, which is granted the guild at once", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, ann } = placesOf(guild);
    const { old, sinceMs } = await oneProcess(all);
    discord.message(guild, general, ann);
    await all.taken();
    await old.stats.stop();
    await old.client.destroy();
    discord.history(guild, general, 3, () => ({ author: ann }));
    const young = await all.start();
    await all.taken();
    expect(young.held).toBe(1);
    await all.pass(SECOND);
    await young.stats.flush();
    const stored = await all.stored();
    expect(stored.messagesOf(ann)).toBe(5);
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
  });

  test("when the answer to the old process's last batch was lost, and the batch comes again after the guild was taken", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, ann } = placesOf(guild);
    const { old, sinceMs } = await oneProcess(all);
    old.isDeaf = true;
    discord.message(guild, general, ann);
    await all.taken();
    old.lostAnswers = 1;
    await expect(old.stats.flush()).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    // Behind what is written, and refused.
    discord.message(guild, general, ann);
    await all.taken();
    const young = await all.start();
    old.lostAnswers = 1_000;
    await all.until(() => young.held === 1);
    old.lostAnswers = 0;
    await old.stats.flush();
    expect(old.held).toBe(0);
    await all.pass(SECOND);
    await young.stats.flush();
    const stored = await all.stored();
    expect(stored.messagesOf(ann)).toBe(3);
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
  });
});

test("a flush waits for what is said about servers that have just come, also while the answer is on its way", async () => {
  await using all = await severalProcesses(database);
  const held = holdAnswers("claim");
  const process = await all.start({ held });
  let isFlushed = false;
  const flushed = process.stats.flush().then(() => {
    isFlushed = true;
  });
  await all.taken();
  expect([process.held, isFlushed]).toEqual([0, false]);
  held.letGo();
  await flushed;
  expect(process.held).toBe(1);
  expect(process.failures).toEqual([]);
});
