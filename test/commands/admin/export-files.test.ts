import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExportFiles, MOST_FILES } from "../../../src/commands/admin/export-files.ts";
import {
  CSV,
  csvOf,
  type ExportRecord,
  jsonFormat,
  jsonOf,
} from "../../../src/commands/admin/export-rows.ts";
import type { ExportFile } from "../../../src/privacy/export-files.ts";

const RECORD: ExportRecord = {
  part: "lifetime",
  time: "",
  kind: "channel",
  place_id: "10",
  place_name: "general",
  parent_id: "",
  member_id: "20",
  member_name: "Ada",
  bot: false,
  voice_states: "",
  messages: 3,
  duration_ms: 0,
};

const named = (member_name: string): ExportRecord => ({ ...RECORD, member_name });
const textOf = ({ name, data }: ExportFile): string =>
  (name.endsWith(".gz") ? gunzipSync(data) : data).toString("utf8");

/** Reads CSV as RFC 4180 has it; what is not of it throws. */
function cells(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy)) {
    row.push(quoted?.replaceAll('""', '"') ?? bare ?? "");
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** Names that cannot be compressed, so that sizes are large. */
const noise = (index: number): string => createHash("sha512").update(String(index)).digest("base64");

async function packed(limitBytes: number, records: number): Promise<readonly ExportFile[] | null> {
  const files = new ExportFiles("export", jsonFormat("1"), limitBytes);
  for (let index = 0; index < records; index += 20) {
    const page = Array.from({ length: Math.min(20, records - index) }, (_, each) =>
      named(noise(index + each)),
    );
    if (!(await files.add(jsonOf(page)))) return null;
  }
  return await files.finish();
}

const namesIn = (files: readonly ExportFile[]): string[] =>
  files.flatMap((file) => {
    const document: { readonly rows: readonly ExportRecord[] } = JSON.parse(textOf(file));
    return document.rows.map(({ member_name }) => member_name);
  });

describe("an export's CSV", () => {
  test("gives every name back, whatever is in it, but for the mark that keeps formulas from being any", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (names) => {
        const [header, ...rows] = cells(CSV.head(1) + csvOf(names.map(named)));
        expect(header).toContain("member_name");
        expect(rows.map((row) => row[7]?.replace(/^'/, ""))).toEqual(
          names.map((name) => name.replace(/^'/, "")),
        );
      }),
    );
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u200B=1", "＝1", "\0=1"])(
    "%j is no formula",
    (name) => {
      const [row] = cells(csvOf([named(name)]));
      expect(row?.[7]).toBe(`'${name}`);
    },
  );
});

describe("an export's files", () => {
  test("are one as it is, when that fits", async () => {
    const files = await packed(1_000_000, 100);
    expect(files?.map(({ name }) => name)).toEqual(["export.json"]);
    expect(namesIn(files ?? [])).toEqual(Array.from({ length: 100 }, (_, index) => noise(index)));
  });

  test("are one that is compressed, when only that fits", async () => {
    const files = await packed(40_000, 200);
    expect(files?.map(({ name }) => name)).toEqual(["export.json.gz"]);
    expect(namesIn(files ?? [])).toEqual(Array.from({ length: 200 }, (_, index) => noise(index)));
  });

  test("are several else: each within the limit, each a document, all rows in order and once", async () => {
    const files = (await packed(40_000, 1_500)) ?? [];
    expect(files.length).toBeGreaterThan(2);
    expect(files[1]?.name).toBe("export-2.json.gz");
    for (const { data } of files) expect(data.length).toBeLessThanOrEqual(40_000);
    expect(namesIn(files)).toEqual(Array.from({ length: 1_500 }, (_, index) => noise(index)));
  });

  test("are never more than Discord takes: then there is none", async () => {
    expect(await packed(20_000, 5_000)).toBeNull();
    expect(MOST_FILES).toBe(10);
  });

  test("are a document without rows, when there are none", async () => {
    const [file] = await new ExportFiles("export", jsonFormat("1"), 1_000).finish();
    expect(file && JSON.parse(textOf(file))).toEqual({ guildId: "1", file: 1, rows: [] });
  });
});
