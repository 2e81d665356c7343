import { isPluralElement, type MessageFormatElement, parse } from "@formatjs/icu-messageformat-parser";
import fc from "fast-check";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, test } from "vitest";
import { LANGUAGES } from "../../src/i18n/languages.ts";
import { writerOf } from "../../src/i18n/message.ts";
import { CATALOGUES } from "../../src/i18n/translator.ts";

/** Names of all that a message needs; those of plurals need numbers. */
function needs(elements: readonly MessageFormatElement[]): { text: string[]; numbers: string[] } {
  const found = { text: [] as string[], numbers: [] as string[] };
  for (const element of elements) {
    if (isPluralElement(element)) {
      found.numbers.push(element.value);
      for (const { value } of Object.values(element.options)) {
        const inside = needs(value);
        found.text.push(...inside.text);
        found.numbers.push(...inside.numbers);
      }
    } else if ("value" in element && element.type === 1) found.text.push(element.value);
  }
  return found;
}

describe("a message", () => {
  test("of any catalogue reads as an ICU formatter writes it, whatever is given", () => {
    for (const language of LANGUAGES) {
      const rules = new Intl.PluralRules(language);
      for (const message of Object.values(CATALOGUES[language])) {
        const { text, numbers } = needs(parse(message, { ignoreTag: true }));
        const write = writerOf(message, language, rules);
        const formatter = new IntlMessageFormat(message, language, undefined, { ignoreTag: true });
        fc.assert(
          fc.property(fc.nat(1_000_000), fc.string(), (count, name) => {
            const given = Object.fromEntries([
              ...text.map((each) => [each, name] as const),
              ...numbers.map((each) => [each, count] as const),
            ]);
            expect(write(given)).toBe(String(formatter.format(given)));
          }),
          { numRuns: numbers.length > 0 ? 50 : 2 },
        );
      }
    }
  });

  test.each([
    "{place, selectordinal, one {{place}st} two {{place}nd} few {{place}rd} other {{place}th}}",
    "{count, plural, =0 {nobody} one {# member} other {# members}}",
    "{kind, select, bot {a bot} other {a member}} of {count, plural, offset:1 one {one} other {some}}",
  ])("of a kind that no catalogue has reads so too: %s", (message) => {
    const write = writerOf(message, "en", new Intl.PluralRules("en"));
    const formatter = new IntlMessageFormat(message, "en");
    for (const count of [0, 1, 2, 3, 11, 22]) {
      const given = { place: count, count, kind: count === 0 ? "bot" : "human" };
      expect(write(given)).toBe(String(formatter.format(given)));
    }
  });

  test("without what it needs is not written", () => {
    const rules = new Intl.PluralRules("en");
    expect(() => writerOf("Hello {name}", "en", rules)({})).toThrow("{name} is not given");
    expect(() => writerOf("{count, plural, one {a} other {b}}", "en", rules)({})).toThrow(RangeError);
  });
});
