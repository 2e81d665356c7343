import { describe, expect, test } from "vitest";
import { Pictures } from "../../src/render/pictures.ts";
import { ImageHost, redSquare } from "../support/image-host.ts";
import { ManualClock } from "../support/manual-clock.ts";

const TIMEOUT_MS = 2_000;
const MAX_BYTES = 2 * 1024 * 1024;

async function stage(allow: (url: string) => boolean = () => true) {
  const host = await ImageHost.start();
  const clock = new ManualClock();
  const pictures = new Pictures(clock, TIMEOUT_MS, allow);
  return { host, clock, pictures, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
}

describe("a picture", () => {
  test("is fetched once, however many ask for it, now or later", async () => {
    await using at = await stage();
    const url = at.host.url();
    const images = await Promise.all([at.pictures.get(url), at.pictures.get(url)]);
    images.push(await at.pictures.get(url));
    for (const image of images) expect([image?.width, image?.height]).toEqual([16, 16]);
    expect(at.host.asked).toHaveLength(1);
    expect(at.pictures.fetches).toBe(1);
  });

  test("that does not come is given up after the timeout, not before", async () => {
    await using at = await stage();
    at.host.answer = () => undefined;
    let given: unknown = "nothing yet";
    const waiting = at.pictures.get(at.host.url()).then((image) => {
      given = image;
    });
    await at.host.nextRequest();
    await at.clock.advance(TIMEOUT_MS - 1);
    expect(given).toBe("nothing yet");
    await at.clock.advance(1);
    await waiting;
    expect(given).toBeNull();
  });

  test("whose bytes stop coming half-way is given up as well", async () => {
    await using at = await stage();
    at.host.answer = (response) => response.writeHead(200).write(redSquare().subarray(0, 20));
    const waiting = at.pictures.get(at.host.url());
    await at.host.nextRequest();
    await at.clock.advance(TIMEOUT_MS);
    expect(await waiting).toBeNull();
  });

  test("that was on its way when all was forgotten is not kept", async () => {
    await using at = await stage();
    const early = at.pictures.get(at.host.url());
    await at.host.nextRequest();
    at.pictures.clear();
    expect(await early).not.toBeNull();
    await at.pictures.get(at.host.url());
    expect(at.host.asked).toHaveLength(2);
  });

  test("that failed is asked for again after a minute, not at every card", async () => {
    await using at = await stage();
    at.host.answer = (response) => response.writeHead(503).end();
    expect(await at.pictures.get(at.host.url())).toBeNull();
    at.host.answer = (response) => response.writeHead(200).end(redSquare());
    await at.clock.advance(59_999);
    expect(await at.pictures.get(at.host.url())).toBeNull();
    expect(at.host.asked).toHaveLength(1);
    await at.clock.advance(2);
    expect(await at.pictures.get(at.host.url())).not.toBeNull();
  });

  test("of a foreign host is never asked for", async () => {
    await using at = await stage((url) => new URL(url).hostname === "cdn.discordapp.com");
    expect(await at.pictures.get(at.host.url())).toBeNull();
    expect(at.host.asked).toEqual([]);
    expect(at.pictures.fetches).toBe(0);
  });

  test("that sends us elsewhere is not followed", async () => {
    await using at = await stage();
    at.host.answer = (response, path) =>
      path === "/avatar.png"
        ? response.writeHead(302, { location: "/elsewhere.png" }).end()
        : response.writeHead(200).end(redSquare());
    expect(await at.pictures.get(at.host.url())).toBeNull();
    expect(at.host.asked).toEqual(["/avatar.png"]);
  });

  test.each([
    { bytes: MAX_BYTES, isTaken: true },
    { bytes: MAX_BYTES + 1, isTaken: false },
  ])("of $bytes bytes is taken: $isTaken", async ({ bytes, isTaken }) => {
    await using at = await stage();
    const png = redSquare();
    // What follows the last chunk of a PNG is no part of it.
    at.host.answer = (response) =>
      response.writeHead(200).end(Buffer.concat([png, Buffer.alloc(bytes - png.byteLength)]));
    expect((await at.pictures.get(at.host.url())) !== null).toBe(isTaken);
  });

  test.each([
    ["is empty", Buffer.alloc(0)],
    ["is a web page", Buffer.from("<!doctype html><title>Not found</title>")],
    ["is cut short", redSquare().subarray(0, 30)],
  ])("that %s is none, and nothing throws", async (_, body) => {
    await using at = await stage();
    at.host.answer = (response) => response.writeHead(200, { "content-type": "image/png" }).end(body);
    expect(await at.pictures.get(at.host.url())).toBeNull();
  });

  test("is forgotten when all are, so that an erased user's face is not kept", async () => {
    await using at = await stage();
    await at.pictures.get(at.host.url());
    at.pictures.clear();
    await at.pictures.get(at.host.url());
    expect(at.host.asked).toHaveLength(2);
  });
});
