import {
  isArgumentElement,
  isLiteralElement,
  isPluralElement,
  type MessageFormatElement,
  parse,
} from "@formatjs/icu-messageformat-parser";
import { createCanvas } from "@napi-rs/canvas";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, test } from "vitest";
import type { Catalogue, MessageKey } from "../../src/i18n/catalogue.ts";
import { discordLocales, LANGUAGES } from "../../src/i18n/languages.ts";
import { en } from "../../src/i18n/locales/en.ts";
import { CATALOGUES } from "../../src/i18n/translator.ts";
import { widthOf } from "../../src/render/text.ts";

const KEYS = Object.keys(en).filter((key): key is MessageKey => Object.hasOwn(en, key));
const parsed = (text: string): MessageFormatElement[] => parse(text, { ignoreTag: true });

/** Names of the arguments of a message, `name` or `name#` for the number of a plural. */
function argumentsOf(elements: readonly MessageFormatElement[]): Set<string> {
  const names = elements.flatMap((element) => {
    if (isArgumentElement(element)) return [element.value];
    if (!isPluralElement(element)) return [];
    const inside = Object.values(element.options).flatMap(({ value }) => [...argumentsOf(value)]);
    return [`${element.value}#`, ...inside];
  });
  return new Set(names);
}

const plurals = (text: string) => parsed(text).filter(isPluralElement);

/** What a message says in the end, once for each branch of its plural. */
function printed(text: string, language: string): string[] {
  const message = new IntlMessageFormat(text, language, undefined, { ignoreTag: true });
  const given = Object.fromEntries(
    [...argumentsOf(parsed(text))].map((name) => [name.replace("#", ""), "7"]),
  );
  const counts = [...samples(language).values()].map(([count = 0]) => count);
  return [...new Set(counts.map((count) => String(message.format({ ...given, count }))))];
}

/** Whole numbers by the category that a language puts them into. */
function samples(language: string): Map<string, number[]> {
  const rules = new Intl.PluralRules(language);
  const found = new Map<string, number[]>();
  for (const count of [...Array(201).keys(), 1_000_000, 2_000_000]) {
    const category = rules.select(count);
    found.set(category, [...(found.get(category) ?? []), count]);
  }
  return found;
}

