import { GuildStatsError } from "../../errors.ts";
import type { CopyProgress, CopySide, CopyTarget, Totals } from "./copy-side.ts";
import { markOf, pages } from "./mark.ts";
import { MADE_BY_A_START, SECTIONS } from "./sections.ts";
import { type Comparison, type Verification, verify } from "./verify.ts";

/** Rows that travel together: about a megabyte. */
const PAGE_ROWS = 5_000;

/** What is told of a copy while it runs. */
export interface CopyReport {
  readonly section: string;
  /** In the target, of all sections; also what an earlier run wrote. */
  readonly rows: number;
  readonly ofRows: number;
}

export interface CopyOptions {
  /** Default 5,000. */
  readonly pageRows?: number;
  /** Called before the first page and after each. */
  readonly onProgress?: (report: CopyReport) => void;
}

/**
 * Copies all that a store holds into an empty database, or goes on where a copy of the same source was cut off, and
 * compares both in the end. The target is half a copy, which no store opens, until both are known to be the same.
 * @throws `COPY_REFUSED` before anything is written, `COPY_CHANGED`, `COPY_DIFFERS`, `STORE_*`
 */
export async function copy(
  source: CopySide,
  target: CopyTarget,
  { pageRows = PAGE_ROWS, onProgress = () => undefined }: CopyOptions = {},
): Promise<Verification> {
  if (source.identity === target.identity)
    throw refused(`${source.shown} and ${target.shown} are the same database`);
  if ((await source.progress()) !== null) {
    throw new GuildStatsError(
      "STORE_HALF_COPIED",
      `${source.shown} is itself half of a copy: finish that first`,
    );
  }
  const mark = await markOf(source, pageRows);
  const ofRows = await rowsOf(source);
  let progress = await begun(source, target, mark);
  onProgress({ section: progress.section, rows: progress.rows, ofRows });
  const first = SECTIONS.findIndex(({ name }) => name === progress.section);
  for (const section of SECTIONS.slice(first)) {
    const from = section.name === progress.section ? progress.after : null;
    for await (const page of pages(source, section, from, pageRows)) {
      const after = page.at(-1)?.slice(0, section.keyLength) ?? null;
      const next = { ...progress, section: section.name, after, rows: progress.rows + page.length };
      await target.write(section, page, progress, next);
      progress = next;
      onProgress({ section: section.name, rows: progress.rows, ofRows });
    }
  }
  const verification = await verify(source, target);
  // After the totals: what was written while they were read is then told from a copy that went wrong.
  if ((await markOf(source, pageRows)) !== mark) {
    throw new GuildStatsError(
      "COPY_CHANGED",
      `${source.shown} was written while it was copied: stop the bot, drop ${target.shown}, and copy again`,
    );
  }
  const { differences } = verification;
  if (differences.length > 0 || (await markOf(target, pageRows)) !== mark) {
    const what = `${target.shown} does not hold what ${source.shown} does: drop it, and copy again`;
    throw new GuildStatsError("COPY_DIFFERS", [what, ...differences.map(inWords)].join("\n"), {
      details: { differences },
    });
  }
  await target.finish();
  return verification;
}

/** The progress of a copy that is begun now, or was before. */
async function begun(source: CopySide, target: CopyTarget, mark: string): Promise<CopyProgress> {
  const before = await target.progress();
  if (before === null) {
    if (!(await isEmpty(target))) throw refused(`${target.shown} holds data already; copy into an empty one`);
    const progress: CopyProgress = { source: source.shown, mark, section: "secret", after: null, rows: 0 };
    await target.begin(progress);
    return progress;
  }
  if (before.mark === mark) return before;
  throw refused(
    `${target.shown} holds half of a copy of ${before.source}, which is another source or was written since: drop ${target.shown}, and copy again`,
  );
}

/** Whether a database holds nothing of a bot, beyond what the first start makes. */
export async function isEmpty(side: CopySide): Promise<boolean> {
  for (const section of SECTIONS) {
    if (!MADE_BY_A_START.has(section.name) && (await side.page(section, null, 1)).length > 0) return false;
  }
  return true;
}

async function rowsOf(source: CopySide): Promise<number> {
  let rows = 0;
  for (const section of SECTIONS) rows += (await source.totals(section)).rows;
  return rows;
}

function refused(message: string): GuildStatsError {
  return new GuildStatsError("COPY_REFUSED", message);
}

function inWords({ section, guildId, source, target }: Comparison): string {
  const sums = ({ rows, messages, durationMs }: Totals): string =>
    `${rows} rows, ${messages} messages, ${durationMs} ms`;
  const of = guildId === null ? "" : ` of server ${guildId}`;
  return `  ${section}${of}: ${sums(source)}; copied: ${sums(target)}`;
}
