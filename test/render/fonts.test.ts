import { createCanvas, GlobalFonts } from "@napi-rs/canvas";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { charactersIn } from "../../src/render/font-coverage.ts";
import { ALL, BASE, EMOJI, pathOf, rangesOf } from "../../src/render/font-faces.ts";
import { drawable, familiesFor, graphemes } from "../../src/render/fonts.ts";
import { cleaned } from "../../src/render/text.ts";
import { inkedColumns, pixelsOf } from "../support/pixels.ts";
import { HARD_NAMES } from "../support/views.ts";

const SIZE = 64;
/** A code point that never is a character: what a face draws for it is its box for missing glyphs. */
const NO_CHARACTER = "\u{10fffe}";

/** A name in each script that a package is there for. */
const NAMES_BY_SCRIPT: Readonly<Record<string, string>> = {
  Latin: "Ana-María Ñuñez Żółć ığŞ ﬁ",
  Vietnamese: "Nguyễn Thị Hồng Nhung Đặng",
  Cyrillic: "Владимир Ґалаґан Ѳеодоръ Ҳўҷанд",
  Greek: "Αλέξανδρος Ἀχιλλεύς ᾧ",
  Arabic: "محمد الأحمد ﻣﺤﻤﺪ ﷺ",
  Persian: "پژمان گچ ۱۲۳",
  Urdu: "ٹیپو ڈھاکہ ںہے",
  Hebrew: "שָׁלוֹם כהן",
  Devanagari: "क्षत्रिय ज्ञान श्रीमती ।",
  Bengali: "রহিম উদ্দিন ক্ষ",
  Tamil: "தமிழ்ச்செல்வன்",
  Thai: "สมชาย ใจดี น้ำ",
  Simplified: "张伟 王芳",
  Traditional: "陳大文 𠮷野 㐂",
  Bopomofo: "ㄅㄆㄇㄈ",
  Japanese: "さくら サクラ 桜井 髙橋 ﾊﾝｶｸ ＦＵＬＬ",
  Korean: "김민준 ㅋㅋ",
  Georgian: "გიორგი ბერიძე ᲒᲘ",
  Armenian: "Արմեն Սարգսյան և",
  Ethiopic: "አበበ ቢቂላ",
  Khmer: "សុខ សុភា ខ្មែរ",
  Lao: "ສົມສັກ ລາວ",
  Myanmar: "အောင်ဆန်း မြန်မာ",
  Gujarati: "ગુજરાતી પટેલ શ્રી",
  Gurmukhi: "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
  Kannada: "ಕನ್ನಡ ಕೃಷ್ಣ",
  Telugu: "తెలుగు శ్రీను",
  Malayalam: "മലയാളം കൃഷ്ണൻ",
  Sinhala: "සිංහල ශ්‍රී ලංකා",
  Tibetan: "བོད་ཡིག བསྟན་འཛིན",
  Odia: "ଓଡ଼ିଆ ନାମ",
  Cherokee: "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ",
  "Canadian syllabics": "ᗩᗷᑕ ᖇᗩIᑎ",
  Runes: "ᚠᚢᚦᚨᚱᚲ",
  Javanese: "꧁ ꦲꦏ꧀ꦱꦫꦗꦮ ꧂",
  Hieroglyphs: "𓆩 𓆪 𓂀",
  Mathematical: "𝕾𝖍𝖆𝖉𝖔𝖜 𝓛𝓸𝓻𝓭 𝔸𝟙 ℌ𝔢",
  Enclosed: "ⓒⓘⓡ Ⓐ ⒜⓪ 🅰🅱🅲 🅐🅑 🄰🄱",
  Small: "ᴀʙᴄ ꜱꜰ ᴳᵃᵐᵉʳ ˢᵘᵖ ₛᵤ₆",
  Ornaments: "༺ ༻ ʕ•ᴥ•ʔ ♛ ✦ 亗 メ 么 ツ 乂 ☆ ♡ ۝ ☽ ✧ ★ 彡",
  Lines: "⠓⠊ ┏━┓ █▓▒░ ┻",
};

function drawn(text: string, families = familiesFor(text)) {
  const canvas = createCanvas(SIZE * 3, SIZE * 2);
  const context = canvas.getContext("2d");
  context.font = `400 ${SIZE}px ${families}`;
  context.fillText(text, SIZE / 2, SIZE * 1.4);
  return pixelsOf(canvas);
}

function widthOf(text: string): number {
  const context = createCanvas(8, 8).getContext("2d");
  const shown = drawable(text);
  context.font = `400 ${SIZE}px ${familiesFor(shown)}`;
  return context.measureText(shown).width;
}

