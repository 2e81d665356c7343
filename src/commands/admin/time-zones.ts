import { IANAZone } from "luxon";

/** Names that people type, where the list of the platform has older ones of the same places. */
const NEWER_NAMES = [
  "UTC",
  "Africa/Asmara",
  "America/Argentina/Buenos_Aires",
  "America/Nuuk",
  "Asia/Ho_Chi_Minh",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Yangon",
  "Atlantic/Faroe",
  "Europe/Kyiv",
  "Pacific/Chuuk",
  "Pacific/Pohnpei",
];

const ZONES: readonly string[] = [
  ...new Set(
    [...NEWER_NAMES, ...Intl.supportedValuesOf("timeZone")].filter((zone) => IANAZone.isValidZone(zone)),
  ),
].sort();

/** Spaces and case do not matter to who types a city's name. */
function folded(text: string): string {
  return text.trim().toLowerCase().replaceAll(" ", "_");
}

/** The IANA name that someone typed, in any case of letters; `null` for what is none. */
export function timeZoneTyped(text: string): string | null {
  const typed = folded(text);
  const known = ZONES.find((zone) => folded(zone) === typed);
  if (known !== undefined) return known;
  const asIs = text.trim();
  return asIs !== "" && IANAZone.isValidZone(asIs) ? asIs : null;
}

/** Zones whose name has what is typed anywhere; those where a part of the name begins with it come first. */
export function timeZonesLike(text: string): readonly string[] {
  const typed = folded(text);
  const found = ZONES.filter((zone) => folded(zone).includes(typed));
  const begins = (zone: string): boolean =>
    folded(zone)
      .split("/")
      .some((part) => part.startsWith(typed));
  const others = found.filter((zone) => !begins(zone));
  const exact = found.length === 0 ? timeZoneTyped(text) : null;
  return [...found.filter(begins), ...others, ...(exact === null ? [] : [exact])];
}

/** The time of day in a zone: "2:05 PM". @param tag BCP 47 */
export function localTime(timeZone: string, nowMs: number, tag: string): string {
  return new Intl.DateTimeFormat(tag, { timeZone, hour: "numeric", minute: "2-digit" }).format(nowMs);
}
