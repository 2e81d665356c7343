import { LRUCache } from "lru-cache";
import { type Language, type Spoken, spokenAs } from "./languages.ts";

// Using an Intl formatter takes a microsecond or two. A card has a hundred figures and days, and nearly all of them were
// on the card before.
const written = new LRUCache<string, string>({ max: 5_000 });
// Making one takes a hundred times as long.
const formatters = new LRUCache<string, Intl.NumberFormat | Intl.DateTimeFormat>({ max: 200 });
const spokenTags = new LRUCache<string, Spoken>({ max: 200 });

function cached<T extends Intl.NumberFormat | Intl.DateTimeFormat>(
  key: string,
  Kind: new (...args: never[]) => T,
  make: () => T,
): T {
  const known = formatters.get(key);
  if (known instanceof Kind) return known;
  const made = make();
  formatters.set(key, made);
  return made;
}

/** @param key of what is written, and how: all that decides the text */
function remembered(key: string, write: () => string): string {
  const known = written.get(key);
  if (known !== undefined) return known;
  const text = write();
  written.set(key, text);
  return text;
}

/** As words are: numbers of a language that is not spoken here are English. */
function spokenOf(tag: string): Spoken {
  const known = spokenTags.get(tag);
  if (known) return known;
  const made = spokenAs(tag) ?? { language: "en", locale: "en" };
  spokenTags.set(tag, made);
  return made;
}

function numbers(locale: string, name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return cached(`${locale} ${name}`, Intl.NumberFormat, () => new Intl.NumberFormat(locale, options));
}

/** From here on numbers are written short. */
const SHORT_FROM = 10_000_000;
const WHOLE = { maximumFractionDigits: 0 } as const;

function short(language: Language): Intl.NumberFormatOptions {
  // Hindi's short form is one letter and a point, which nobody writes.
  const compactDisplay = language === "hi" ? "long" : "short";
  return { notation: "compact", compactDisplay, maximumFractionDigits: 1 };
}

/** A whole number, grouped: "1,204,000"; from ten million on, short: "12.4M". @param tag BCP 47 */
export function formatNumber(value: number, tag: string): string {
  return remembered(`${tag} whole ${value}`, () => {
    const { language, locale } = spokenOf(tag);
    return value < SHORT_FROM
      ? numbers(locale, "whole", WHOLE).format(value)
      : numbers(locale, "compact", short(language)).format(value);
  });
}

type Unit = "hour" | "minute" | "second";

/** Where Intl's short units are not what people write: its long ones are, or its spaces go. */
const UNITS: Readonly<
  Partial<Record<Language, { display?: "long"; joint?: string; written?: (text: string) => string }>>
> = {
  // "hr" in the States, "hrs" in Britain.
  en: {
    written: (text) =>
      text
        .replace(/ hrs?\.?$/u, " h")
        .replace(/ secs?\.?$/u, " s")
        .replace(/ mins\.?$/u, " min"),
  },
  ja: { joint: "", written: (text) => text.replaceAll(" ", "") },
  "zh-Hans": { joint: "" },
  hi: { display: "long" },
  ar: { display: "long", joint: " و" },
};

/**
 * As people say it, two units at most: "45 s", "3 h 20 min"; from two days on hours alone, "1,204 h", then "12.4M h".
 * At most 24 characters. @param tag BCP 47
 */
export function formatDuration(ms: number, tag: string): string {
  const seconds = Math.floor(ms / 1_000);
  return remembered(`${tag} seconds ${seconds}`, () => durationOf(seconds, tag));
}