const inOrder = (text: string): string[] =>
  [...new Set(graphemes(text))].filter((part) => part.trim() !== "");

/** Families that this test registers, one a file. The canvas falls back on nothing for what a file has. */
const own = new Map<string, string>();
function familyOf(path: string): string {
  const family = own.get(path) ?? `Only ${own.size}`;
  if (!own.has(path)) GlobalFonts.registerFromPath(path, family);
  own.set(path, family);
  return `"${family}"`;
}

/** By character, the files of packages that have it, as their character maps say. */
const filesWith = new Map<string, string[]>();
for (const font of [BASE, EMOJI, ...ALL]) {
  for (const subset of rangesOf(font).keys()) {
    const path = pathOf(font, subset);
    for (const point of charactersIn(path)) {
      const character = String.fromCodePoint(point);
      filesWith.set(character, [...(filesWith.get(character) ?? []), path]);
    }
  }
}

/** A letter with marks may be drawn as a letter with fewer and the others, all of one file. */
function filesFor(character: string): string[] {
  const whole = character.normalize("NFD");
  const split = Array.from(whole, (_, at) => [
    ...whole.slice(0, at + 1).normalize("NFC"),
    ...whole.slice(at + 1),
  ]);
  return [[character], ...split].flatMap(([first = "", ...rest]) =>
    (filesWith.get(first) ?? []).filter((path) => rest.every((mark) => filesWith.get(mark)?.includes(path))),
  );
}

const NO_INK = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]$/u;

/**
 * The characters of a text that are not drawn by a package's file. The machine's own fonts help the canvas out, so
 * that "no box" alone would prove nothing: each character must look as a file that has it draws it alone.
 */
function strangersIn(text: string): string[] {
  const families = familiesFor(text);
  return [...new Set(text)].filter((character) => {
    if (NO_INK.test(character)) return false;
    const pixels = Buffer.from(drawn(character, families).rgba);
    return !filesFor(character).some((path) =>
      Buffer.from(drawn(character, familyOf(path)).rgba).equals(pixels),
    );
  });
}

describe("a name in", () => {
  test.each(Object.entries(NAMES_BY_SCRIPT))(
    "%s is drawn by the packages' fonts, without a box",
    (_, name) => {
      const shown = drawable(name);
      expect(graphemes(shown)).toHaveLength(graphemes(name).length);
      expect(strangersIn(shown)).toEqual([]);
      for (const grapheme of inOrder(shown)) {
        const box = Buffer.from(drawn(NO_CHARACTER, familiesFor(grapheme)).rgba);
        expect(Buffer.from(drawn(grapheme).rgba).equals(box), `${grapheme} is a box`).toBe(false);
      }
    },
  );

  test("an alphabet of the packages keeps its letters", () => {
    for (const [from, to] of BLOCKS) {
      const letters = Array.from({ length: to - from }, (_, at) => String.fromCodePoint(from + at)).filter(
        (character) => /\p{L}/u.test(character) && !/\p{Script=Han}/u.test(character),
      );
      const lost = letters.filter((letter) => drawable(letter) === "•");
      // Two letters of Telugu and Kannada are newer than the fonts.
      expect(lost.filter((letter) => !/[\u0c5c\u0cdc]/u.test(letter))).toEqual([]);
    }
  });
});

/** `[from, to)` of Unicode blocks with a script that a package is there for. */
const BLOCKS = [
  [0x21, 0x250],
  [0x370, 0x3e2],
  [0x400, 0x530],
  [0x531, 0x590],
  [0x5d0, 0x5f5],
  [0x620, 0x700],
  [0x900, 0x980],
  [0x980, 0xa00],
  [0xa00, 0xa80],
  [0xa80, 0xb00],
  [0xb80, 0xc00],
  [0xc00, 0xc80],
  [0xc80, 0xd00],
  [0xd00, 0xd80],
  [0xd80, 0xe00],
  [0xe00, 0xe80],
  [0xe80, 0xf00],
  [0xf00, 0x1000],
  [0x1000, 0x10a0],
  [0x10a0, 0x1100],
  [0x1200, 0x1380],
  [0x1780, 0x1800],
  [0x1e00, 0x2000],
  [0x3041, 0x3100],
  [0x3131, 0x3164],
  [0x4e00, 0x9fa6],
  [0xac00, 0xd7a4],
  [0x1d400, 0x1d800],
] as const;

