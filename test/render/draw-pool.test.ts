import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Card } from "../../src/cards/card.ts";
import { DrawPool, type DrawPoolOptions } from "../../src/render/draw-pool.ts";
import { DrawThread } from "../../src/render/draw-thread.ts";
import type { PictureFile } from "../../src/render/painter.ts";
import { cardOf, serverCard } from "../support/card-of.ts";
import { redSquare } from "../support/image-host.ts";
import { decoded } from "../support/pixels.ts";
import { subjects, views } from "../support/views.ts";

const PICTURE: PictureFile = { url: "http://127.0.0.1/icon.png", serial: 1, bytes: redSquare() };

const pools: DrawPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.stop();
});

function newPool(options: DrawPoolOptions = {}): DrawPool {
  const pool = new DrawPool({ threads: 2, ...options });
  pools.push(pool);
  return pool;
}

/** A card of which no two are equal. */
const numbered = (number: number): string => JSON.stringify(serverCard({ accent: number }));

const withIcon = (): Card => {
  const names = subjects();
  return serverCard({ names: { ...names, guild: { ...names.guild, imageUrl: PICTURE.url } } });
};

/** A thread that runs this in place of the worker's code. */
const threadOf = (code: string): DrawThread =>
  new DrawThread(
    new URL(
      `data:text/javascript,${encodeURIComponent(`import { parentPort } from "node:worker_threads"; ${code}`)}`,
    ),
  );

describe("a card", () => {
  test("drawn on a thread is the same file as one drawn on the caller's", async () => {
    const [onThread, onCaller] = [newPool(), newPool({ threads: 0 })];
    const cards = [withIcon(), ...views("lively").map((view) => cardOf(view))];
    for (const card of cards) {
      const key = JSON.stringify(card);
      const [there, here] = [await onThread.paint(key, [PICTURE]), await onCaller.paint(key, [PICTURE])];
      expect(there.equals(here)).toBe(true);
    }
    expect(onThread.metrics()).toEqual({ threads: 1, drawnOnCaller: 0 });
    expect(onCaller.metrics()).toEqual({ threads: 0, drawnOnCaller: cards.length });
  });

  test("has the pictures that came with it, whatever came from their address before", async () => {
    const pool = newPool({ threads: 1 });
    const key = JSON.stringify(withIcon());
    const centre = async (files: readonly PictureFile[]): Promise<number[]> => {
      const { width, rgba } = await decoded(await pool.paint(key, files));
      const at = (42 * width + 36 + 42) * 4;
      return [...rgba.subarray(at, at + 3)];
    };
    expect(await centre([PICTURE])).toEqual([255, 0, 0]);
    expect(await centre([{ ...PICTURE, serial: 2, bytes: redSquare("#0000ff") }])).toEqual([0, 0, 255]);
    pool.forget();
    expect(await centre([PICTURE])).toEqual([255, 0, 0]);
  });

  test("that cannot be drawn says why, and its thread draws the next", async () => {
    const pool = newPool({ threads: 1 });
    const broken = JSON.stringify({ ...serverCard(), locale: "no such locale" });
    await expect(pool.paint(broken, [])).rejects.toThrow(RangeError);
    await expect(pool.paint(numbered(1), [])).resolves.toBeInstanceOf(Buffer);
    expect(pool.metrics()).toEqual({ threads: 1, drawnOnCaller: 0 });
  });

  test("whose thread dies is drawn all the same, and the next has a new thread", async () => {
    let deaths = 1;
    const dying = () =>
      deaths-- > 0 ? threadOf(`parentPort.once("message", () => process.exit(3));`) : new DrawThread();
    const pool = newPool({ threads: 1, newThread: dying });
    const expected = await newPool({ threads: 0 }).paint(numbered(1), []);
    expect((await pool.paint(numbered(1), [])).equals(expected)).toBe(true);
    expect(pool.metrics()).toEqual({ threads: 0, drawnOnCaller: 1 });
    expect((await pool.paint(numbered(1), [])).equals(expected)).toBe(true);
    expect(pool.metrics()).toEqual({ threads: 1, drawnOnCaller: 1 });
  });

  test("whose thread runs out of memory is drawn all the same", async () => {
    const pool = newPool({
      threads: 1,
      newThread: () =>
        threadOf(
          `parentPort.once("message", () => { const kept = []; for (;;) kept.push(new Array(1e6).fill({})); });`,
        ),
    });
    await expect(pool.paint(numbered(1), [])).resolves.toBeInstanceOf(Buffer);
  });
});

describe("threads", () => {
  test("that cannot run are not started for ever, and no card is lost", async () => {
    let started = 0;
    const newThread = (): DrawThread => {
      started++;
      return threadOf(`throw new Error("not here");`);
    };
    const pool = newPool({ newThread });
    const pngs = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => pool.paint(numbered(number), [])));
    expect(pngs.every((png) => png.byteLength > 0)).toBe(true);
    expect(started).toBeGreaterThan(0);
    expect(started).toBeLessThanOrEqual(4);
    expect(pool.metrics()).toEqual({ threads: 0, drawnOnCaller: 6 });
  });

  test("draw one card each at a time, however many are asked for", async () => {
    let [drawing, most] = [0, 0];
    class CountingThread extends DrawThread {
      override async paint(...asked: Parameters<DrawThread["paint"]>) {
        most = Math.max(most, ++drawing);
        const reply = await super.paint(...asked);
        drawing--;
        return reply;
      }
    }
    const pool = newPool({ newThread: () => new CountingThread() });
    await Promise.all(Array.from({ length: 20 }, (_, number) => pool.paint(numbered(number), [])));
    expect([drawing, most]).toEqual([0, 2]);
    expect(pool.metrics()).toEqual({ threads: 2, drawnOnCaller: 0 });
  });

  test("end with stop(); cards under way and later ones are drawn on the caller's", async () => {
    const ended: Promise<void>[] = [];
    class WatchedThread extends DrawThread {
      override end(): Promise<void> {
        const ending = super.end();
        ended.push(ending.then(() => expect(this.ended).toBe(true)));
        return ending;
      }
    }
    const pool = newPool({ newThread: () => new WatchedThread() });
    const underWay = [1, 2, 3].map((number) => pool.paint(numbered(number), []));
    await pool.stop();
    for (const png of await Promise.all(underWay)) expect(png.byteLength).toBeGreaterThan(0);
    await Promise.all(ended);
    expect(ended).toHaveLength(2);
    expect(pool.metrics()).toEqual({ threads: 0, drawnOnCaller: 3 });
    await pool.paint(numbered(4), []);
    expect(pool.metrics()).toEqual({ threads: 0, drawnOnCaller: 4 });
  });

  test("that are idle let the process end, and those that draw hold it", () => {
    const script = join(import.meta.dirname, "drawing-process.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", script], {
      encoding: "utf8",
      timeout: 50_000,
    });
    expect({ status, stdout: stdout.trim(), stderr }).toEqual({ status: 0, stdout: "drawn", stderr: "" });
  });
});

describe("cards that wait", () => {
  test("are as many as they may be; one more is refused at once, and the others are drawn", async () => {
    const pool = newPool({ threads: 1, waiting: 3 });
    const [first, ...waiting] = [1, 2, 3, 4].map((number) => pool.paint(numbered(number), []));
    await expect(pool.paint(numbered(5), [])).rejects.toMatchObject({ code: "RENDER_BUSY" });
    expect((await Promise.all([first, ...waiting])).every((png) => png && png.length > 0)).toBe(true);
    expect((await pool.paint(numbered(5), [])).length).toBeGreaterThan(0);
  });
});
