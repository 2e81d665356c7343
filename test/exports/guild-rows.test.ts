import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/clock.ts";
import type { Frame } from "../../src/exports/document.ts";
import { type ExportRecord, readmeOf, recordOf, rowFormat } from "../../src/exports/guild-rows.ts";
import type { ExportPart, ExportRow } from "../../src/store/store.ts";
import { stateBits, VOICE_STATE_NAMES } from "../../src/voice-state.ts";
import { csvCells } from "../support/csv.ts";

const ABOUT = {
  guildId: "100000000000000001",
  guildName: 'Ada\'s "server"\n=1',
  timeZone: "Asia/Tokyo",
  createdMs: Date.UTC(2026, 2, 15, 20, 30, 5, 678),
};
const ROW: ExportRow = {
  at: 0,
  placeId: "1200000000000000001",
  parentId: null,
  placeName: null,
  userId: "1099511627776000001",
  bot: false,
  state: 0,
  messages: 3,
  durationMs: 0,
};
const UNKNOWN = { place: null, member: null };

const written = (frame: Frame, rows: readonly string[]): string =>
  frame.open(1, false) +
  rows.map((row, index) => (index === 0 ? frame.first : frame.between) + row).join("") +
  frame.close;

/** Anything: letters, marks, line ends, quotes, what begins a formula, halves of pairs. */
const anyName = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom("=", "+", "-", "@", '"', ",", "\r", "\n", "\t", " ", "'", "a", "😀", "\uD800", "\0"),
    )
    .map((parts) => parts.join("")),
);
const anyRecord: fc.Arbitrary<ExportRecord> = fc
  .record({
    part: fc.constantFrom<ExportPart>("lifetime", "daily", "hourly"),
    at: fc.nat(500_000),
    place: fc.oneof(
      fc.constant(ROW.placeId),
      anyName.map((name) => `0:${name}`),
    ),
    parentId: fc.constantFrom(null, "1200000000000000009"),
    names: fc.record({ place: fc.option(anyName), member: fc.option(anyName) }),
    placeName: fc.option(anyName),
    bot: fc.boolean(),
    state: fc.nat(1023),
    messages: fc.nat(),
    durationMs: fc.maxSafeNat(),
  })
  .map(({ part, names, place, ...row }) => recordOf(part, { ...ROW, ...row, placeId: place }, names));

describe("a record of an export", () => {
  test("tells its time: none, a day of the guild's calendar, or an hour in UTC", () => {
    expect(recordOf("lifetime", ROW, UNKNOWN).time).toBe("");
    expect(recordOf("daily", { ...ROW, at: 20_513 }, UNKNOWN).time).toBe("2026-03-01");
    expect(recordOf("hourly", { ...ROW, at: Date.UTC(2026, 2, 1, 14) / HOUR_MS }, UNKNOWN).time).toBe(
      "2026-03-01T14:00:00Z",
    );
    fc.assert(
      fc.property(fc.nat(700_000), (at) => {
        expect(Date.parse(recordOf("hourly", { ...ROW, at }, UNKNOWN).time)).toBe(at * HOUR_MS);
        const day = DateTime.fromISO(recordOf("daily", { ...ROW, at }, UNKNOWN).time, { zone: "UTC" });
        expect(day.toMillis()).toBe(at * 24 * HOUR_MS);
      }),
    );
  });

  test("has today's name of a channel, else the stored one; an activity has its own", () => {
    const names = { place: "now", member: "Ada" };
    expect(recordOf("lifetime", { ...ROW, placeName: "then" }, names)).toMatchObject({
      kind: "channel",
      place_name: "now",
      member_name: "Ada",
    });
    expect(recordOf("lifetime", { ...ROW, placeName: "then" }, UNKNOWN)).toMatchObject({
      place_name: "then",
      member_name: "",
    });
    expect(recordOf("lifetime", ROW, UNKNOWN)).toMatchObject({ place_name: "", parent_id: "" });
    expect(recordOf("lifetime", { ...ROW, placeId: "0:Chess" }, UNKNOWN)).toMatchObject({
      kind: "activity",
      place_id: "0:Chess",
      place_name: "Chess",
    });
  });

  test("names all states of a second in voice", () => {
    fc.assert(
      fc.property(fc.subarray([...VOICE_STATE_NAMES]), (states) => {
        const { voice_states } = recordOf("lifetime", { ...ROW, state: stateBits(states) }, UNKNOWN);
        expect(voice_states.split(" ").filter((name) => name !== "")).toEqual(states);
      }),
    );
  });
});

describe("an export's CSV", () => {
  const { frame, row } = rowFormat("csv", ABOUT);

  test("gives every value back, whatever is in it, but for the mark that keeps formulas from being any", () => {
    fc.assert(
      fc.property(fc.array(anyRecord), (records) => {
        const text = Buffer.from(written(frame, records.map(row))).toString("utf8");
        // Without the mark Excel takes UTF-8 for something else.
        expect(text[0]).toBe("\uFEFF");
        const [header, ...rows] = csvCells(text.slice(1));
        expect(header).toEqual(Object.keys(recordOf("lifetime", ROW, UNKNOWN)));
        expect(rows.map((cells) => cells.map((cell) => cell.replace(/^'/, "")))).toEqual(
          // In a file half a pair is no character.
          records.map((record) =>
            Object.values(record).map((value) =>
              Buffer.from(String(value)).toString("utf8").replace(/^'/, ""),
            ),
          ),
        );
      }),
    );
  });

  test("has no cell that a spreadsheet takes for a formula", () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        for (const cell of csvCells(row(record)).flat())
          expect(cell).not.toMatch(/^[\s\p{C}]*[=+\-@＝＋－＠]/u);
      }),
    );
  });

  test.each([
    "=1+1",
    "=cmd()",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u200B=1",
    "＝1",
    "\0=1",
    "\uFEFF=1",
    "\u00A0-2",
  ])("%j as a name is no formula", (name) => {
    const [cells] = csvCells(row(recordOf("lifetime", ROW, { place: null, member: name })));
    expect(cells?.[7]).toBe(`'${name}`);
  });

  test("leaves other names as they are", () => {
    for (const name of ["general", "a-b", "x = y", "日本語", "🧵", "'quoted'", "", " spaced "]) {
      const [cells] = csvCells(row(recordOf("lifetime", ROW, { place: null, member: name })));
      expect(cells?.[7]).toBe(name);
    }
  });
});

describe("an export's JSON", () => {
  test("is one document with the same records, whatever the names, and says what they are", () => {
    fc.assert(
      fc.property(fc.array(anyRecord), anyName, (records, guildName) => {
        const about = { ...ABOUT, guildName };
        const { frame, row } = rowFormat("json", about);
        const document = JSON.parse(Buffer.from(written(frame, records.map(row))).toString("utf8"));
        expect(document).toEqual({
          readme: readmeOf(about),
          schemaVersion: 1,
          guildId: ABOUT.guildId,
          guildName,
          timeZone: "Asia/Tokyo",
          createdAt: "2026-03-15T20:30:05Z",
          file: 1,
          rows: records,
        });
      }),
    );
  });
});

test("the readme of an export tells of every column, and of the time zone of its days", () => {
  const readme = readmeOf(ABOUT).join("\n");
  for (const column of Object.keys(recordOf("lifetime", ROW, UNKNOWN))) expect(readme).toContain(column);
  expect(readme).toContain(ABOUT.guildName);
  expect(readme).toContain("Asia/Tokyo");
});
