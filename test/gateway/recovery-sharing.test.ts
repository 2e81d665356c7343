import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { MOST_HELD } from "../../src/counting/held-messages.ts";
import { databaseOfFile } from "../support/database-of-file.ts";
import { holdAnswers, placesOf, severalProcesses } from "../support/several-processes.ts";

const database = await databaseOfFile();

const SECOND = 1_000;

test("what a process was reading back when it handed a guild over is not counted when it has the guild again", async () => {
  await using all = await severalProcesses(database);
  const { discord, guild } = all;
  const { general, ann } = placesOf(guild);
  const isReading = (): boolean =>
    discord.requests.some(({ path }) => path === `/channels/${general.id}/messages`);
  {
    const first = await all.start();
    await all.until(() => first.held === 1);
    discord.message(guild, general, ann);
    await all.taken();
    await first.stats.stop();
    await first.client.destroy();
  }
  discord.history(guild, general, 3, () => ({ author: ann }));
  let answer = (): void => undefined;
  const behind = new Promise<void>((resolve) => {
    answer = resolve;
  });
  discord.fault({ match: /channels\/\d+\/messages/, behind, times: 1 });
  const old = await all.start();
  await all.until(() => old.held === 1 && isReading());
  const young = await all.start();
  await all.until(() => young.held === 1);
  while (young.stats.metrics().channelsRecovering > 0) await turn();
  await young.stats.flush();
  expect((await all.stored()).messagesOf(ann)).toBe(4);
  await young.stats.stop();
  await young.client.destroy();
  await all.pass(SECOND);
  discord.message(guild, general, ann);
  await all.taken();
  await all.until(() => old.held === 1);
  await all.pass(SECOND);
  answer();
  while (old.stats.metrics().channelsRecovering > 0) await turn();
  discord.message(guild, general, ann);
  await all.taken();
  await old.stats.flush();
  expect((await all.stored()).messagesOf(ann)).toBe(6);
});

test("what the holder before has counted is not counted again by a process that hears too much before it knows of that", async () => {
  await using all = await severalProcesses(database);
  const { discord, guild } = all;
  const { general, ann, ben } = placesOf(guild);
  const old = await all.start();
  await all.until(() => old.held === 1);
  const held = holdAnswers("openSessions");
  const young = await all.start({ held });
  discord.message(guild, general, ann);
  await all.taken();
  await all.until(() => held.isAsked);
  young.isAway = true;
  held.letGo();
  await all.until(() => young.held === 1);
  for (let message = 0; message <= MOST_HELD; message++) discord.message(guild, general, ben);
  await all.taken();
  young.isAway = false;
  await all.until(() => young.stats.metrics().guildsRecovering === 0);
  await young.stats.flush();
  const stored = await all.stored();
  expect([stored.messagesOf(ann), stored.messagesOf(ben)]).toEqual([1, 1 + MOST_HELD]);
});
