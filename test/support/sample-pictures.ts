import { createCanvas, type Image, loadImage } from "@napi-rs/canvas";
import type { Card, Names, Subject } from "../../src/cards/card.ts";
import { pictureUrls } from "../../src/cards/picture-urls.ts";

const ADDRESS = "https://cdn.discordapp.com/sample";
export const SAMPLE_BANNER = `${ADDRESS}/banner/7`;

/** The names, with an icon for the guild, and an avatar for two of three members. */
export function withPictures(names: Names): Names {
  const pictured = (subject: Subject): Subject => ({ ...subject, imageUrl: `${ADDRESS}/icon/${subject.id}` });
  return {
    ...names,
    guild: pictured(names.guild),
    member: (id) => (Number(id.slice(-3)) % 3 === 0 ? names.member(id) : pictured(names.member(id))),
  };
}

/** Pictures for all of a card's addresses: the same for the same address, and no two alike. */
export async function samplePictures(card: Card): Promise<ReadonlyMap<string, Image>> {
  const pictures = new Map<string, Image>();
  for (const url of pictureUrls(card)) pictures.set(url, await picture(url));
  return pictures;
}

async function picture(url: string): Promise<Image> {
  const isBanner = url.includes("/banner/");
  const [width, height] = isBanner ? [960, 540] : [128, 128];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  const seed = Number(url.slice(url.lastIndexOf("/") + 1).slice(-4));
  const hue = (seed * 137) % 360;
  const sky = context.createLinearGradient(0, 0, width * 0.4, height);
  sky.addColorStop(0, `hsl(${hue}, 70%, 62%)`);
  sky.addColorStop(1, `hsl(${(hue + 50) % 360}, 65%, 30%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  for (let hill = 0; hill < 5; hill++) {
    context.fillStyle = `hsla(${(hue + hill * 40) % 360}, 60%, ${70 - hill * 12}%, 0.6)`;
    context.beginPath();
    const x = ((seed * (hill + 3) * 53) % 100) / 100;
    context.arc(x * width, height * (0.5 + hill * 0.13), height * (0.18 + hill * 0.06), 0, Math.PI * 2);
    context.fill();
  }
  return await loadImage(canvas.toBuffer("image/png"));
}
