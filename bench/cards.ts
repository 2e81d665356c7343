import type { Card } from "../src/cards/card.ts";
import { cardFor } from "../src/cards/card-for.ts";
import type { View } from "../src/stats/views.ts";
import { LoopbackDiscord } from "../test/loopback/loopback-discord.ts";
import { watched } from "./event-loop.ts";
import type { Bench, Figure } from "./figure.ts";
import { referenceFile } from "./files.ts";
import { newRenderer, startPlugin } from "./plugin.ts";
import { GUILD, NOW_MS, referenceNames } from "./reference-guild.ts";
import { cpuMs, spreadOf, wallMs } from "./rounds.ts";

const RUNS = 25;
const WARM_UPS = 3;
const HITS = 500;

/** What pictures cost: drawn and encoded, and from the image cache. */
export const cards: Bench = {
  name: "cards",
  title: "Cards",
  async run(): Promise<Figure[]> {
    await using discord = await LoopbackDiscord.start();
    const names = referenceNames(discord.clientOptions.rest.cdn);
    const cardOf = (view: View): Card =>
      cardFor(view, { names, locale: "en-US", theme: "dark", accent: null, mode: "card", nowMs: NOW_MS });
    await using plugin = await startPlugin(await referenceFile());
    const { guildId, members, textChannels } = GUILD;
    const views: readonly (readonly [string, View])[] = [
      ["server", await plugin.query.server(guildId)],
      ["member", await plugin.query.member(guildId, members[3]?.id ?? "")],
      ["channel", await plugin.query.channel(guildId, textChannels[2] ?? "")],
      ["top", await plugin.query.top(guildId, { metric: "messages", of: "members" })],
    ];
    const renderer = newRenderer(100);
    const [first] = views;
    const firstMs = first ? await wallMs(() => renderer.render(cardOf(first[1]))) : 0;
    const figures: Figure[] = [];
    for (const [name, view] of views) {
      const card = cardOf(view);
      const runs: { cpuMs: number; longestMs: number; totalMs: number }[] = [];
      for (let run = 0; run < WARM_UPS + RUNS; run++) {
        // Another footer is another card: nothing of it is in the image cache, but its avatars are in memory.
        const cold = { ...card, footer: `${card.footer} · ${run}` };
        let seen = { longestMs: 0, totalMs: 0 };
        // Once for the time it takes, watched; once for its processor time, without the watch, which costs some.
        seen = await watched(() => renderer.render({ ...cold, alt: "watched" }));
        const spentMs = await cpuMs(() => renderer.render(cold));
        if (run >= WARM_UPS) runs.push({ cpuMs: spentMs, ...seen });
      }
      const longest = spreadOf(runs.map(({ longestMs }) => longestMs)).median;
      const spent = spreadOf(runs.map((run) => run.cpuMs));
      figures.push({
        what: `a cold ${name} card, processor time`,
        value: spent.median,
        unit: "ms",
        goal: { kind: "at-most", value: 60 },
        note: `all threads; quickest of ${RUNS} ${spent.smallest.toFixed(0)} ms; ready after ${spreadOf(runs.map(({ totalMs }) => totalMs)).median.toFixed(0)} ms, of which it blocked the event loop for ${longest.toFixed(1)} ms at a time`,
      });
    }
    const hitMs = await hits(async () => {
      for (const [, view] of views) await renderer.render(cardOf(view));
    });
    return [
      ...figures,
      {
        what: "an image-cache hit",
        value: hitMs / views.length,
        unit: "ms",
        goal: { kind: "at-most", value: 0.5 },
        note: "from the view: the card is made, its key is made, the picture is found",
      },
      {
        what: "the first card of a process",
        value: firstMs,
        unit: "ms",
        note: "once: fonts are registered, avatars are fetched and decoded",
      },
    ];
  },
};

async function hits(ask: () => Promise<void>): Promise<number> {
  await ask();
  const samples: number[] = [];
  for (let run = 0; run < HITS; run++) samples.push(await wallMs(ask));
  return spreadOf(samples).median;
}