function durationOf(seconds: number, tag: string): string {
  const { language, locale } = spokenOf(tag);
  const { display = "short", joint = " ", written = (text: string) => text } = UNITS[language] ?? {};
  const unit = (value: number, name: Unit): string =>
    written(
      numbers(locale, value < SHORT_FROM ? name : `compact ${name}`, {
        style: "unit",
        unit: name,
        unitDisplay: display,
        ...(value < SHORT_FROM ? WHOLE : short(language)),
      }).format(value),
    );
  if (seconds < 60) return unit(seconds, "second");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return unit(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return hours >= 48 || rest === 0
    ? unit(hours, "hour")
    : `${unit(hours, "hour")}${joint}${unit(rest, "minute")}`;
}

/** A calendar day for a chart: "Mar 3". @param isoDate `YYYY-MM-DD` @param tag BCP 47 */
export function formatDay(isoDate: string, tag: string): string {
  return remembered(`${tag} day ${isoDate}`, () => {
    const { locale } = spokenOf(tag);
    const options = { month: "short", day: "numeric", timeZone: "UTC" } as const;
    const format = cached(
      `${locale} day`,
      Intl.DateTimeFormat,
      () => new Intl.DateTimeFormat(locale, options),
    );
    return format.format(Date.parse(`${isoDate}T00:00:00Z`));
  });
}

/** A share of one in whole percent: "12%", "12 %". @param tag BCP 47 */
export function formatPercent(share: number, tag: string): string {
  return remembered(`${tag} share ${share}`, () =>
    numbers(spokenOf(tag).locale, "percent", { style: "percent", ...WHOLE }).format(share),
  );
}

/** A difference with its sign, "+12" or "-3"; zero has none. @param tag BCP 47 */
export function formatSigned(value: number, tag: string): string {
  const { language, locale } = spokenOf(tag);
  return Math.abs(value) < SHORT_FROM
    ? numbers(locale, "signed whole", { signDisplay: "exceptZero", ...WHOLE }).format(value)
    : numbers(locale, "signed compact", { signDisplay: "exceptZero", ...short(language) }).format(value);
}

/** A full hour of the day: "9 PM" where people count to twelve, else "21:00". @param hour 0 to 24 @param tag BCP 47 */
export function formatHour(hour: number, tag: string): string {
  return remembered(`${tag} hour ${hour}`, () => {
    const { language, locale } = spokenOf(tag);
    const format = cached(`${locale} hour`, Intl.DateTimeFormat, () => hourFormat(language, locale));
    return format.format(Date.UTC(2024, 0, 1, hour));
  });
}

function hourFormat(language: Language, locale: string): Intl.DateTimeFormat {
  // Korean would come with "PM" before it, which nobody writes; hours to 24 are as common.
  if (language === "ko")
    return new Intl.DateTimeFormat(locale, { hour: "numeric", hourCycle: "h23", timeZone: "UTC" });
  const hours = new Intl.DateTimeFormat(locale, { hour: "numeric", timeZone: "UTC" });
  if (hours.resolvedOptions().hour12 === true) return hours;
  // A bare "21" would not say that it is an hour.
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
}

/** A weekday's name, "Mon" or "Monday". @param weekday 0, Monday, to 6 @param tag BCP 47 */
export function formatWeekday(weekday: number, tag: string, length: "short" | "long"): string {
  return remembered(`${tag} ${length} weekday ${weekday}`, () => {
    const { locale } = spokenOf(tag);
    const options = { weekday: length, timeZone: "UTC" } as const;
    const format = cached(
      `${locale} ${length} weekday`,
      Intl.DateTimeFormat,
      () => new Intl.DateTimeFormat(locale, options),
    );
    // The first of January 2024 was a Monday.
    return format.format(Date.UTC(2024, 0, 1 + weekday));
  });
}

/** A figure with one digit behind the point while it is small: "0.3", "12.5", "1,204". @param tag BCP 47 */
export function formatDecimal(value: number, tag: string): string {
  if (value >= 100) return formatNumber(Math.round(value), tag);
  return numbers(spokenOf(tag).locale, "decimal", { maximumFractionDigits: 1 }).format(value);
}

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Bytes with three digits at most: "640 kB", "12.4 MB"; a kilobyte is 1,000 bytes. @param tag BCP 47 */
export function formatBytes(bytes: number, tag: string): string {
  const power = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return inUnit(bytes / 1_000 ** power, BYTE_UNITS[power] ?? "byte", tag);
}

/** A short time: "0.4 ms", "38 ms", "1.2 sec". @param tag BCP 47 */
export function formatMilliseconds(ms: number, tag: string): string {
  return ms < 1_000 ? inUnit(ms, "millisecond", tag) : inUnit(ms / 1_000, "second", tag);
}

function inUnit(value: number, unit: string, tag: string): string {
  const options = {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: value < 100 ? 1 : 0,
  } as const;
  return numbers(spokenOf(tag).locale, `${unit} ${options.maximumFractionDigits}`, options).format(value);
}
