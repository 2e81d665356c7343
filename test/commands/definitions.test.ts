import { Locale } from "discord.js";
import { describe, expect, test } from "vitest";
import { commandDefinitions } from "../../src/commands/definitions.ts";
import { translatorFor } from "../../src/i18n/translator.ts";

/** What a command, subcommand, option or choice is called, and what is in it. */
interface Named {
  readonly name: string;
  readonly name_localizations?: Readonly<Record<string, string | null>> | null;
  readonly description?: string;
  readonly description_localizations?: Readonly<Record<string, string | null>> | null;
  readonly type?: number;
  readonly required?: boolean;
  readonly value?: unknown;
  readonly options?: readonly Named[];
  readonly choices?: readonly Named[];
}

/** Discord's rule for names that are typed (API reference, "Application Command Naming"). */
const TYPED = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const USER_MENU = 2;
const DESCRIPTION_LENGTH = 100;
const COMMAND_LENGTH = 8_000;

const commands: readonly Named[] = commandDefinitions().map(
  (definition): Named => JSON.parse(JSON.stringify(definition)),
);
const inside = ({ options = [], choices = [] }: Named): readonly Named[] => [...options, ...choices];
const all = (each: Named): readonly Named[] => [each, ...inside(each).flatMap(all)];
const languagesOf = (each: Named): string[] => Object.keys(each.name_localizations ?? {});
const nameIn = (each: Named, locale: string): string => each.name_localizations?.[locale] ?? each.name;
const texts = (main: string | undefined, others: Named["name_localizations"]): string[] => [
  main ?? "",
  ...Object.values(others ?? {}).flatMap((each) => each ?? []),
];

describe("the slash commands", () => {
  test("are called in every language as Discord lets commands and options be called", () => {
    for (const each of commands.flatMap(all)) {
      for (const name of texts(each.name, each.name_localizations)) {
        // A choice is picked, not typed.
        if (each.type === undefined && each.value !== undefined) {
          expect(name.trim()).toHaveLength(name.length);
          expect(name.length).toBeLessThanOrEqual(100);
          expect(name).not.toBe("");
          continue;
        }
        // So is an entry in the menu of a member.
        if (each.type === USER_MENU) {
          expect(name).toMatch(/^.{1,32}$/u);
          continue;
        }
        expect(name).toMatch(TYPED);
        expect(name.toLowerCase()).toBe(name);
      }
      for (const text of texts(each.description, each.description_localizations)) {
        expect(text.length, text).toBeLessThanOrEqual(DESCRIPTION_LENGTH);
      }
    }
  });

  test("have no two siblings of one name in any language", () => {
    for (const parent of commands.flatMap(all)) {
      for (const children of [parent.options ?? [], parent.choices ?? []]) {
        for (const locale of ["en-US", ...new Set(children.flatMap(languagesOf))]) {
          const names = children.map((child) => nameIn(child, locale));
          expect(new Set(names).size, `${locale}: ${names.join(", ")}`).toBe(names.length);
        }
      }
    }
  });

  test("stay below Discord's 8,000 characters each, counted in the longest language", () => {
    const longest = (list: readonly string[]): number => Math.max(...list.map(({ length }) => length));
    const size = (each: Named): number =>
      longest(texts(each.name, each.name_localizations)) +
      longest(texts(each.description, each.description_localizations)) +
      (typeof each.value === "string" ? each.value.length : 0) +
      inside(each).reduce((sum, child) => sum + size(child), 0);
    for (const command of commands) expect(size(command), command.name).toBeLessThanOrEqual(COMMAND_LENGTH);
  });

  test("want required options before the others", () => {
    for (const { name, options = [] } of commands.flatMap(all)) {
      const required = options.map((option) => option.required ?? false);
      expect(required, name).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
    }
  });

  test("are in every language that Discord and GuildStats have, and in no other", () => {
    const languageOf = (tag: string): string => new Intl.Locale(tag).language;
    // English is what is there without a translation, and what is said in a language that is not spoken.
    const spoken = Object.values(Locale).filter(
      (locale) => !locale.startsWith("en") && languageOf(translatorFor(locale).locale) === languageOf(locale),
    );
    for (const each of commands.flatMap(({ options = [] }) => options.flatMap(all))) {
      expect(languagesOf(each).sort(), each.name).toEqual([...spoken].sort());
      if (each.description === undefined) continue;
      expect(Object.keys(each.description_localizations ?? {}).sort(), each.name).toEqual([...spoken].sort());
    }
  });
});
