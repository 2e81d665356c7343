import { Locale } from "discord.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { discordLocales, LANGUAGES, spokenAs } from "../../src/i18n/languages.ts";
import { CATALOGUES, translatorFor } from "../../src/i18n/translator.ts";

const DISCORD: readonly string[] = Object.values(Locale);

describe("a language", () => {
  test.each([
    ["en-US", "en"],
    ["en-GB", "en"],
    ["es-ES", "es"],
    ["es-419", "es"],
    ["es-MX", "es"],
    ["pt-BR", "pt-BR"],
    ["pt-PT", "pt-BR"],
    ["pt", "pt-BR"],
    ["zh-CN", "zh-Hans"],
    ["zh-SG", "zh-Hans"],
    ["zh", "zh-Hans"],
    ["zh-TW", "zh-Hant"],
    ["zh-HK", "zh-Hant"],
    ["zh-Hant-MO", "zh-Hant"],
    ["de-CH", "de"],
    ["FR-ca", "fr"],
    ["ar-EG", "ar"],
  ])("%s is spoken as %s", (tag, language) => {
    expect(spokenAs(tag)?.language).toBe(language);
  });

  test.each(["tlh", "sv-SE", "no", "not a tag", "", "zh-Latn", "hi-Latn"])("%j is not spoken", (tag) => {
    expect(spokenAs(tag)).toBeNull();
  });

  test("has Discord's own codes, each of which is spoken as it; Arabic has none", () => {
    for (const language of LANGUAGES) {
      const spoken = DISCORD.filter((code) => spokenAs(code)?.language === language);
      expect([...discordLocales(language)].sort()).toEqual(spoken.sort());
      expect(discordLocales(language).length > 0).toBe(language !== "ar");
    }
  });

  test("keeps its region, and never digits or a calendar that Discord does not show", () => {
    expect(spokenAs("en-GB")?.locale).toBe("en-GB");
    for (const tag of ["ar-EG", "ar-SA", "hi-IN-u-nu-deva", "en-u-ca-buddhist", "de-u-nu-arab"]) {
      const { numberingSystem, calendar } = new Intl.DateTimeFormat(spokenAs(tag)?.locale).resolvedOptions();
      expect([numberingSystem, calendar]).toEqual(["latn", "gregory"]);
    }
  });
});

describe("a translator", () => {
  test("has the words, the numbers and the direction of one language, whatever is asked for", () => {
    const tags = fc.oneof(fc.string(), fc.constantFrom(...DISCORD, ...LANGUAGES));
    fc.assert(
      fc.property(tags, (tag) => {
        const { language, locale, direction, say } = translatorFor(tag);
        expect(say("view.server")).toBe(CATALOGUES[language]?.["view.server"]);
        expect(spokenAs(locale)?.language).toBe(language);
        expect(direction).toBe(language === "ar" ? "rtl" : "ltr");
      }),
    );
  });

  test("speaks English where its language is not spoken", () => {
    expect(translatorFor("tlh").locale).toBe("en");
    expect(translatorFor("not a tag").locale).toBe("en");
    expect(translatorFor("tlh").say("days", { count: 1, shown: "1" })).toBe("1 day");
  });

  test("says one in the singular, none and many in the plural", () => {
    const { say } = translatorFor("en");
    const said = [0, 1, 2].map((count) => say("contributors.humans", { count, shown: String(count) }));
    expect(said).toEqual(["0 members", "1 member", "2 members"]);
  });

  test("ends no sentence with two periods, and leaves dots that someone wrote", () => {
    const { say } = translatorFor("en");
    expect(say("spoken.sentence", { text: "20 Min." })).toBe("20 Min.");
    expect(say("spoken.sentence", { text: "and so on..." })).toBe("and so on....");
    // A name is written as it is.
    expect(say("name.two", { first: "Lena..", second: "wait.. what" })).toBe("Lena.. and wait.. what");
  });
});
