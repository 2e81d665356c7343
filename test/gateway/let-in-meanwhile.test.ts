import { describe, expect, test } from "vitest";
import { databaseOfFile } from "../support/database-of-file.ts";
import {
  type Process,
  placesOf,
  type SeveralProcesses,
  severalProcesses,
} from "../support/several-processes.ts";

const database = await databaseOfFile();

const SECOND = 1_000;

describe("what was refused while a dead holder's guild was waited for stays uncounted when it is let in before the grant", () => {
  /** Ann writes, comes to voice and somebody joins, while nobody counts and Ann is refused; then she is let in. */
  async function letIn(
    all: SeveralProcesses,
    refuse: (process: Process) => Promise<unknown>,
    admit: (process: Process) => Promise<unknown>,
  ) {
    const { discord, guild, clock } = all;
    const { general, lobby, ann, ben } = placesOf(guild);
    const first = await all.start();
    await all.until(() => first.held === 1);
    discord.message(guild, general, ben);
    await all.taken();
    await first.stats.flush();
    await refuse(first);
    await all.pass(SECOND);
    await first.kill();
    const second = await all.start();
    await all.pass(2 * SECOND);
    for (const user of [ann, ben]) {
      discord.message(guild, general, user);
      discord.voice(guild, user, lobby);
    }
    discord.join(guild);
    const cameMs = clock.nowMs();
    await all.taken();
    await all.pass(2 * SECOND);
    await admit(second);
    const admittedMs = clock.nowMs();
    await all.pass(SECOND);
    discord.message(guild, general, ann);
    await all.taken();
    expect(second.held).toBe(0);
    await all.until(() => second.held === 1);
    await all.pass(SECOND);
    await second.stats.flush();
    return { stored: await all.stored(), cameMs, admittedMs, nowMs: clock.nowMs() };
  }

  test("a user who opts in", async () => {
    await using all = await severalProcesses(database);
    const { ann, ben } = placesOf(all.guild);
    const { stored, cameMs, admittedMs, nowMs } = await letIn(
      all,
      ({ stats }) => stats.privacy.optOut(ann.id),
      ({ stats }) => stats.privacy.optIn(ann.id),
    );
    expect(stored.messagesOf(ann)).toBe(1);
    expect(stored.voiceMsOf(ann)).toBe(nowMs - admittedMs);
    expect(stored.messagesOf(ben)).toBe(2);
    expect(stored.voiceMsOf(ben)).toBe(nowMs - cameMs);
    expect(stored.joins).toBe(1);
  });

  test("a server that is turned on", async () => {
    await using all = await severalProcesses(database);
    const { ann, ben } = placesOf(all.guild);
    const { stored, admittedMs, nowMs } = await letIn(
      all,
      ({ stats }) => stats.configure(all.guild.id, { enabled: false }),
      ({ stats }) => stats.configure(all.guild.id, { enabled: true }),
    );
    expect(stored.messagesOf(ann)).toBe(1);
    expect(stored.messagesOf(ben)).toBe(1);
    expect(stored.voiceMsOf(ann)).toBeLessThanOrEqual(nowMs - admittedMs);
    expect(stored.joins).toBe(0);
  });

  test("a channel that is ignored no more", async () => {
    await using all = await severalProcesses(database);
    const { general, lobby, ann } = placesOf(all.guild);
    const { stored, admittedMs, nowMs } = await letIn(
      all,
      ({ stats }) => {
        const { ignored } = stats.settings(all.guild.id);
        return stats.configure(all.guild.id, { ignored: { ...ignored, channels: [general.id, lobby.id] } });
      },
      ({ stats }) => {
        const { ignored } = stats.settings(all.guild.id);
        return stats.configure(all.guild.id, { ignored: { ...ignored, channels: [] } });
      },
    );
    expect(stored.messagesOf(ann)).toBe(1);
    expect(stored.voiceMsOf(ann)).toBeLessThanOrEqual(nowMs - admittedMs);
    expect(stored.joins).toBe(1);
  });
});
