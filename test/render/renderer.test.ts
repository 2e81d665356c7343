import { describe, expect, test } from "vitest";
import type { Card } from "../../src/cards/card.ts";
import { Renderer, type RendererOptions } from "../../src/render/renderer.ts";
import { serverCard } from "../support/card-of.ts";
import { ImageHost } from "../support/image-host.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { decoded } from "../support/pixels.ts";
import { subjects } from "../support/views.ts";

const TTL_MS = 300_000;
const TIMEOUT_MS = 2_000;

function stage(options: Partial<RendererOptions> = {}) {
  const clock = new ManualClock();
  const renderer = new Renderer({
    clock,
    fetchTimeoutMs: TIMEOUT_MS,
    cacheEntries: 100,
    cacheBytes: 32 * 1024 * 1024,
    cacheTtlMs: TTL_MS,
    allowImageUrl: () => true,
    // Where a card is drawn is the pool's business, and a thread takes a second to start from sources.
    drawing: { threads: 0 },
    ...options,
  });
  return { clock, renderer };
}

/** A card of which no two are equal. */
const numbered = (number: number): Card => serverCard({ accent: number });

function withIcon(url: string): Card {
  const names = subjects();
  return serverCard({ names: { ...names, guild: { ...names.guild, imageUrl: url } } });
}

describe("the image cache", () => {
  test("draws equal cards once, and gives the same bytes", async () => {
    const { renderer } = stage();
    const [first, again] = [await renderer.render(serverCard()), await renderer.render(serverCard())];
    expect(again).toBe(first);
    expect(renderer.metrics()).toMatchObject({ draws: 1, hits: 1, joined: 0, entries: 1 });
  });

  test("draws equal cards that are asked for at once, once", async () => {
    const { renderer } = stage({ cacheEntries: 0 });
    const pngs = await Promise.all([1, 2, 3].map(() => renderer.render(serverCard())));
    expect(new Set(pngs).size).toBe(1);
    expect(renderer.metrics()).toMatchObject({ draws: 1, hits: 0, joined: 2 });
  });

  test("draws another card when anything that is seen differs", async () => {
    const { renderer } = stage();
    await renderer.render(serverCard());
    for (const context of [
      { theme: "light" },
      { accent: 0x123456 },
      { mode: "graph" },
      { nowMs: Date.UTC(2026, 2, 17) },
    ] as const) {
      await renderer.render(serverCard(context));
    }
    expect(renderer.metrics()).toMatchObject({ draws: 5, hits: 0 });
  });

  test("keeps a card until its time is up, by the injected clock", async () => {
    const { clock, renderer } = stage();
    await renderer.render(serverCard());
    await clock.advance(TTL_MS);
    await renderer.render(serverCard());
    expect(renderer.metrics()).toMatchObject({ draws: 1, hits: 1 });
    await clock.advance(1);
    await renderer.render(serverCard());
    expect(renderer.metrics()).toMatchObject({ draws: 2, hits: 1 });
  });

  test("never holds more bytes or entries than it may, and drops what was not looked at for longest", async () => {
    const probe = stage().renderer;
    await probe.render(numbered(0));
    const one = probe.metrics().bytes;
    const { renderer } = stage({ cacheBytes: Math.ceil(one * 2.5) });
    for (const number of [1, 2, 1, 3]) {
      await renderer.render(numbered(number));
      expect(renderer.metrics().bytes).toBeLessThanOrEqual(one * 2.5);
    }
    expect(renderer.metrics()).toMatchObject({ draws: 3, hits: 1, entries: 2 });
    await renderer.render(numbered(1));
    expect(renderer.metrics().hits).toBe(2);
    await renderer.render(numbered(2));
    expect(renderer.metrics().draws).toBe(4);

    const few = stage({ cacheEntries: 1 }).renderer;
    for (const number of [1, 2, 1]) await few.render(numbered(number));
    expect(few.metrics()).toMatchObject({ draws: 3, hits: 0, entries: 1 });
  });

  test("does not keep a failure, and gives everyone who waits its code", async () => {
    const { renderer } = stage();
    const broken: Card = { ...serverCard(), locale: "no such locale" };
    const answers = await Promise.allSettled([renderer.render(broken), renderer.render(broken)]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: "rejected", reason: { code: "RENDER_FAILED" } });
    }
    expect(renderer.metrics()).toMatchObject({ draws: 1, joined: 1, entries: 0 });
    await expect(renderer.render(broken)).rejects.toMatchObject({ code: "RENDER_FAILED" });
    expect(renderer.metrics()).toMatchObject({ draws: 2, entries: 0 });
    await expect(renderer.render(serverCard())).resolves.toBeInstanceOf(Buffer);
  });

  test("keeps nothing that was under way when all was forgotten", async () => {
    const { renderer } = stage();
    const underWay = renderer.render(serverCard());
    renderer.clear();
    await underWay;
    expect(renderer.metrics().entries).toBe(0);
    await renderer.render(serverCard());
    expect(renderer.metrics()).toMatchObject({ draws: 2, hits: 0, entries: 1 });
  });
});

describe("a card's pictures", () => {
  /** The middle of the header's picture. */
  const CENTRE = { x: 36 + 42, y: 30 + 12 };

  async function colourOf(png: Buffer): Promise<readonly number[]> {
    const { width, rgba } = await decoded(png);
    const at = (CENTRE.y * width + CENTRE.x) * 4;
    return [...rgba.subarray(at, at + 3)];
  }

  test("are drawn, and fetched once for all cards", async () => {
    await using host = await ImageHost.start();
    const { renderer } = stage();
    const card = withIcon(host.url());
    expect(await colourOf(await renderer.render(card))).toEqual([255, 0, 0]);
    await renderer.render({ ...card, theme: "light" });
    expect(host.asked).toHaveLength(1);
    expect(renderer.metrics().pictureFetches).toBe(1);
  });

  test("that do not come within the timeout are drawn as if there were none", async () => {
    await using host = await ImageHost.start();
    host.answer = () => undefined;
    const { clock, renderer } = stage();
    const drawing = renderer.render(withIcon(host.url()));
    await host.nextRequest();
    await clock.advance(TIMEOUT_MS);
    const plain = await stage().renderer.render(serverCard());
    expect((await drawing).equals(plain)).toBe(true);
  });

  test("that are missing make a card that is kept for half a minute only", async () => {
    await using host = await ImageHost.start();
    host.answer = (response) => response.writeHead(404).end();
    const { clock, renderer } = stage();
    const card = withIcon(host.url());
    await renderer.render(card);
    await clock.advance(30_000);
    await renderer.render(card);
    expect(renderer.metrics()).toMatchObject({ draws: 1, hits: 1 });
    await clock.advance(1);
    await renderer.render(card);
    expect(renderer.metrics()).toMatchObject({ draws: 2, hits: 1 });
  });

  test("of a host that is not allowed are never asked for", async () => {
    await using host = await ImageHost.start();
    const { renderer } = stage({ allowImageUrl: () => false });
    const png = await renderer.render(withIcon(host.url()));
    expect(png.equals(await stage().renderer.render(serverCard()))).toBe(true);
    expect(host.asked).toEqual([]);
  });
});
