import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Card } from "../src/cards/card.ts";
import type { Renderer } from "../src/render/renderer.ts";
import { LoopbackDiscord } from "../test/loopback/loopback-discord.ts";
import type { Bench, Figure } from "./figure.ts";
import { referenceFile } from "./files.ts";
import { newRenderer, startPlugin } from "./plugin.ts";
import { another, referenceCards } from "./reference-cards.ts";
import { inTurns, spreadOf, Variant } from "./rounds.ts";

const ROUNDS = 10;
const WARM_UPS = 2;
const CARDS = 60;
/** More than there are threads: none ever waits for work. */
const IN_FLIGHT = 4;

interface Round {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  readonly cardsPerS: number;
  readonly cpuMs: number;
}

/** Cards drawn one upon another, on threads and on the event loop by turns; what the event loop feels of it. */
export const flatOut: Bench = {
  name: "flat-out",
  title: "Drawing flat out",
  async run(): Promise<Figure[]> {
    await using discord = await LoopbackDiscord.start();
    await using plugin = await startPlugin(await referenceFile());
    const cards = (await referenceCards(plugin, discord.clientOptions.rest.cdn)).map(({ make }) => make());
    const places = [
      { what: "on threads", renderer: newRenderer(0) },
      { what: "on the event loop", renderer: newRenderer(0, { threads: 0 }) },
    ].map(({ what, renderer }) => {
      const seen: Round[] = [];
      const variant = new Variant(async (round) => {
        const one = await drawnFlatOut(renderer, cards, round);
        if (round >= WARM_UPS) seen.push(one);
        return one.p99Ms;
      });
      return { what, renderer, seen, variant };
    });
    await inTurns(
      places.map(({ variant }) => variant),
      ROUNDS,
      WARM_UPS,
    );
    const [threads, loop] = places;
    if (!threads || !loop) throw new Error("nothing was drawn");
    const median = (of: (round: Round) => number, { seen }: typeof threads): number =>
      spreadOf(seen.map(of)).median;
    const beside = (of: (round: Round) => number) => ({ what: loop.what, value: median(of, loop) });
    const { drawThreads } = threads.renderer.metrics();
    await Promise.all(places.map(({ renderer }) => renderer.stop()));
    const delay = (round: Round): number => round.p99Ms;
    const rate = (round: Round): number => round.cardsPerS;
    const cpu = (round: Round): number => round.cpuMs;
    return [
      {
        what: "event-loop delay, 99th percentile",
        value: median(delay, threads),
        unit: "ms",
        baseline: beside(delay),
        goal: { kind: "at-most", value: 20 },
        note: `monitorEventLoopDelay at 1 ms, which is in it; ${drawThreads} threads, ${IN_FLIGHT} cards in flight, ${ROUNDS} rounds of ${CARDS} by turns; half of all delays were below ${median(({ p50Ms }) => p50Ms, threads).toFixed(1)} ms (on the event loop ${median(({ p50Ms }) => p50Ms, loop).toFixed(1)}), the longest of a round ${median(({ longestMs }) => longestMs, threads).toFixed(0)} ms (${median(({ longestMs }) => longestMs, loop).toFixed(0)})`,
      },
      { what: "cards drawn", value: median(rate, threads), unit: "per s", baseline: beside(rate) },
      {
        what: "processor time a card",
        value: median(cpu, threads),
        unit: "ms",
        baseline: beside(cpu),
        note: "all threads; the four views by turns",
      },
    ];
  },
};

async function drawnFlatOut(renderer: Renderer, cards: readonly Card[], round: number): Promise<Round> {
  const pending = Array.from({ length: CARDS }, (_, index) => {
    const card = cards[index % cards.length];
    if (!card) throw new Error("no card");
    return another(card, round * CARDS + index);
  });
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const before = process.cpuUsage();
  const startedMs = performance.now();
  delays.enable();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (let card = pending.pop(); card; card = pending.pop()) await renderer.render(card);
    }),
  );
  delays.disable();
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  return {
    p50Ms: delays.percentile(50) / 1e6,
    p99Ms: delays.percentile(99) / 1e6,
    longestMs: delays.max / 1e6,
    cardsPerS: (CARDS * 1_000) / tookMs,
    cpuMs: (user + system) / 1_000 / CARDS,
  };
}
