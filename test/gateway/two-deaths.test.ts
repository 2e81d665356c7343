import { setImmediate as turn } from "node:timers/promises";
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

/** Processes, the last of which counts the guild, with Ann, Ben and Cat in voice and a message of Ann's, all written. */
async function processes(
  all: SeveralProcesses,
  count: number,
): Promise<{ started: Process[]; sinceMs: number }> {
  const { discord, guild } = all;
  const { general, ann, ben, cat } = placesOf(all.guild);
  const started: Process[] = [];
  while (started.length < count) {
    const process = await all.start();
    started.push(process);
    await all.until(() => process.held === 1);
  }
  discord.message(guild, general, ann);
  const sinceMs = await comeToVoice(all, [ann, ben, cat]);
  for (const { stats } of started) await stats.flush();
  return { started, sinceMs };
}

/** All that a process missed has been read back, and all that it counted is written. */
async function written({ stats }: Process): Promise<void> {
  const underWay = (): number => stats.metrics().guildsRecovering + stats.metrics().channelsRecovering;
  while (underWay() > 0) await turn();
  await stats.flush();
}

describe("when two processes die within a minute", () => {
  test("and a third one is started: messages are read back once, and who stays in voice was there all along", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, lobby, ann, ben, cat, dan } = placesOf(all.guild);
    const { started, sinceMs } = await processes(all, 1);
    await all.pass(5 * SECOND);
    discord.message(guild, general, ann);
    await all.taken();
    for (const process of started) await process.kill();
    discord.message(guild, general, ben);
    const second = await all.start();
    await all.until(() => second.held === 1);
    // Before it looks for what was missed, it writes.
    const writtenMs = clock.nowMs();
    await all.pass(SECOND);
    discord.message(guild, general, ann);
    discord.voice(guild, ben, null);
    discord.voice(guild, dan, lobby);
    await all.taken();
    await all.pass(5 * SECOND);
    await second.kill();
    discord.message(guild, general, ben);
    discord.voice(guild, cat, null);
    await all.pass(SECOND);
    const third = await all.start();
    const thirdsMs = clock.nowMs();
    discord.message(guild, general, ann);
    await all.taken();
    await all.until(() => third.held === 1);
    discord.message(guild, general, ben);
    await all.taken();
    await all.pass(5 * SECOND);
    await written(third);
    const stored = await all.stored();
    expect([stored.messagesOf(ann), stored.messagesOf(ben)]).toEqual([4, 3]);
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
    // Nobody who saw these two leave lived to write it.
    expect([stored.voiceMsOf(ben), stored.voiceMsOf(cat)]).toEqual([
      writtenMs - sinceMs,
      writtenMs - sinceMs,
    ]);
    // Nor him come.
    expect(stored.voiceMsOf(dan)).toBe(clock.nowMs() - thirdsMs);
    expect(third.failures).toEqual([]);
  });

  test("and an older one was there all the time: what it saw is counted, also of who moved, came and left", async () => {
    await using all = await severalProcesses(database);
    const { discord, guild, clock } = all;
    const { general, lobby, music, ann, ben, cat, dan } = placesOf(all.guild);
    const { started, sinceMs } = await processes(all, 3);
    const [first, second, third] = started;
    if (!first || !second || !third) throw new Error("three were to be started");
    await all.pass(10 * SECOND);
    discord.message(guild, general, ann);
    discord.voice(guild, ben, music);
    const movedMs = clock.nowMs();
    await all.taken();
    await third.kill();
    await all.pass(10 * SECOND);
    discord.message(guild, general, ben);
    discord.voice(guild, cat, null);
    const catsEndMs = clock.nowMs();
    discord.join(guild);
    await all.taken();
    // The younger of the two has it in the end, whoever asked first.
    await all.until(() => second.held === 1);
    await all.pass(SECOND);
    discord.message(guild, general, ann);
    discord.voice(guild, dan, lobby);
    const dansMs = clock.nowMs();
    await all.taken();
    await second.kill();
    discord.message(guild, general, ben);
    await all.taken();
    await all.until(() => first.held === 1);
    discord.message(guild, general, ann);
    await all.taken();
    await all.pass(5 * SECOND);
    await written(first);
    const stored = await all.stored();
    expect([stored.messagesOf(ann), stored.messagesOf(ben)]).toEqual([4, 2]);
    expect(stored.voiceMsOf(ann)).toBe(clock.nowMs() - sinceMs);
    expect(stored.voiceMsOf(ben, lobby.id)).toBe(movedMs - sinceMs);
    expect(stored.voiceMsOf(ben, music.id)).toBe(clock.nowMs() - movedMs);
    expect(stored.voiceMsOf(cat)).toBe(catsEndMs - sinceMs);
    expect(stored.voiceMsOf(dan)).toBe(clock.nowMs() - dansMs);
    expect(stored.joins).toBe(1);
    expect(first.failures).toEqual([]);
  });
});