describe("any text", () => {
  const from = (blocks: readonly (readonly [number, number])[]) =>
    fc
      .array(
        fc
          .constantFrom(...blocks)
          .chain(([first, end]) => fc.integer({ min: first, max: end - 1 }))
          .map((point) => String.fromCodePoint(point)),
        { maxLength: 8 },
      )
      .map((characters) => characters.join(""));

  test.each([
    ["of the packages' scripts", from(BLOCKS)],
    [
      "of symbols and emoji",
      from([
        [0x2000, 0x2c00],
        [0x3000, 0x3400],
        [0x1f000, 0x1fb00],
      ]),
    ],
    ["at all", fc.string({ unit: "binary", maxLength: 8 })],
  ])("%s is drawn by the packages' fonts, without a box", (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(strangersIn(drawable(text))).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  test("with something to see in it has something to see when drawn", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 4 }), (text) => {
        const isSeen = (shown: string): boolean =>
          /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}]/u.test(shown);
        expect(isSeen(drawable(text))).toBe(isSeen(text));
      }),
    );
  });
});

describe("every character of a hard name", () => {
  test.each(HARD_NAMES)("%j draws as a glyph, never blank, never as a box", (name) => {
    for (const grapheme of inOrder(name)) {
      const pixels = drawn(grapheme);
      expect(inkedColumns(pixels), `${grapheme} is blank`).not.toBeNull();
      const box = drawn(NO_CHARACTER, familiesFor(grapheme));
      expect(Buffer.from(pixels.rgba).equals(Buffer.from(box.rgba)), `${grapheme} is a box`).toBe(false);
    }
  });

  test.each(HARD_NAMES)("%j draws in a name as it does alone", (name) => {
    const inName = familiesFor(name);
    for (const grapheme of inOrder(name)) {
      // Han alone is taken for Chinese, and may be Japanese or Korean in a name.
      if (/\p{Script=Han}/u.test(grapheme)) continue;
      const [alone, among] = [drawn(grapheme), drawn(grapheme, inName)];
      expect(Buffer.from(among.rgba).equals(Buffer.from(alone.rgba)), grapheme).toBe(true);
    }
  });
});

describe("emoji", () => {
  const one = widthOf("🐉");

  test.each([
    ...["👨‍👩‍👧‍👦", "🇯🇵", "1️⃣", "#️⃣", "👩🏽‍🚀", "🧑🏿‍⚕️", "🏴‍☠️", "🏳️‍⚧️", "🐻‍❄️", "🐦‍🔥", "❤️", "☺️", "👁️‍🗨️", "👍🏾"],
    ...[
      "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
      "🧑🏻‍❤️‍💋‍🧑🏿",
      "🏃🏽‍♀️‍➡️",
      "🧑‍🧑‍🧒‍🧒",
      "🍋‍🟩",
      "😮‍💨",
    ],
  ])("%s is one picture", (emoji) => {
    expect(widthOf(emoji)).toBe(one);
  });

  // The canvas would tear these apart, as they begin with a character that is text by default.
  const TORN = ["🏳️‍🌈", "❤️‍🔥", "❤️‍🩹", "⛓️‍💥", "🏳\u200d🌈", "❤\u200d🔥"];

  test.each(TORN)("%s is one picture, at the start, in a word, and beside the others", (emoji) => {
    expect(widthOf(emoji)).toBe(one);
    expect(drawable(drawable(emoji))).toBe(drawable(emoji));
    for (const beside of ["a", "م", "漢", "🐉", "🏳️", "❤️", ...TORN]) {
      const apart = widthOf(beside) + one;
      expect(Math.abs(widthOf(beside + emoji) - apart), beside).toBeLessThan(1);
      expect(Math.abs(widthOf(emoji + beside) - apart), beside).toBeLessThan(1);
    }
    const looks = (text: string) => Buffer.from(drawn(drawable(text), familiesFor(drawable(text))).rgba);
    const others = ["🏳️", "❤️", "⛓️", "🐉"].map(looks);
    expect(others.some((other) => other.equals(looks(emoji)))).toBe(false);
  });

  test("that Unicode recommends of flags, keycaps, people and their work are one picture each", () => {
    // The type check takes no flag in a literal that is younger than its target.
    const flag: string = "v";
    const isEmoji = new RegExp("^\\p{RGI_Emoji}$", flag);
    const letters = Array.from({ length: 26 }, (_, at) => String.fromCodePoint(0x1f1e6 + at));
    const skins = ["", "🏻", "🏼", "🏽", "🏾", "🏿"];
    const marks = [
      "⚕️",
      "⚖️",
      "✈️",
      "🌾",
      "🍳",
      "🎓",
      "🎤",
      "🎨",
      "🏫",
      "🏭",
      "💻",
      "💼",
      "🔧",
      "🔬",
      "🚀",
      "🚒",
      "🦰",
      "🦯",
      "🦽",
    ];
    const doers = ["🏃", "🏊", "🕵", "👮", "🤷", "🤦", "🧙", "🧛", "🏄", "🚴", "🙋"];
    const sequences = [
      ...letters.flatMap((first) => letters.map((second) => first + second)),
      ...[..."0123456789*#"].map((key) => `${key}\ufe0f\u20e3`),
      ...["🧑", "👩", "👨"].flatMap((who) =>
        skins.flatMap((skin) => marks.map((mark) => `${who}${skin}\u200d${mark}`)),
      ),
      ...doers.flatMap((doer) =>
        skins.flatMap((skin) => ["♀️", "♂️"].map((sex) => `${doer}${skin}\u200d${sex}`)),
      ),
      ...["👋", "👍", "🙏", "🤘", "👊", "💪"].flatMap((hand) => skins.map((skin) => hand + skin)),
    ].filter((sequence) => isEmoji.test(sequence));
    expect(sequences.length).toBeGreaterThan(700);
    expect(sequences.filter((sequence) => widthOf(sequence) !== one)).toEqual([]);
  });

  test("of which no file has all parts is drawn by its parts", () => {
    const both = familiesFor("🐙\u200d🎮");
    for (const part of ["🐙", "🎮"])
      for (const family of familiesFor(part).split(",")) expect(both).toContain(family);
  });

  test("stay coloured beside symbols that come in black and white too", () => {
    const isColoured = (text: string, families: string): boolean => {
      const { rgba } = drawn(text, families);
      return rgba.some((value, at) => at % 4 === 0 && value !== rgba[at + 1]);
    };
    expect(isColoured("⭐", familiesFor("☺ ™ ⭐"))).toBe(true);
    expect(isColoured("A", familiesFor("A ⭐"))).toBe(false);
  });
});

