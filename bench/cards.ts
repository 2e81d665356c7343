import { type Canvas, type Image, loadImage } from "@napi-rs/canvas";
import type { Card } from "../src/cards/card.ts";
import { draw } from "../src/render/draw.ts";
import { encodePng } from "../src/render/png.ts";
import { LoopbackDiscord } from "../test/loopback/loopback-discord.ts";
import { watched } from "./event-loop.ts";
import type { Bench, Figure } from "./figure.ts";
import { referenceFile } from "./files.ts";
import { photograph } from "./photograph.ts";
import { newRenderer, startPlugin } from "./plugin.ts";
import { another, type ReferenceCard, referenceCards } from "./reference-cards.ts";
import { cpuMs, spreadOf, wallMs } from "./rounds.ts";

const RUNS = 25;
const WARM_UPS = 3;
const HITS = 500;
const MOST_BYTES = { kind: "at-most", value: 150_000 } as const;

/** What pictures cost: drawn and encoded, and from the image cache; and how large they are. */
export const cards: Bench = {
  name: "cards",
  title: "Cards",
  async run(): Promise<Figure[]> {
    await using discord = await LoopbackDiscord.start();
    await using plugin = await startPlugin(await referenceFile());
    const reference = await referenceCards(plugin, discord.clientOptions.rest.cdn);
    const renderer = newRenderer(100);
    const [first] = reference;
    const firstMs = first ? await wallMs(() => renderer.render(first.make())) : 0;
    const figures: Figure[] = [];
    for (const { name, make } of reference) {
      const card = make();
      const runs: { cpuMs: number; longestMs: number; totalMs: number }[] = [];
      for (let run = 0; run < WARM_UPS + RUNS; run++) {
        const cold = another(card, run);
        // Once for the time it takes, watched; once for its processor time, without the watch, which costs some.
        const seen = await watched(() => renderer.render({ ...cold, alt: "watched" }));
        const spentMs = await cpuMs(() => renderer.render(cold));
        if (run >= WARM_UPS) runs.push({ cpuMs: spentMs, ...seen });
      }
      const longest = spreadOf(runs.map(({ longestMs }) => longestMs)).median;
      const spent = spreadOf(runs.map((run) => run.cpuMs));
      figures.push({
        what: `a cold ${name} card, processor time`,
        value: spent.median,
        unit: "ms",
        goal: { kind: "at-most", value: 30 },
        note: `all threads; quickest of ${RUNS} ${spent.smallest.toFixed(0)} ms; ready after ${spreadOf(runs.map(({ totalMs }) => totalMs)).median.toFixed(0)} ms, of which it blocked the event loop for ${longest.toFixed(1)} ms at a time`,
      });
    }
    const hitMs = await hits(async () => {
      for (const { make } of reference) await renderer.render(make());
    });
    await renderer.stop();
    return [
      ...figures,
      {
        what: "an image-cache hit",
        value: hitMs / reference.length,
        unit: "ms",
        goal: { kind: "at-most", value: 0.1 },
        note: "from the view: the card is made, its key is made, the picture is found",
      },
      {
        what: "the first card of a process",
        value: firstMs,
        unit: "ms",
        note: "once: a thread starts, fonts are registered, avatars are fetched and decoded; from sources, TypeScript is translated as well",
      },
      ...(await sizes(reference)),
    ];
  },
};

/** Bytes of each view with photographs for avatars, and of the first one below a banner as well. */
async function sizes(reference: readonly ReferenceCard[]): Promise<Figure[]> {
  const avatars = await Promise.all(
    Array.from({ length: 20 }, async (_, seed) =>
      loadImage(await photograph(128, 128, seed).encode("jpeg", 85)),
    ),
  );
  const figures: Figure[] = [];
  for (const { name, make } of reference) {
    figures.push(await sizeOf(`a ${name} card`, draw(make(), photographsFor(make(), avatars))));
  }
  const [first] = reference;
  if (!first) return figures;
  const canvas = draw(first.make(), photographsFor(first.make(), avatars));
  const banner = await loadImage(await photograph(1_200, 200, 99).encode("jpeg", 85));
  // At full strength, where a header is faint: the worst there can be.
  canvas.getContext("2d").drawImage(banner, 0, 0);
  figures.push(await sizeOf(`a ${first.name} card below a banner`, canvas));
  return figures;
}

async function sizeOf(what: string, canvas: Canvas): Promise<Figure> {
  const [png, own] = [await encodePng(canvas), await canvas.encode("png")];
  return {
    what: `${what}, PNG`,
    value: png.byteLength,
    unit: "bytes",
    baseline: { what: "the canvas's own encoder", value: own.byteLength },
    goal: MOST_BYTES,
  };
}

/** A photograph for each address that a card has, wherever it has it. */
function photographsFor(card: Card, photographs: readonly Image[]): ReadonlyMap<string, Image> {
  const urls = new Set(JSON.stringify(card).match(/https?:[^"]+/g));
  const pictures = new Map<string, Image>();
  for (const url of urls) {
    const image = photographs[pictures.size % photographs.length];
    if (image) pictures.set(url, image);
  }
  return pictures;
}

async function hits(ask: () => Promise<void>): Promise<number> {
  await ask();
  const samples: number[] = [];
  for (let run = 0; run < HITS; run++) samples.push(await wallMs(ask));
  return spreadOf(samples).median;
}
