import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { User } from "../loopback/world.ts";
import { databaseOfFile } from "../support/database-of-file.ts";
import { type Process, type SeveralProcesses, severalProcesses } from "../support/several-processes.ts";

const database = await databaseOfFile();

const MINUTE = 60_000;
const OTHER_SERVER = "1099511627776000999";

/**
 * A process counts a message of Ben's, and hears nothing of what all three say then: something is changed by it, and it
 * dies. Another one reads back what was missed.
 * @returns messages that are stored of each
 */
async function readBackAfter(
  all: SeveralProcesses,
  users: readonly User[],
  change: (old: Process) => Promise<unknown>,
): Promise<number[]> {
  const { discord, guild } = all;
  const general = guild.channel("general");
  const old = await all.start();
  await all.until(() => old.held === 1);
  discord.message(guild, general, guild.user(1));
  await all.taken();
  await old.stats.flush();
  discord.history(guild, general, 5 * users.length, (index) => {
    const author = users[index % users.length];
    return author ? { author } : {};
  });
  await change(old);
  await old.kill();
  const young = await all.start();
  await all.pass(2 * MINUTE);
  expect(young.held).toBe(1);
  const underWay = (): number => {
    const { guildsRecovering, channelsRecovering } = young.stats.metrics();
    return guildsRecovering + channelsRecovering;
  };
  while (underWay() > 0) await turn();
  await young.stats.flush();
  expect(young.failures).toEqual([]);
  const stored = await all.stored();
  return users.map((user) => stored.messagesOf(user));
}

describe("what no process lived to count is read back", () => {
  test("of all others when somebody was erased, opted in again, or another server's settings were changed", async () => {
    await using all = await severalProcesses(database);
    const [ann, ben, cat] = [all.guild.user(0), all.guild.user(1), all.guild.user(2)];
    const counts = await readBackAfter(all, [ann, ben, cat], async ({ stats }) => {
      await stats.privacy.optOut(cat.id);
      await stats.privacy.forget(ann.id);
      await stats.privacy.optIn(cat.id);
      await stats.configure(OTHER_SERVER, { theme: "light" });
    });
    expect(counts).toEqual([0, 1 + 5, 0]);
  });

  test("but for who was erased in this server, not in another", async () => {
    await using all = await severalProcesses(database);
    const [ann, ben, cat] = [all.guild.user(0), all.guild.user(1), all.guild.user(2)];
    const counts = await readBackAfter(all, [ann, ben, cat], async ({ stats }) => {
      await stats.privacy.forget(ann.id, all.guild.id);
      await stats.privacy.forget(cat.id, OTHER_SERVER);
    });
    expect(counts).toEqual([0, 1 + 5, 5]);
  });

  test("but not from before the server's own settings were changed", async () => {
    await using all = await severalProcesses(database);
    const [ann, ben] = [all.guild.user(0), all.guild.user(1)];
    const counts = await readBackAfter(all, [ann, ben], ({ stats }) =>
      stats.configure(all.guild.id, { theme: "light" }),
    );
    expect(counts).toEqual([0, 1]);
  });
});