describe("what no font has", () => {
  test("is drawn plain where it stands for a plain letter", () => {
    for (const text of ["ⓒⓘⓡⓒⓛⓔ", "𝓛𝓾𝓷𝓪", "ＦＵＬＬ", "ﷺ"]) {
      for (const grapheme of inOrder(drawable(text))) {
        const box = drawn(NO_CHARACTER, familiesFor(grapheme));
        expect(Buffer.from(drawn(grapheme).rgba).equals(Buffer.from(box.rgba)), grapheme).toBe(false);
      }
    }
  });

  test("is left out: marks, ornaments, letters; a mark goes with its letter", () => {
    expect(drawable("꒰༺ Lord ༻꒱")).toBe("༺ Lord ༻");
    expect(drawable("ᴸᵒʳᵈ⸸ꕥ")).toBe("ᴸᵒʳᵈ");
    expect(drawable("a\u{1e136}")).toBe("a");
    expect(drawable("aߞ\u0301b")).toBe("ab");
  });

  test("is said to be missing where it is a Chinese character, as printers do", () => {
    expect(drawable("张\u{20000}")).toBe("张〓");
  });

  test("is a dot a character where nothing else is left", () => {
    expect(drawable("ߒߞߏ")).toBe("•••");
    expect(drawable("꒰ ꒱")).toBe("••");
    expect(drawable("\u200b\u200b").trim()).not.toContain("•");
  });

  test("leaves what fonts have as it is", () => {
    const names = HARD_NAMES.map((name) => cleaned(name.replace("🏳️‍🌈", "")));
    for (const name of names) expect(drawable(name)).toBe(name);
    expect(drawable("می\u200cخواهم")).toBe("می\u200cخواهم");
  });
});

describe("scripts", () => {
  test("that join their letters are joined", () => {
    // A joiner's absence keeps letters in the shapes that they have alone.
    const apart = [..."محمد"].join("\u200c");
    const [joined, unjoined] = ["محمد", apart].map((text) =>
      Buffer.from(drawn(text, familiesFor("محمد")).rgba),
    );
    expect(joined?.equals(unjoined ?? Buffer.alloc(0))).toBe(false);
  });

  test("of Han have the forms of the language around them", () => {
    const [chinese, japanese, korean] = ["直", "直ひ", "直한"].map((text) =>
      Buffer.from(drawn("直", familiesFor(text)).rgba),
    );
    expect(japanese?.equals(chinese ?? Buffer.alloc(0))).toBe(false);
    expect(korean?.equals(chinese ?? Buffer.alloc(0))).toBe(false);
  });

  test("other than Latin cost a plain name nothing", () => {
    expect(familiesFor("Plain name 42").split(",")).toHaveLength(1);
  });
});
