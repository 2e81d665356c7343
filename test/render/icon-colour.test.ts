import { createCanvas, type Image, loadImage, type SKRSContext2D } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import { draw } from "../../src/render/draw.ts";
import { mainColourOf } from "../../src/render/icon-colour.ts";
import { THEMES } from "../../src/render/themes.ts";
import { pixelsOf } from "../support/pixels.ts";
import { sampleCard } from "../support/sample-cards.ts";

const ADDRESS = "https://cdn.discordapp.com/icons/1/a.png";

async function icon(paint: (context: SKRSContext2D) => void): Promise<Image> {
  const canvas = createCanvas(128, 128);
  paint(canvas.getContext("2d"));
  return await loadImage(canvas.toBuffer("image/png"));
}

/** One colour over a part of the other, from the top; both cover the whole picture. */
function striped(colour: string, share: number, ground: string): Promise<Image> {
  return icon((context) => {
    context.fillStyle = ground;
    context.fillRect(0, 0, 128, 128);
    context.fillStyle = colour;
    context.fillRect(0, 0, 128, 128 * share);
  });
}

/** The colour of the line at the top of a card whose accent is its guild's icon. */
async function topLine(picture: Image | null): Promise<string> {
  const card = sampleCard("lively", { accent: "icon", iconUrl: picture ? ADDRESS : null });
  const { rgba } = pixelsOf(draw(card, picture ? new Map([[ADDRESS, picture]]) : new Map()));
  return `#${Buffer.from(rgba.subarray(0, 3)).toString("hex")}`;
}

describe("an icon's main colour", () => {
  test.each([
    ["#e91e63", 1, "#ffffff"],
    ["#e91e63", 0.3, "#ffffff"],
    ["#2bb58a", 0.25, "#101010"],
    ["#3366ff", 0.6, "#ffcc00"],
    ["#ffcc00", 0.2, "#808080"],
  ])("is %s where that covers %d of it, on %s", async (colour, share, ground) => {
    const main = mainColourOf(await striped(colour, share, ground));
    const [found, wanted] = [main ?? 0, Number.parseInt(colour.slice(1), 16)];
    // Where the colours touch, they mix.
    for (const shift of [0, 8, 16]) {
      expect(Math.abs(((found >> shift) & 0xff) - ((wanted >> shift) & 0xff))).toBeLessThanOrEqual(8);
    }
  });

  test("is none for greys, for a dot of colour, and for nothing at all", async () => {
    expect(mainColourOf(await striped("#ffffff", 0.5, "#333333"))).toBeNull();
    expect(mainColourOf(await striped("#ff0000", 0.02, "#888888"))).toBeNull();
    expect(mainColourOf(await icon(() => undefined))).toBeNull();
  });

  test("is the card's accent, in a shade that can be seen", async () => {
    const green = await striped("#57f287", 1, "#ffffff");
    expect(await topLine(green)).toBe("#57f287");
    // Navy could not be told from a dark card.
    expect(await topLine(await striped("#101050", 1, "#ffffff"))).not.toBe("#101050");
  });

  test("is not asked of an icon that is grey or did not come: the theme has its own accent", async () => {
    expect(await topLine(await striped("#777777", 1, "#777777"))).toBe(THEMES.dark.accent);
    expect(await topLine(null)).toBe(THEMES.dark.accent);
  });
});
