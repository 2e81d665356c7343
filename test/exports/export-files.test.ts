import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Frame, Piece } from "../../src/exports/document.ts";
import { type ExportFile, ExportFiles } from "../../src/exports/export-files.ts";

/** A list with a name; it says which file it is in, and whether the file before has its beginning. */
const list = (name: string): Frame => ({
  open: (file, isContinued) => `["${name}",${file},${isContinued},[`,
  first: "",
  between: ",",
  close: "]]",
});

const textOf = ({ name, data }: ExportFile): string =>
  (name.endsWith(".gz") ? gunzipSync(data) : data).toString("utf8");

async function packed(
  pieces: readonly Piece[],
  maxFileBytes: number,
  maxFiles?: number,
): Promise<readonly ExportFile[]> {
  const options = { name: "export", extension: "json" as const, maxFileBytes };
  using files = new ExportFiles(systemClock, maxFiles === undefined ? options : { ...options, maxFiles });
  for (const piece of pieces) await files.add(piece);
  return await files.finish();
}

type Item = string | number | boolean | Item[];

interface Read {
  readonly path: readonly string[];
  readonly text: string;
}

/** All records of a document and the lists that they are in; and how the lists were begun. */
function readList(
  item: Item,
  path: readonly string[] = [],
): { readonly records: Read[]; readonly begun: Read[] } {
  if (!Array.isArray(item)) throw new Error("not a list");
  const [name, file, isContinued, children, ...rest] = item;
  if (!Array.isArray(children) || rest.length > 0) throw new Error("not a list");
  const here = [...path, String(name)];
  const records: Read[] = [];
  const begun: Read[] = [{ path: here, text: `${file} ${isContinued}` }];
  for (const child of children) {
    if (typeof child === "string") records.push({ path: here, text: child });
    else {
      const inner = readList(child, here);
      records.push(...inner.records);
      begun.push(...inner.begun);
    }
  }
  return { records, begun };
}

const read = (files: readonly ExportFile[]) => files.map((file) => readList(JSON.parse(textOf(file))));

/** Text that cannot be compressed much. */
const noise = (index: number): string => createHash("sha512").update(String(index)).digest("base64");
const OUTER = list("outer");
const noisy = (count: number, each = 20): Piece[] =>
  Array.from({ length: Math.ceil(count / each) }, (_, piece) => ({
    within: [OUTER],
    records: Array.from({ length: Math.min(each, count - piece * each) }, (_, at) =>
      JSON.stringify(noise(piece * each + at)),
    ),
  }));
const noises = (count: number): string[] => Array.from({ length: count }, (_, index) => noise(index));

describe("an export's files", () => {
  test("are one as it is, when that fits", async () => {
    const files = await packed(noisy(100), 1_000_000);
    expect(files.map(({ name }) => name)).toEqual(["export.json"]);
    expect(read(files).flatMap(({ records }) => records.map(({ text }) => text))).toEqual(noises(100));
  });

  test("are one that is compressed, when only that fits", async () => {
    const files = await packed(noisy(200), 16_000);
    expect(files.map(({ name }) => name)).toEqual(["export.json.gz"]);
    expect(read(files).flatMap(({ records }) => records.map(({ text }) => text))).toEqual(noises(200));
  });

  test("are never more than allowed: then there is none", async () => {
    const needed = (await packed(noisy(2_000), 20_000)).length;
    expect(needed).toBeGreaterThan(5);
    expect(await packed(noisy(2_000), 20_000, needed)).toHaveLength(needed);
    await expect(packed(noisy(2_000), 20_000, needed - 1)).rejects.toMatchObject({
      code: "EXPORT_TOO_LARGE",
    });
  });

  test("are none when one record is too large for any", async () => {
    const large = {
      within: [OUTER],
      records: ["a", noise(1).repeat(100), "b"].map((text) => JSON.stringify(text)),
    };
    await expect(packed([large], 2_000)).rejects.toMatchObject({ code: "EXPORT_TOO_LARGE" });
  });

  test("are nearly full, where there are several", async () => {
    const files = await packed(noisy(3_000), 40_000);
    for (const { data } of files.slice(0, -1)) expect(data.byteLength).toBeGreaterThan(36_000);
  });

  test("are a document without records, when there are none", async () => {
    const [file, ...others] = await packed([{ within: [OUTER, list("inner")], records: [] }], 1_000);
    expect(others).toEqual([]);
    expect(file && JSON.parse(textOf(file))).toEqual(["outer", 1, false, [["inner", 1, false, []]]]);
  });

  test("hold every record once, in order and where it belongs, whatever the limit; each is within it and whole", async () => {
    const middle = ["m0", "m1", "m2"].map(list);
    const inner = middle.map(() => ["i0", "i1"].map(list));
    const piece = fc.record({
      middle: fc.nat(2),
      inner: fc.option(fc.nat(1)),
      // Of what can be compressed, and what cannot.
      records: fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.nat(9_999).map(noise)), { maxLength: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 60 }),
        fc.integer({ min: 2_000, max: 30_000 }),
        async (given, maxFileBytes) => {
          const pieces = given.map(({ middle: at, inner: below, records }) => ({
            within: [OUTER, middle[at], ...(below === null ? [] : [inner[at]?.[below]])].filter(
              (frame) => frame !== undefined,
            ),
            records: records.map((text) => JSON.stringify(text)),
          }));
          const files = await packed([{ within: [OUTER], records: [] }, ...pieces], maxFileBytes);
          for (const { data } of files) expect(data.byteLength).toBeLessThanOrEqual(maxFileBytes);
          const documents = read(files);
          const expected = given.flatMap(({ middle: at, inner: below, records }) =>
            records.map((text) => ({
              path: ["outer", `m${at}`, ...(below === null ? [] : [`i${below}`])],
              text,
            })),
          );
          expect(documents.flatMap(({ records }) => records)).toEqual(expected);
          for (const [index, { begun }] of documents.entries()) {
            for (const { text } of begun) expect(text.startsWith(`${index + 1} `)).toBe(true);
            expect(begun[0]?.text).toBe(`${index + 1} ${index > 0}`);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test("that are as large as allowed, to the byte, are taken", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 500, max: 5_000 }), async (maxFileBytes) => {
        let largest = 0;
        for (let length = Math.max(0, maxFileBytes - 200); length <= maxFileBytes; length += 8) {
          const files = await packed(
            [{ within: [OUTER], records: [`"${"x".repeat(length)}"`] }],
            maxFileBytes,
          ).catch(() => []);
          for (const { name, data } of files) {
            expect(data.byteLength).toBeLessThanOrEqual(maxFileBytes);
            if (name === "export.json") largest = Math.max(largest, data.byteLength);
          }
        }
        // What gzip could add to it at worst is all that is given away.
        expect(largest).toBeGreaterThan(maxFileBytes - 100);
      }),
      { numRuns: 20 },
    );
  });
});
