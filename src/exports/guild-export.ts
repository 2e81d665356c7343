import { type Clock, Pace } from "../clock.ts";
import type { Snowflake } from "../snowflake.ts";
import { EXPORT_PARTS, type ExportRow, type Store } from "../store/store.ts";
import { type ExportFile, ExportFiles } from "./export-files.ts";
import { type AboutGuild, type GuildExportFormat, readmeOf, recordOf, rowFormat } from "./guild-rows.ts";

/** Rows that are read in one piece: a millisecond or so of the event loop, most of it for reading the answer. */
const PAGE_ROWS = 250;
/** Rows that are written down in one piece. */
const PIECE_ROWS = 50;

/** Names as of now; `null`: unknown. */
export interface GuildNames {
  /** Finds out, within bounds, the names of those in some rows. */
  ask(rows: readonly ExportRow[]): Promise<void>;
  member(userId: Snowflake): string | null;
  /** `null`: it is gone, and the name stands that is stored; `""`: the reader cannot see it. */
  place(row: Pick<ExportRow, "placeId" | "parentId">): string | null;
}

/** Who is erased while an export is made. */
export interface ErasedMeanwhile {
  readonly userIds: Set<Snowflake>;
  /** How many were erased by other processes, which do not tell who it is. */
  strangers: number;
}

export interface GuildExportRequest {
  readonly about: AboutGuild;
  readonly format: GuildExportFormat;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly names: GuildNames;
  readonly erased: ErasedMeanwhile;
}

export interface GuildExport {
  readonly files: readonly ExportFile[];
  /** What explains them, where they cannot do so themselves. */
  readonly beside: readonly ExportFile[];
  readonly rows: number;
}

/**
 * All counts of a guild as files: every row once, each as it was when its page was read. When rows are moved meanwhile
 * (into days, or to another channel) or purged, or someone is erased whose rows are, or may be, in it, it is made anew.
 * @throws `EXPORT_TOO_LARGE`, `STORE_*`
 */
export async function guildExport(
  store: Pick<Store, "exportPage">,
  clock: Clock,
  request: GuildExportRequest,
): Promise<GuildExport> {
  for (;;) {
    const made = await exportOnce(store, clock, request);
    if (made !== null) return made;
  }
}

/** @returns `null` when it has to be made anew */
async function exportOnce(
  store: Pick<Store, "exportPage">,
  clock: Clock,
  { about, format, maxFileBytes, maxFiles, names, erased }: GuildExportRequest,
): Promise<GuildExport | null> {
  const { guildId } = about;
  const [erasedBefore, strangersBefore] = [new Set(erased.userIds), erased.strangers];
  const seen = new Set<Snowflake>();
  const name = `guildstats-${guildId}`;
  using files = new ExportFiles(clock, { name, extension: format, maxFileBytes, maxFiles });
  const { frame, row } = rowFormat(format, about);
  await files.add({ within: [frame], records: [] });
  const pace = new Pace(clock);
  let count = 0;
  let rewrites: number | null = null;
  for (const part of EXPORT_PARTS) {
    let after = null;
    do {
      const page = await store.exportPage(guildId, part, after, PAGE_ROWS);
      rewrites ??= page.rewrites;
      if (page.rewrites !== rewrites) return null;
      await names.ask(page.rows);
      for (let from = 0; from < page.rows.length; from += PIECE_ROWS) {
        await pace.turnIfDue();
        const rows = page.rows.slice(from, from + PIECE_ROWS);
        for (const { userId } of rows) seen.add(userId);
        const records = rows.map((each) =>
          row(recordOf(part, each, { place: names.place(each), member: names.member(each.userId) })),
        );
        await files.add({ within: [frame], records });
      }
      count += page.rows.length;
      after = page.next;
    } while (after !== null);
  }
  const packed = await files.finish();
  if (erased.strangers !== strangersBefore) return null;
  if ([...erased.userIds].some((userId) => !erasedBefore.has(userId) && seen.has(userId))) return null;
  const readme = { name: `${name}-readme.txt`, data: Buffer.from(`${readmeOf(about).join("\n\n")}\n`) };
  return { files: packed, beside: format === "csv" ? [readme] : [], rows: count };
}
