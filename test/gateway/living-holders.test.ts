import { expect, test } from "vitest";
import { databaseOfFile } from "../support/database-of-file.ts";
import { type Process, placesOf, severalProcesses } from "../support/several-processes.ts";

const database = await databaseOfFile();

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const fenced = ({ stats }: Process): number => stats.metrics().leases?.guildsFenced ?? 0;

test("a process whose host slept, or whose clock was set, takes nothing from one that lives", async () => {
  await using all = await severalProcesses(database);
  const { discord, guild, clock } = all;
  const old = await all.start();
  await all.until(() => old.held === 1);
  const young = await all.start();
  await all.until(() => young.held === 1);
  // Whichever of the two says first that it lives, or asks.
  const times = 8;
  for (let time = 0; time < times; time++) {
    await all.pass(250);
    discord.join(guild);
    await all.taken();
    clock.step(clock.nowMs() + 5 * MINUTE);
    await all.pass(2 * SECOND);
  }
  expect([old.held, young.held, fenced(young)]).toEqual([0, 1, 0]);
  await young.stats.flush();
  expect((await all.stored()).joins).toBe(times);
});

test("a process that waits for a guild while the database is away for minutes lets its holder write what it counted", async () => {
  await using all = await severalProcesses(database);
  const { discord, guild } = all;
  const { general, ann } = placesOf(guild);
  const old = await all.start();
  await all.until(() => old.held === 1);
  const young = await all.start();
  expect([old.held, young.held]).toEqual([1, 0]);
  for (const process of [old, young]) process.isAway = true;
  discord.join(guild);
  discord.message(guild, general, ann);
  await all.taken();
  await all.pass(2 * MINUTE);
  young.isAway = false;
  await all.pass(SECOND);
  old.isAway = false;
  await all.until(() => young.held === 1);
  expect([old.held, fenced(old)]).toEqual([0, 0]);
  await young.stats.flush();
  const stored = await all.stored();
  expect([stored.joins, stored.messagesOf(ann)]).toEqual([1, 1]);
});
