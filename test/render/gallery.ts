/**
 * `npm run gallery`: every card as a reviewer wants to see it, in one page (`gallery/index.html`) and one picture
 * (`gallery/contact-sheet.png`): each view in each theme, with much, little, nothing and far too much to show, as a
 * graph, and in languages that stretch it.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Canvas, createCanvas } from "@napi-rs/canvas";
import { type CardContext, THEME_NAMES } from "../../src/cards/card.ts";
import { LANGUAGES } from "../../src/i18n/languages.ts";
import { draw } from "../../src/render/draw.ts";
import { encodePng } from "../../src/render/png.ts";
import type { View } from "../../src/stats/views.ts";
import { AMOUNTS, cardOf } from "../support/card-of.ts";
import { SAMPLE_BANNER, samplePictures, withPictures } from "../support/sample-pictures.ts";
import { viewName } from "../support/view-name.ts";
import { type Amount, subjects, views } from "../support/views.ts";

const FOLDER = resolve(import.meta.dirname, "../../gallery");
const THUMBNAIL = 400;
const GAP = 12;
/** Of one view in all languages: the one with most words. */
const SPOKEN = "member";
const NAMES = withPictures(subjects());

interface Shot {
  readonly name: string;
  readonly view: View;
  readonly context: Partial<CardContext>;
}

interface Picture {
  readonly title: string;
  readonly file: string;
  readonly canvas: Canvas;
  readonly alt: string;
}

function shotsOf(at: number): Shot[] {
  const viewOf = (amount: Amount): View => {
    const view = views(amount)[at];
    if (view === undefined) throw new Error(`no view ${at}`);
    return view;
  };
  return [
    ...THEME_NAMES.map((theme) => ({ name: theme, view: viewOf("lively"), context: { theme } })),
    ...AMOUNTS.filter((amount) => amount !== "lively").map((amount) => ({
      name: amount,
      view: viewOf(amount),
      context: {},
    })),
    { name: "graph", view: viewOf("lively"), context: { mode: "graph" } },
    { name: "ar", view: viewOf("lively"), context: { locale: "ar" } },
    { name: "ja", view: viewOf("lively"), context: { locale: "ja", theme: "light" } },
  ];
}

async function shoot(folder: string, title: string, { name, view, context }: Shot): Promise<Picture> {
  const card = cardOf(view, { names: NAMES, accent: "icon", bannerUrl: SAMPLE_BANNER, ...context });
  const canvas = draw(card, await samplePictures(card));
  const file = `${folder}-${name}.png`;
  writeFileSync(join(FOLDER, file), await encodePng(canvas));
  return { title, file, canvas, alt: card.alt };
}

function contactSheet(rows: readonly (readonly Picture[])[]): Canvas {
  const heightOf = (row: readonly Picture[]): number =>
    Math.max(...row.map(({ canvas }) => Math.round((canvas.height / canvas.width) * THUMBNAIL)));
  const columns = Math.max(...rows.map((row) => row.length));
  const sheet = createCanvas(
    GAP + columns * (THUMBNAIL + GAP),
    GAP + rows.reduce((sum, row) => sum + heightOf(row) + GAP, 0),
  );
  const context = sheet.getContext("2d");
  context.fillStyle = "#808080";
  context.fillRect(0, 0, sheet.width, sheet.height);
  let y = GAP;
  for (const row of rows) {
    row.forEach(({ canvas }, column) => {
      const height = (canvas.height / canvas.width) * THUMBNAIL;
      context.drawImage(canvas, GAP + column * (THUMBNAIL + GAP), y, THUMBNAIL, height);
    });
    y += heightOf(row) + GAP;
  }
  return sheet;
}

function pageOf(sections: ReadonlyMap<string, readonly Picture[]>): string {
  const escaped = (text: string): string =>
    text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
  const figure = ({ title, file, alt }: Picture): string =>
    `<figure><a href="${file}"><img src="${file}" alt="${escaped(alt)}" loading="lazy"></a><figcaption>${title}: ${escaped(alt)}</figcaption></figure>`;
  const body = Array.from(
    sections,
    ([name, pictures]) => `<h2>${name}</h2><div>${pictures.map(figure).join("")}</div>`,
  );
  return `<!doctype html><meta charset="utf-8"><title>GuildStats: all cards</title><style>
body{font:15px/1.5 sans-serif;background:#808080;margin:24px}div{display:flex;flex-wrap:wrap;gap:16px;align-items:start}
figure{margin:0;width:600px}img{width:100%;display:block}figcaption{font-size:12px;color:#000}</style>${body.join("\n")}`;
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const sections = new Map<string, readonly Picture[]>();
for (const [at, view] of views("lively").entries()) {
  const name = viewName(view);
  const pictures: Picture[] = [];
  for (const shot of shotsOf(at)) pictures.push(await shoot(name, shot.name, shot));
  sections.set(name, pictures);
  if (name !== SPOKEN) continue;
  const spoken: Picture[] = [];
  for (const locale of LANGUAGES)
    spoken.push(await shoot("language", locale, { name: locale, view, context: { locale } }));
  sections.set("languages", spoken);
}
writeFileSync(join(FOLDER, "index.html"), pageOf(sections));
const rows = [...sections.values()].flatMap((pictures) =>
  Array.from({ length: Math.ceil(pictures.length / 9) }, (_, row) => pictures.slice(row * 9, row * 9 + 9)),
);
writeFileSync(join(FOLDER, "contact-sheet.png"), await encodePng(contactSheet(rows)));
console.log(`${FOLDER}/index.html, and contact-sheet.png beside it`);
