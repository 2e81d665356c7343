import { deepStrictEqual } from "node:assert/strict";
import { HOUR_MS, hourOf } from "../src/clock.ts";
import { watched } from "./event-loop.ts";
import type { Figure } from "./figure.ts";
import { largeFile, oldFile, referenceFile } from "./files.ts";
import { messageAt, startPlugin } from "./plugin.ts";
import { GUILD, NOW_MS } from "./reference-guild.ts";
import { medianMs, repeated, warm } from "./repeated.ts";
import { spreadOf } from "./rounds.ts";
import { LARGE, OLD } from "./seeded-guild.ts";
import { SqlAnswers } from "./sql-answers.ts";

const MORE_MESSAGES = 700_000;
const MORE_HOURS = 4;
const COLD_RUNS = 5;

/** How a server query grows: with a guild's members, and not with its messages. */
export async function growth(): Promise<Figure[]> {
  const [small, more] = await smallGuild();
  const file = await largeFile();
  const sql = new SqlAnswers(file, LARGE.ids.guildId);
  await using plugin = await startPlugin(await largeFile());
  const { guildId } = LARGE.ids;
  const view = await plugin.query.server(guildId);
  const { totals } = sql.answer();
  deepStrictEqual([view.totals["30d"].messages, view.totals.lifetime.voice], [totals[4], totals[7]]);
  const { members } = await plugin.counter.reader.record(guildId);
  const large = await repeated(() => plugin.query.server(guildId));
  const figures = [
    await warm("a server query, warm, of 100,000 members and 1,000,000 messages", large, () => sql.answer(), {
      kind: "at-most",
      value: 5,
    }),
    {
      what: "the same, for each 1,000 members that were ever counted",
      value: (large.median / members.size) * 1e6,
      unit: "µs",
      baseline: { what: "of the reference guild", value: (small.median / small.members) * 1e6 },
      note: `there are ${members.size.toLocaleString("en")} of them, and ${small.members.toLocaleString("en")} in the reference guild`,
    },
    {
      what: "a server query, warm, after 700,000 more messages of the same members",
      value: more,
      unit: "ms",
      baseline: { what: "before them", value: small.median },
    },
  ] as const;
  sql.close();
  return [...figures];
}

async function smallGuild(): Promise<[before: { median: number; members: number }, after: number]> {
  await using plugin = await startPlugin(await referenceFile());
  const { counter, query } = plugin;
  const before = await repeated(() => query.server(GUILD.guildId));
  const { members } = await counter.reader.record(GUILD.guildId);
  const since = (hourOf(NOW_MS) - MORE_HOURS) * HOUR_MS;
  for (let index = 0; index < MORE_MESSAGES; index++) {
    const ms = since + Math.floor((index / MORE_MESSAGES) * MORE_HOURS * HOUR_MS);
    counter.message(
      messageAt(ms, index % 4_096, index % GUILD.textChannels.length, index % GUILD.members.length),
    );
  }
  const after = await repeated(() => query.server(GUILD.guildId));
  return [{ median: before.median, members: members.size }, after.median];
}

/** Long periods of a guild that has been counted for 450 days. */
export async function longPeriods(): Promise<Figure[]> {
  const { guildId, members } = OLD.ids;
  const figures: Figure[] = [];
  const sql = new SqlAnswers(await oldFile(), guildId);
  for (const period of ["90d", "1y"] as const) {
    const cold = [];
    for (let run = 0; run < COLD_RUNS; run++) {
      await using fresh = await startPlugin(await oldFile());
      await fresh.query.server(guildId);
      globalThis.gc?.();
      cold.push(await watched(() => fresh.query.server(guildId, { period })));
    }
    const days = period === "90d" ? 90 : 365;
    figures.push({
      what: `a server query of ${days} days, cold`,
      value: spreadOf(cold.map(({ totalMs }) => totalMs)).median,
      unit: "ms",
      baseline: { what: "SQL", value: await medianMs(() => sql.answer(undefined, days)) },
      goal: { kind: "at-most", value: 50 },
      note: `the guild is in memory, its older days are not; it blocked the event loop for ${spreadOf(cold.map(({ longestMs }) => longestMs)).median.toFixed(1)} ms at a time`,
    });
    await using plugin = await startPlugin(await oldFile());
    const { query } = plugin;
    await query.server(guildId, { period });
    const member = (index: number): string => members[(index * 37) % members.length]?.id ?? "";
    figures.push(
      await warm(
        `a server query of ${days} days, warm`,
        await repeated(() => query.server(guildId, { period })),
      ),
      await warm(
        `a member query of ${days} days, warm`,
        await repeated((index) => query.member(guildId, member(index), { period })),
      ),
    );
  }
  sql.close();
  return figures;
}
