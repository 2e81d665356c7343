import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import type { Card, CardContext } from "../../src/cards/card.ts";
import { draw } from "../../src/render/draw.ts";
import { encodePng } from "../../src/render/png.ts";
import { cardOf } from "../support/card-of.ts";
import { decoded, distance, type Pixels, pixelsOf } from "../support/pixels.ts";
import { SAMPLE_BANNER, samplePictures, withPictures } from "../support/sample-pictures.ts";
import { viewName } from "../support/view-name.ts";
import { type Amount, subjects, views } from "../support/views.ts";

const GOLDENS = resolve(import.meta.dirname, "goldens");
/** Where a failed comparison shows what differs. */
const DIFFERENCES = join(tmpdir(), "guildstats-goldens");
/** Processors round the edges of shapes differently: this much of a channel's 255 is not seen. */
const TOLERANCE = 24;
/** A changed digit has more pixels than this. */
const FORGIVEN_PIXELS = 40;

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
    const canvas = draw(card, await samplePictures(card));
    const file = join(GOLDENS, `${name}.webp`);
    if (process.env["UPDATE_GOLDENS"] === "1") {
      mkdirSync(GOLDENS, { recursive: true });
      // Exact: encodePng brings colours down to 256.
      // At 100 WebP loses nothing, and takes half of what a PNG does.
      writeFileSync(file, await canvas.encode("webp", 100));
    }
    const [golden, drawn] = [await decoded(readFileSync(file)), pixelsOf(canvas)];
    expect([drawn.width, drawn.height]).toEqual([golden.width, golden.height]);
    const differing: number[] = [];
    for (let pixel = 0; pixel < drawn.width * drawn.height; pixel++) {
      if (distance(golden, drawn, pixel) > TOLERANCE) differing.push(pixel);
    }
    if (differing.length <= FORGIVEN_PIXELS) return;
    const shown = await showDifference(name, drawn, differing);
    expect.fail(`${differing.length} pixels differ from the golden image: look at ${shown}`);
  });
});
