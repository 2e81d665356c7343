import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import type { Card, CardContext } from "../../src/cards/card.ts";
import { draw } from "../../src/render/draw.ts";
import { encodePng } from "../../src/render/png.ts";
import { cardOf } from "../support/card-of.ts";
import { find } from "../support/every-card.ts";
import { decoded, distance, type Pixels } from "../support/pixels.ts";
import { SAMPLE_BANNER, samplePictures, withPictures } from "../support/sample-pictures.ts";
import { viewName } from "../support/view-name.ts";
import { type Amount, subjects, views } from "../support/views.ts";

const GOLDENS = resolve(import.meta.dirname, "goldens");
/** Where a failed comparison shows what differs. */
const DIFFERENCES = join(tmpdir(), "guildstats-goldens");
/** Processors round the edges of shapes differently: this much of a channel's 255 is not seen. */
const TOLERANCE = 24;
/** A changed digit has more pixels than this. */
const FORGIVEN_PIXELS = 12;
/** Goldens are half as large as cards: a quarter of the bytes, and a digit that changed still shows. */
const SCALE = 0.5;

interface Golden {
  readonly name: string;
  readonly card: Card;
}

function goldens(amount: Amount, look: string, context: Partial<CardContext>): Golden[] {
  return views(amount).map((view) => ({
    name: `${viewName(view)}-${look}`,
    card: cardOf(view, context),
  }));
}

const cards: readonly Golden[] = [
  // Names in all scripts, too long and with emoji; one theme with avatars, an icon's colour and a banner.
  ...goldens("lively", "dark", {
    theme: "dark",
    names: withPictures(subjects()),
    accent: "icon",
    bannerUrl: SAMPLE_BANNER,
  }),
  ...goldens("lively", "light", { theme: "light" }),
  ...goldens("lively", "contrast", { theme: "contrast" }),
  ...goldens("lively", "graph", { mode: "graph" }),
  ...goldens("huge", "huge", {}),
  ...goldens("none", "none", {}),
  ...goldens("lively", "ar", { locale: "ar" }),
];

/** A card as it is kept: smaller, and as a PNG with a palette. */
async function kept(card: Card): Promise<Buffer> {
  const drawn = draw(card, await samplePictures(card));
  const canvas = createCanvas(drawn.width * SCALE, Math.round(drawn.height * SCALE));
  canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
  return await encodePng(canvas, canvas.height, 9);
}

function differingPixels(one: Pixels, other: Pixels): number[] {
  expect([other.width, other.height]).toEqual([one.width, one.height]);
  const differing: number[] = [];
  for (let pixel = 0; pixel < one.width * one.height; pixel++) {
    if (distance(one, other, pixel) > TOLERANCE) differing.push(pixel);
  }
  return differing;
}

/** What differs, in red on white; written beside nothing else, for a person to look at. */
async function showDifference(name: string, { width, height }: Pixels, differing: readonly number[]) {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#cc0000";
  for (const pixel of differing) context.fillRect(pixel % width, Math.floor(pixel / width), 1, 1);
  mkdirSync(DIFFERENCES, { recursive: true });
  const file = join(DIFFERENCES, `${name}.diff.png`);
  writeFileSync(file, await encodePng(canvas));
  return file;
}

describe("cards look as they did (after a wanted change: UPDATE_GOLDENS=1, and look at what changed)", () => {
  test.each(cards)("$name", async ({ name, card }) => {
    const png = await kept(card);
    const file = join(GOLDENS, `${name}.png`);
    if (process.env["UPDATE_GOLDENS"] === "1") {
      mkdirSync(GOLDENS, { recursive: true });
      writeFileSync(file, png);
    }
    const [golden, drawn] = [await decoded(readFileSync(file)), await decoded(png)];
    const differing = differingPixels(golden, drawn);
    if (differing.length <= FORGIVEN_PIXELS) return;
    const shown = await showDifference(name, drawn, differing);
    expect.fail(`${differing.length} pixels differ from the golden image: look at ${shown}`);
  });
});

test("one digit that changed in the smallest type is seen", async () => {
  const card = cardOf(find("server", "lively"));
  const changed: Card = { ...card, footer: card.footer.replace("44", "45") };
  const [one, other] = [await decoded(await kept(card)), await decoded(await kept(changed))];
  expect(differingPixels(one, other).length).toBeGreaterThan(FORGIVEN_PIXELS);
});
