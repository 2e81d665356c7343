import { deepStrictEqual } from "node:assert/strict";
import type { Card } from "../src/cards/card.ts";
import { cardFor } from "../src/cards/card-for.ts";
import type { View } from "../src/stats/views.ts";
import { LoopbackDiscord } from "../test/loopback/loopback-discord.ts";
import { allocatedBytes } from "./allocation.ts";
import { BaselineCog } from "./baseline-cog.ts";
import { busyHour } from "./busy-hour.ts";
import { watched } from "./event-loop.ts";
import type { Bench, Figure } from "./figure.ts";
import { newFile, referenceFile } from "./files.ts";
import { messageAt, newRenderer, startPlugin } from "./plugin.ts";
import { another } from "./reference-cards.ts";
import { GUILD, NOW_MS, referenceContext } from "./reference-guild.ts";
import { cpuMs, inTurns, spreadOf, Variant, wallMs } from "./rounds.ts";

const ROUNDS = 11;
const REPEATS = 10;

/** The plugin beside a baseline that works as the old cog did: same numbers, same SQLite, same pictures. */
export const baseline: Bench = {
  name: "baseline",
  title: "Beside a baseline that works as the old cog did",
  async run(): Promise<Figure[]> {
    await using discord = await LoopbackDiscord.start();
    const context = referenceContext(discord.clientOptions.rest.cdn);
    const cardOf = (view: View): Card => cardFor(view, context);
    await using plugin = await startPlugin(await referenceFile());
    const ours = await plugin.query.server(GUILD.guildId);
    const cog = new BaselineCog(newFile(), ours.sinceMs ?? 0);
    // A baseline that answered something else would be none.
    const { previous } = cog.server();
    deepStrictEqual(cog.server(), { ...ours, previous });
    cog.moved.clear();

    const hour = await busyHour(cog);
    const [uncached, cached] = [newRenderer(0), newRenderer(100)];
    const card = cardOf(ours);
    // Threads, fonts and avatars are there for both before anything is measured.
    await uncached.render(card);
    await cached.render(card);
    await plugin.render(card);
    const redrawn = new Variant(() => cpuMs(() => repeatedly(REPEATS, () => uncached.render(card))));
    const drawnOnce = new Variant((round) => {
      const unseen = another(card, round);
      return cpuMs(() => repeatedly(REPEATS, () => cached.render(unseen)));
    });
    await inTurns([redrawn, drawnOnce], ROUNDS);
    await cached.stop();
    const answer = async (): Promise<unknown> =>
      plugin.render(cardOf(await plugin.query.server(GUILD.guildId)));
    // The cog's code has run twenty times in its busy hour; ours has, too, but so fast that it is not compiled yet.
    await repeatedly(100, answer);
    const cogAnswers = new Variant(() => wallMs(() => uncached.render(cardOf(cog.server()))));
    const again = new Variant(() => wallMs(answer));
    const anew = new Variant((round) => {
      // A message more is another card: nothing of it is in the image cache.
      plugin.counter.message(messageAt(NOW_MS - 2_000 - round, 0, 0, 0));
      return wallMs(answer);
    });
    await inTurns([cogAnswers, again, anew], ROUNDS, 2);
    const memory = {
      cog: spreadOf(await times(5, () => allocatedBytes(async () => cog.server()))).median,
      plugin: spreadOf(await times(5, () => allocatedBytes(() => plugin.query.server(GUILD.guildId)))).median,
    };
    const cogSaves = new Variant(async (round) => {
      cog.message(GUILD.textChannels[0] ?? "", GUILD.members[round]?.id ?? "", NOW_MS);
      return (await watched(async () => cog.save())).longestMs;
    });
    const flushes = new Variant(async (round) => {
      plugin.counter.message(messageAt(NOW_MS - 5_000 - round, 0, 0, round));
      return (await watched(() => plugin.counter.flush())).longestMs;
    });
    await inTurns([cogSaves, flushes], ROUNDS);
    cog.close();
    const as = (value: number) => ({ what: "as the cog did", value });
    return [
      ...hour,
      {
        what: `processor time of the same picture, ${REPEATS} times`,
        value: drawnOnce.median,
        unit: "ms",
        baseline: as(redrawn.median),
        goal: { kind: "saves", share: 0.7, promised: "−70 to −80 %" },
        note: "both draw with the same code; one draws it once",
      },
      {
        what: "response time, a picture that nobody asked for yet",
        value: anew.median,
        unit: "ms",
        baseline: as(cogAnswers.median),
        goal: { kind: "saves", share: 0.4, promised: "−40 to −60 %" },
        note: "a server card, from the request to the PNG; drawing and encoding are the same in both",
      },
      {
        what: "response time, a picture asked for before",
        value: again.median,
        unit: "ms",
        baseline: as(cogAnswers.median),
        goal: { kind: "saves", share: 0.4, promised: "−40 to −60 %" },
      },
      {
        what: "intermediate memory of a server query",
        value: memory.plugin,
        unit: "bytes",
        baseline: as(memory.cog),
        goal: { kind: "saves", share: 0.6, promised: "−60 to −70 %" },
        note: "JavaScript objects made for one answer, those collected meanwhile included, by V8's sampling heap profiler",
      },
      {
        what: "longest block of the event loop by a save",
        value: flushes.median,
        unit: "ms",
        baseline: as(cogSaves.median),
        note: "one message since the save before",
      },
    ];
  },
};

async function times<T>(count: number, task: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < count; index++) results.push(await task());
  return results;
}

async function repeatedly(count: number, task: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index++) await task();
}
