import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { type Clock, HOUR_MS } from "../clock.ts";
import { GuildStatsError } from "../errors.ts";
import { type ExportNames, exportText, type Part, type UserData } from "./export-text.ts";

/** A file of an export. */
export interface ExportFile {
  /** With its extension, and `.gz` behind it where it had to be compressed. */
  readonly name: string;
  readonly data: Buffer;
}

type Range = Exclude<Part, string>;

const DAY_MS = 86_400_000;
/** Pieces of text between two turns of the event loop: a millisecond's work or so. */
const TURN_PIECES = 2;

/**
 * Writes an export as files: one as it is, or compressed; or, where that is still too large, what has no time of its
 * own in one, and hours and days by year, or month, each in one of its own. Every one is a whole JSON document.
 * @throws `EXPORT_TOO_LARGE` when a month does not fit
 */
export async function exportFiles(
  clock: Clock,
  data: UserData,
  names: ExportNames,
  maxBytes: number,
): Promise<readonly ExportFile[]> {
  const fitting = (part: Part): Promise<ExportFile | null> => fileOf(clock, data, names, part, maxBytes);
  const whole = await fitting("all");
  if (whole) return [whole];
  const files = [required(await fitting("totals"), "totals")];
  for (const year of yearsOf(data)) {
    const file = await fitting(year);
    if (file) files.push(file);
    else for (const month of monthsOf(data, year)) files.push(required(await fitting(month), month.name));
  }
  return files;
}

async function fileOf(
  clock: Clock,
  data: UserData,
  names: ExportNames,
  part: Part,
  maxBytes: number,
): Promise<ExportFile | null> {
  const suffix = typeof part === "string" ? (part === "all" ? "" : `-${part}`) : `-${part.name}`;
  const name = `guildstats-${data.userId}${suffix}.json`;
  const text = (): AsyncGenerator<Buffer, void, void> => inTurns(clock, exportText(data, part, names));
  const plain = await collected(text(), maxBytes);
  if (plain) return { name, data: plain };
  const compressed = await collected(Readable.from(text()).pipe(createGzip()), maxBytes);
  return compressed && { name: `${name}.gz`, data: compressed };
}

async function* inTurns(clock: Clock, pieces: Iterable<string>): AsyncGenerator<Buffer, void, void> {
  let count = 0;
  for (const piece of pieces) {
    if (++count % TURN_PIECES === 0) await clock.turn();
    if (piece !== "") yield Buffer.from(piece);
  }
}

/** `null` as soon as it is too large. */
async function collected(chunks: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer | null> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    kept.push(chunk);
  }
  return Buffer.concat(kept);
}

function required(file: ExportFile | null, part: string): ExportFile {
  if (file) return file;
  throw new GuildStatsError("EXPORT_TOO_LARGE", `the part ${part} of the export does not fit one file`, {
    details: { part },
  });
}

/** The calendar years (UTC) in which anything was counted, by hour or by day. */
function yearsOf(data: UserData): Range[] {
  return rangesOf(
    data,
    (ms) => new Date(ms).toISOString().slice(0, 4),
    (name) => [Date.UTC(Number(name), 0), Date.UTC(Number(name) + 1, 0)],
  );
}

function monthsOf(data: UserData, year: Range): Range[] {
  const months = rangesOf(
    data,
    (ms) => new Date(ms).toISOString().slice(0, 7),
    (name) => {
      const [of, month] = [Number(name.slice(0, 4)), Number(name.slice(5))];
      return [Date.UTC(of, month - 1), Date.UTC(of, month)];
    },
  );
  return months.filter(({ fromMs }) => fromMs >= year.fromMs && fromMs < year.untilMs);
}

function rangesOf(
  { guilds }: UserData,
  nameOf: (ms: number) => string,
  boundsOf: (name: string) => readonly [fromMs: number, untilMs: number],
): Range[] {
  // By day: a text for each of many hours would take long.
  const days = new Set<number>();
  for (const { hourly, daily } of guilds) {
    for (const hour of hourly.time) days.add(Math.floor((hour * HOUR_MS) / DAY_MS));
    for (const day of daily.time) days.add(day);
  }
  const names = new Set(Array.from(days, (day) => nameOf(day * DAY_MS)));
  return [...names].sort().map((name) => {
    const [fromMs, untilMs] = boundsOf(name);
    return { name, fromMs, untilMs };
  });
}
