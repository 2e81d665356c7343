import { describe, expect, test } from "vitest";
import { optOutHash } from "../../src/store/opt-out-hash.ts";
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

/** A process that counts the guild, with Ann, Ben and Cat in voice and a message of Ann's, all of it written. */
async function oneProcess(all: SeveralProcesses): Promise<{ first: Process; sinceMs: number }> {
  const { discord, guild } = all;
  const { general, ann, ben, cat } = placesOf(all.guild);
  const first = await all.start();
  await all.until(() => first.held === 1);
  discord.message(guild, general, ann);
  const sinceMs = await comeToVoice(all, [ann, ben, cat]);
  await first.stats.flush();
  return { first, sinceMs };
}

describe("whoever is erased between the reading of who was in voice and the counting on does not come back", () => {
  /** The answer to who was in voice is on its way to the second process, when Ann is erased. */
  async function erasedMeanwhile(
    all: SeveralProcesses,
    hears: boolean,
    erase: (of: { readonly first: Process; readonly second: Process }) => Promise<unknown>,
  ) {
    const { first, sinceMs } = await oneProcess(all);
    const held = holdAnswers("openSessions");
    const second = await all.start({ held, hears });
    await all.until(() => held.isAsked);
    // What is not counted yet of whoever is in voice must not be counted then.
    await all.pass(SECOND);
    const erasedMs = all.clock.nowMs();
    const erased = erase({ first, second });
    await all.taken();
    held.letGo();
    await erased;
    await all.until(() => second.held === 1);
    return { first, second, sinceMs, erasedMs };
  }

  test("by the process that takes the guild over", async () => {
    await using all = await severalProcesses(database);
    const { ann, ben } = placesOf(all.guild);
    const { second, sinceMs, erasedMs } = await erasedMeanwhile(all, true, ({ second }) =>
      second.stats.privacy.forget(ann.id),
    );
    await all.pass(10 * SECOND);
    await second.stats.flush();
    const stored = await all.stored();
    expect(stored.voiceMsOf(ann)).toBe(all.clock.nowMs() - erasedMs);
    expect(stored.voiceMsOf(ben)).toBe(all.clock.nowMs() - sinceMs);
    expect(stored.messagesOf(ann)).toBe(0);
    expect(second.failures).toEqual([]);
  });

  test("by another process, of which this one hears at once", async () => {
    await using all = await severalProcesses(database);
    const { ann, ben } = placesOf(all.guild);
    const { second, sinceMs, erasedMs } = await erasedMeanwhile(all, true, ({ first }) =>
      first.stats.privacy.forget(ann.id),
    );
    await all.pass(10 * SECOND);
    await second.stats.flush();
    const stored = await all.stored();
    expect(stored.voiceMsOf(ann)).toBe(all.clock.nowMs() - erasedMs);
    expect(stored.voiceMsOf(ben)).toBe(all.clock.nowMs() - sinceMs);
    expect(second.failures).toEqual([]);
  });

  test("by another process, of which this one hears when it has counted on and written", async () => {
    await using all = await severalProcesses(database);
    const { ann, ben } = placesOf(all.guild);
    const { second, sinceMs, erasedMs } = await erasedMeanwhile(all, false, ({ first }) =>
      first.stats.privacy.forget(ann.id),
    );
    await second.stats.flush();
    expect((await all.stored()).voiceMsOf(ann)).toBe(0);
    await all.pass(10 * SECOND);
    await second.stats.flush();
    const stored = await all.stored();
    expect(stored.voiceMsOf(ann)).toBeGreaterThan(0);
    expect(stored.voiceMsOf(ann)).toBeLessThanOrEqual(all.clock.nowMs() - erasedMs);
    expect(stored.voiceMsOf(ben)).toBe(all.clock.nowMs() - sinceMs);
  });

  test("by opting out here, and stays out", async () => {
    await using all = await severalProcesses(database);
    const { ann, ben } = placesOf(all.guild);
    const { second, sinceMs } = await erasedMeanwhile(all, true, ({ second }) =>
      second.stats.privacy.optOut(ann.id),
    );
    await all.pass(10 * SECOND);
    await second.stats.flush();
    const stored = await all.stored();
    expect(stored.voiceMsOf(ann)).toBe(0);
    expect(stored.voiceMsOf(ben)).toBe(all.clock.nowMs() - sinceMs);
  });
});

test("who opted out in a process that died before it erased them is not counted on by the next one", async () => {
  await using all = await severalProcesses(database);
  const { ann, ben } = placesOf(all.guild);
  const { first, sinceMs } = await oneProcess(all);
  const second = await all.start();
  await first.kill();
  const writtenMs = all.clock.nowMs() - sinceMs;
  const dying = all.store();
  await dying.open();
  await dying.addOptOut(optOutHash((await dying.optOuts()).key, ann.id), "self");
  await dying.close();
  await all.until(() => second.held === 1);
  await all.pass(10 * SECOND);
  await second.stats.flush();
  const stored = await all.stored();
  expect(stored.voiceMsOf(ann)).toBe(writtenMs);
  expect(stored.voiceMsOf(ben)).toBe(all.clock.nowMs() - sinceMs);
  await second.stats.privacy.finishErasures();
  expect((await all.stored()).voiceMsOf(ann)).toBe(0);
});

test("who is forgotten while a guild waits for the end of its holder to be known takes nothing along of what was heard of others", async () => {
  await using all = await severalProcesses(database);
  const { discord, guild, clock } = all;
  const { lobby, ann, ben, dan } = placesOf(guild);
  const { first, sinceMs } = await oneProcess(all);
  await first.kill();
  const second = await all.start();
  await all.pass(SECOND);
  discord.voice(guild, dan, lobby);
  const dansMs = clock.nowMs();
  await all.taken();
  // It is looked anew at everyone who is in voice.
  await second.stats.configure(guild.id, { visibility: "admins" });
  await all.pass(SECOND);
  const erasedMs = clock.nowMs();
  await second.stats.privacy.forget(ann.id);
  expect(second.held).toBe(0);
  await all.until(() => second.held === 1);
  await all.pass(10 * SECOND);
  await second.stats.flush();
  const stored = await all.stored();
  expect(stored.voiceMsOf(dan)).toBe(clock.nowMs() - dansMs);
  expect(stored.voiceMsOf(ben)).toBe(clock.nowMs() - sinceMs);
  expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - erasedMs);
  expect(second.failures).toEqual([]);
});

test("who is alone, because somebody left who was erased since, is known to be when the guild is taken over", async () => {
  await using all = await severalProcesses(database);
  const { discord, guild, clock } = all;
  const { ann, ben, cat } = placesOf(guild);
  const { first, sinceMs } = await oneProcess(all);
  const second = await all.start();
  discord.voice(guild, cat, null);
  await all.taken();
  await first.stats.flush();
  await first.kill();
  await all.pass(SECOND);
  discord.voice(guild, ann, null);
  const aloneMs = clock.nowMs();
  await all.taken();
  await second.stats.privacy.forget(ann.id);
  await all.pass(SECOND);
  expect(second.held).toBe(0);
  await all.until(() => second.held === 1);
  await all.pass(10 * SECOND);
  await second.stats.flush();
  const stored = await all.stored();
  expect(stored.voiceMsOf(ben)).toBe(clock.nowMs() - sinceMs);
  expect(stored.aloneMsOf(ben)).toBe(clock.nowMs() - aloneMs);
});
