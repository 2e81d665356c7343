import { LRUCache } from "lru-cache";

// Making an Intl formatter takes a hundred times as long as using one.
const formatters = new LRUCache<string, Intl.NumberFormat | Intl.DateTimeFormat>({
  max: 200,
});

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

/** A BCP 47 tag that Intl accepts; anything else becomes English. */
export function supportedLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "en";
  } catch {
    return "en";
  }
}

function numbers(locale: string, name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return cached(
    `${locale} ${name}`,
    Intl.NumberFormat,
    () => new Intl.NumberFormat(supportedLocale(locale), options),
  );
}

/** From here on numbers are written short. */
const SHORT_FROM = 10_000_000;
const WHOLE = { maximumFractionDigits: 0 } as const;
const SHORT = { notation: "compact", maximumFractionDigits: 1 } as const;

/** A whole number, grouped: "1,204,000"; from ten million on, short: "12.4M". */
export function formatNumber(value: number, locale: string): string {
  return value < SHORT_FROM
    ? numbers(locale, "whole", WHOLE).format(value)
    : numbers(locale, "compact", SHORT).format(value);
}

/** As people say it, two units at most: "45 s", "3 h 20 min"; from two days on hours alone, "1,204 h", then "12.4M h". */
export function formatDuration(ms: number, locale: string): string {
  const unit = (value: number, name: "hour" | "minute" | "second"): string =>
    numbers(locale, value < SHORT_FROM ? name : `compact ${name}`, {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      ...(value < SHORT_FROM ? WHOLE : SHORT),
    })
      .format(value)
      .replace(/^(\S+) hr$/u, "$1 h")
      .replace(/^(\S+) sec$/u, "$1 s");
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return unit(seconds, "second");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return unit(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return hours >= 48 || rest === 0 ? unit(hours, "hour") : `${unit(hours, "hour")} ${unit(rest, "minute")}`;
}

/** A calendar day for a chart: "Mar 3". @param isoDate `YYYY-MM-DD` */
export function formatDay(isoDate: string, locale: string): string {
  const options = { month: "short", day: "numeric", timeZone: "UTC" } as const;
  const format = cached(
    `${locale} day`,
    Intl.DateTimeFormat,
    () => new Intl.DateTimeFormat(supportedLocale(locale), options),
  );
  return format.format(Date.parse(`${isoDate}T00:00:00Z`));
}

/** A share of one in whole percent: "12%", "12 %". */
export function formatPercent(share: number, locale: string): string {
  return numbers(locale, "percent", { style: "percent", ...WHOLE }).format(share);
}

/** A difference with its sign, "+12" or "-3"; zero has none. */
export function formatSigned(value: number, locale: string): string {
  return Math.abs(value) < SHORT_FROM
    ? numbers(locale, "signed whole", { signDisplay: "exceptZero", ...WHOLE }).format(value)
    : numbers(locale, "signed compact", { signDisplay: "exceptZero", ...SHORT }).format(value);
}

/** A full hour of the day: "9 PM" where people count to twelve, else "21:00". @param hour 0 to 24 */
export function formatHour(hour: number, locale: string): string {
  const format = cached(`${locale} hour`, Intl.DateTimeFormat, () => {
    const tag = supportedLocale(locale);
    const hours = new Intl.DateTimeFormat(tag, { hour: "numeric", timeZone: "UTC" });
    if (hours.resolvedOptions().hour12 === true) return hours;
    // A bare "21" would not say that it is an hour.
    return new Intl.DateTimeFormat(tag, { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
  });
  return format.format(Date.UTC(2024, 0, 1, hour));
}

/** A weekday's name, "Mon" or "Monday". @param weekday 0, Monday, to 6 */
export function formatWeekday(weekday: number, locale: string, length: "short" | "long"): string {
  const format = cached(
    `${locale} ${length} weekday`,
    Intl.DateTimeFormat,
    () => new Intl.DateTimeFormat(supportedLocale(locale), { weekday: length, timeZone: "UTC" }),
  );
  // The first of January 2024 was a Monday.
  return format.format(Date.UTC(2024, 0, 1 + weekday));
}