const codeIn = (text: string): string[] =>
  [...text.matchAll(/`([^`]*)`/g)].map(([, code = ""]) => code).sort();
const count = (text: string, part: string): number => text.split(part).length - 1;

/** Commands and options are told apart by name where they stand side by side. */
function siblingsOf(key: MessageKey): string | null {
  if (!key.endsWith(".name")) return null;
  const [group] =
    /^command\.(?:compare|admin-(?:ignore|unignore|channels|schedule|purge))(?=-)/.exec(key) ?? [];
  if (group !== undefined) return group;
  if (key.startsWith("command.admin-")) return "command.admin";
  return key.startsWith("command.") || key.startsWith("option.") ? (key.split(".")[0] ?? null) : null;
}

/** Discord's bounds, in characters; https://discord.com/developers/docs/interactions/application-commands */
function longest(key: MessageKey): number {
  if (/^(?:command|option)\..*\.description$/.test(key)) return 100;
  if (/^(?:choice|view)\./.test(key)) return 100;
  if (/^select\./.test(key)) return 150;
  return /^button\./.test(key) ? 80 : 1_900;
}

/** The room on a card, pixels at 20 px type; `null`: the text is not on cards, or alone on its line. */
function room(key: MessageKey): number | null {
  // Read aloud, never drawn.
  if (key === "change.manifoldSpoken") return null;
  if (/^(?:panel|ranked)\./.test(key)) return 330;
  // Three lines of a panel, not all of them full.
  if (/^empty/.test(key)) return 800;
  if (/^(?:title|chart|footer)\./.test(key)) return 420;
  if (/^voiceState\./.test(key)) return 250;
  return /^(?:shortPeriod|metric|rank\.label|streak|growth|activityType|change|note)\b/.test(key)
    ? 200
    : null;
}

const context = createCanvas(1, 1).getContext("2d");
const TITLE = { size: 20, weight: 600, colour: "#000000", align: "start" } as const;

const spoken = LANGUAGES.map((language) => ({ language, catalogue: CATALOGUES[language] }));

describe.each(spoken)("in $language", ({ language, catalogue }) => {
  /** The messages of which something wrong can be said. */
  const wrong = (judge: (text: string, key: MessageKey) => boolean) =>
    KEYS.filter((key) => judge(catalogue[key], key)).map((key) => `${key}: ${catalogue[key]}`);
  const saysWrong = (judge: (said: string, key: MessageKey) => boolean) =>
    wrong((text, key) => printed(text, language).some((said) => judge(said, key)));

  test("every message parses, and holds nothing but words, arguments and plurals", () => {
    const isPlain = (element: MessageFormatElement): boolean =>
      isLiteralElement(element) ||
      isArgumentElement(element) ||
      (isPluralElement(element) &&
        element.pluralType === "cardinal" &&
        element.offset === 0 &&
        Object.values(element.options).every(({ value }) => value.every(isPlain)));
    expect(wrong((text) => !parsed(text).every(isPlain))).toEqual([]);
  });

  test("every message takes the arguments that it takes in English", () => {
    const names = (text: string) => [...argumentsOf(parsed(text))].sort().join();
    expect(wrong((text, key) => names(text) !== names(en[key]))).toEqual([]);
  });

  test("plurals have the categories that the language has, and no other", () => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted().join();
    const isOther = (text: string): boolean =>
      plurals(text).some(({ options }) => Object.keys(options).sort().join() !== needed);
    expect(wrong(isOther)).toEqual([]);
    expect(wrong((text, key) => plurals(text).length !== plurals(en[key]).length)).toEqual([]);
  });

  test("a branch of a plural leaves its number out only where it is one number, or English does", () => {
    const leavesOut = (text: string, key: MessageKey): boolean => {
      const [plural] = plurals(text);
      const [english] = plurals(en[key]);
      if (!plural || !english) return false;
      const inEnglish = argumentsOf(english.options["one"]?.value ?? []);
      return Object.entries(plural.options).some(([category, { value }]) => {
        const numbers = samples(language).get(category) ?? [];
        const isOne =
          numbers.length === 1 || (numbers.every((number) => number < 2) && !inEnglish.has("shown"));
        return !isOne && !argumentsOf(value).has("shown");
      });
    };
    expect(wrong(leavesOut)).toEqual([]);
  });

  test("nothing is empty, begins or ends with a space, or has two of them in a row", () => {
    expect(saysWrong((said) => said === "" || said.trim() !== said || /[^\S\n]{2}|\n /.test(said))).toEqual(
      [],
    );
  });

  test("quotation marks and apostrophes are typographic; a straight one would be a sign of ICU's", () => {
    expect(wrong((text) => /['"]/.test(text))).toEqual([]);
  });

  test("no line can break before a mark, as French has spaces there", () => {
    expect(wrong((text) => / [:;?!»]|« /.test(text))).toEqual([]);
  });

  test("what is printed has all letters of the message", () => {
    const isOther = (text: string): boolean =>
      plurals(text).length === 0 && !printed(text, language).includes(text.replaceAll(/\{\w+\}/g, "7"));
    expect(wrong(isOther)).toEqual([]);
  });

  test("no sentence ends twice", () => {
    expect(saysWrong((said) => /[.。।]{2}/u.test(said))).toEqual([]);
  });

  test("names of commands and options are such as Discord takes, and differ from those beside them", () => {
    const isRefused = (name: string, key: MessageKey): boolean =>
      siblingsOf(key) !== null &&
      !(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u.test(name) && name === name.toLowerCase());
    expect(wrong(isRefused)).toEqual([]);
    const isTaken = (name: string, key: MessageKey): boolean =>
      siblingsOf(key) !== null &&
      KEYS.some(
        (other) => other !== key && siblingsOf(other) === siblingsOf(key) && catalogue[other] === name,
      );
    expect(wrong(isTaken)).toEqual([]);
  });

  test("nothing is longer than Discord takes", () => {
    expect(saysWrong((said, key) => said.length > longest(key))).toEqual([]);
  });

  test("what is marked bold is marked to its end, as often as in English", () => {
    expect(wrong((text, key) => count(text, "**") !== count(en[key], "**"))).toEqual([]);
  });

  test("what is to be typed is written as Discord shows it in this language", () => {
    const nameIn = (names: Catalogue, kind: "command" | "option", name: string): string => {
      const key = KEYS.find((each) => each === `${kind}.${name}.name`);
      return key === undefined ? name : names[key];
    };
    const typed = (code: string, names: Catalogue): string =>
      code
        .replace(
          /^(\/[a-z-]+) ([a-z-]+)/,
          (_, command: string, name: string) => `${command} ${nameIn(names, "command", name)}`,
        )
        .replace(/^[a-z]+(?=:|$)/, (name) => nameIn(names, "option", name));
    // Where Discord has no such language, its users see the English names.
    const shown = discordLocales(language).length > 0 ? catalogue : en;
    const isOther = (text: string, key: MessageKey): boolean =>
      codeIn(text).join() !==
      codeIn(en[key])
        .map((code) => typed(code, shown))
        .sort()
        .join();
    expect(wrong(isOther)).toEqual([]);
  });

  test("words on cards fit their room", () => {
    const isTooWide = (said: string, key: MessageKey): boolean =>
      widthOf(context, said, TITLE) > (room(key) ?? Number.POSITIVE_INFINITY);
    expect(saysWrong(isTooWide)).toEqual([]);
  });
});
