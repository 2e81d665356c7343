import { gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { hourOf } from "../src/clock.ts";
import type { ExportFile } from "../src/exports/export-files.ts";
import { guildExport } from "../src/exports/guild-export.ts";
import { type GuildExportFormat, recordOf, rowFormat } from "../src/exports/guild-rows.ts";
import { Privacy } from "../src/privacy/privacy.ts";
import { EXPORT_PARTS, type ExportPart, type ExportRow, type Store } from "../src/store/store.ts";
import { batchOf } from "../test/store/batches.ts";
import { type Watch, watched } from "./event-loop.ts";
import type { Bench, Figure } from "./figure.ts";
import { referenceFile } from "./files.ts";
import { BENCH_CLOCK, startPlugin } from "./plugin.ts";
import { GUILD, NOW_MS, referenceContext } from "./reference-guild.ts";
import { spreadOf } from "./rounds.ts";

const RUNS = 9;
const WARM_UPS = 2;
/** The baseline stops the loop for seconds, in which nothing varies much. */
const BASELINE_RUNS = 3;
const MAX_FILE_BYTES = 10 * 1024 * 1024;
/** Of one member, by hour: a dozen channels at every hour of three years. */
const MEMBER_ROWS = 300_000;
const MEMBER_CHANNELS = 12;
const BATCH_ROWS = 10_000;

const { guildId } = GUILD;
const about = { guildId, guildName: "The reference guild 🌌", timeZone: "Europe/Berlin", createdMs: NOW_MS };
const names = referenceContext("https://cdn.invalid").names;

/** What reading everything, writing it down and compressing it does to the event loop. */
export const exports: Bench = {
  name: "exports",
  title: "Exports",
  async run(): Promise<Figure[]> {
    const file = await referenceFile();
    const reading = new Database(file, { readonly: true });
    const figures: Figure[] = [];
    let store: Store | null = null;
    await using plugin = await startPlugin(file, {
      watch: (given) => {
        store = given;
        return given;
      },
    });
    const opened: Store = required(store);
    for (const format of ["csv", "json"] as const) {
      let rows = 0;
      const measured = await repeated(async () => {
        const made = await guildExport(opened, BENCH_CLOCK, {
          about,
          format,
          maxFileBytes: MAX_FILE_BYTES,
          maxFiles: 10,
          names: {
            ask: async () => undefined,
            member: (id) => names.member(id).name,
            place: ({ placeId }) => names.channel(placeId).name,
          },
          erased: { userIds: new Set(), strangers: 0 },
        });
        rows = made.rows;
        return made.files;
      });
      const beside = await baseline(() => guildAtOnce(reading, format));
      figures.push(
        ...figuresOf(
          `the guild as ${format.toUpperCase()}`,
          `${rows.toLocaleString("en")} rows`,
          measured,
          beside,
        ),
      );
    }
    reading.close();

    const member = GUILD.members[0]?.id ?? "";
    await writeMember(opened, member);
    const privacy = new Privacy(
      plugin.counter,
      opened,
      BENCH_CLOCK,
      { guild: () => about.guildName, channels: async () => (id) => names.channel(id).name },
      { forgotten: () => undefined, anew: () => undefined, failed: () => undefined },
    );
    const measured = await repeated(() => privacy.export(member, { maxFileBytes: MAX_FILE_BYTES }));
    const again = new Database(file, { readonly: true });
    const beside = await baseline(() => memberAtOnce(again, member));
    again.close();
    const rows = `${MEMBER_ROWS.toLocaleString("en")} rows of the member and more beside those of all others`;
    figures.push(...figuresOf("everything about a member", rows, measured, beside));
    return figures;
  },
};

interface Measured {
  readonly runs: readonly Watch[];
  readonly idle: readonly Watch[];
  readonly files: readonly ExportFile[];
}

async function repeated(make: () => Promise<readonly ExportFile[]>): Promise<Measured> {
  const runs: Watch[] = [];
  const idle: Watch[] = [];
  let files: readonly ExportFile[] = [];
  for (let run = 0; run < WARM_UPS + RUNS; run++) {
    globalThis.gc?.();
    const seen = await watched(async () => {
      files = await make();
    });
    // The same watch while nothing happens: what the machine itself adds.
    const quiet = await watched(() => new Promise((resolve) => setTimeout(resolve, 1_000)));
    if (run < WARM_UPS) continue;
    runs.push(seen);
    idle.push(quiet);
  }
  return { runs, idle, files };
}

async function baseline(make: () => void): Promise<readonly Watch[]> {
  const runs: Watch[] = [];
  for (let run = 0; run < BASELINE_RUNS; run++) {
    globalThis.gc?.();
    runs.push(await watched(async () => make()));
  }
  return runs;
}

function figuresOf(
  what: string,
  rows: string,
  { runs, idle, files }: Measured,
  beside: readonly Watch[],
): Figure[] {
  const blocks = spreadOf(runs.map(({ longestMs }) => longestMs));
  const quiet = spreadOf(idle.map(({ longestMs }) => longestMs));
  const own = spreadOf(runs.flatMap(({ longestOwnCpuMs }) => longestOwnCpuMs ?? []));
  const total = (of: readonly Watch[]): number => spreadOf(of.map(({ totalMs }) => totalMs)).median;
  return [
    {
      what: `${what}: longest block of the event loop`,
      value: blocks.median,
      unit: "ms",
      baseline: { what: "all at once", value: spreadOf(beside.map(({ longestMs }) => longestMs)).median },
      goal: { kind: "at-most", value: 10 },
      note: `${rows}; of ${RUNS} runs the best ${blocks.smallest.toFixed(1)} ms, the worst ${blocks.largest.toFixed(1)} ms; a second of an idle loop ${quiet.median.toFixed(1)} ms, at worst ${quiet.largest.toFixed(1)} ms`,
    },
    {
      what: `${what}: most processor time of the loop's thread between two turns`,
      value: own.median,
      unit: "ms",
      goal: { kind: "at-most", value: 10 },
      note: `the same without what other programs took, to some 4 ms, where Linux tells it; of ${RUNS} runs the least ${own.smallest.toFixed(1)} ms, the most ${own.largest.toFixed(1)} ms`,
    },
    {
      what: `${what}: the whole of it`,
      value: total(runs),
      unit: "ms",
      baseline: { what: "all at once", value: total(beside) },
      note: files
        .map(
          ({ name, data }) =>
            `${(data.byteLength / 1e6).toFixed(1)} MB${name.endsWith(".gz") ? ", compressed" : ""}`,
        )
        .join("; "),
    },
  ];
}

const ROWS: Readonly<Record<ExportPart, string>> = { lifetime: "0", daily: "t.day", hourly: "t.hour" };
const COLUMNS = `CAST(place.id AS TEXT) AS placeId, CAST(place.parent AS TEXT) AS parentId, place.name AS placeName,
  CAST(member.id AS TEXT) AS userId, member.bot, t.state, t.messages, t.duration_ms AS durationMs`;

function guildAtOnce(database: Database.Database, format: GuildExportFormat): void {
  const { frame, row } = rowFormat(format, about);
  const rows = EXPORT_PARTS.flatMap((part) =>
    database
      .prepare<[bigint], ExportRow>(
        `SELECT ${ROWS[part]} AS at, ${COLUMNS} FROM ${part} AS t JOIN place ON place.guild = t.guild AND place.key = t.place
         JOIN member ON member.guild = t.guild AND member.key = t.member WHERE t.guild = (SELECT key FROM guild WHERE id = ?)`,
      )
      .all(BigInt(guildId))
      .map((each) =>
        row(
          recordOf(part, each, {
            place: names.channel(each.placeId).name,
            member: names.member(each.userId).name,
          }),
        ),
      ),
  );
  gzipSync(frame.open(1, false) + rows.join(frame.between) + frame.close);
}

function memberAtOnce(database: Database.Database, userId: string): void {
  const parts = EXPORT_PARTS.map((part) => [
    part,
    database
      .prepare<[bigint], ExportRow>(
        `SELECT ${ROWS[part]} AS at, ${COLUMNS} FROM ${part} AS t JOIN place ON place.guild = t.guild AND place.key = t.place
         JOIN member ON member.guild = t.guild AND member.key = t.member WHERE member.id = ?`,
      )
      .all(BigInt(userId))
      .map((each) => ({ ...each, name: names.channel(each.placeId).name })),
  ]);
  gzipSync(JSON.stringify(Object.fromEntries(parts), null, 1));
}

async function writeMember(store: Store, member: string): Promise<void> {
  const now = hourOf(NOW_MS);
  for (let from = 0; from < MEMBER_ROWS; from += BATCH_ROWS) {
    const rows = Array.from({ length: BATCH_ROWS }, (_, index) => ({
      guild: guildId,
      hour: now - Math.floor((from + index) / MEMBER_CHANNELS),
      place: GUILD.textChannels[(from + index) % MEMBER_CHANNELS] ?? "",
      member,
      messages: 1 + ((from + index) % 7),
    }));
    await store.apply(batchOf("a loud member", from / BATCH_ROWS + 1, rows));
  }
}

function required(store: Store | null): Store {
  if (store === null) throw new Error("the plugin has no store");
  return store;
}
