import fc from "fast-check";
import { parse } from "lossless-json";
import { describe, expect, test } from "vitest";
import { GuildStatsError } from "../../src/errors.ts";
import { type JsonPath, pathText } from "../../src/red/json-path.ts";
import { readRedSettings } from "../../src/red/red-import.ts";
import { redChannel, redGlobal, redGuild, redMember } from "../../src/red/red-schema.ts";
import { COG, RedCog, written } from "./red-cog.ts";

const NOW_MS = 1_760_000_000_000;

function refusal(text: string): GuildStatsError {
  try {
    readRedSettings(text, NOW_MS);
  } catch (thrown) {
    if (thrown instanceof GuildStatsError) return thrown;
    throw thrown;
  }
  throw new Error("the file was accepted");
}

/** A file in which every field of the cog holds something. */
function fullFile(): RedCog {
  const cog = new RedCog();
  cog.file.GLOBAL.ignored_users.push(987654321098765437n);
  cog.file.GUILD["1029384756102938475"] = {
    enabled: true,
    ignored_categories: [1029384756102938479n],
    ignored_channels: [1129384756102938475n, 1129384756102938477n],
    ignored_activities: ["Spotify"],
  };
  cog.message("1129384756102938475", "987654321098765433", 1_759_000_000);
  cog.message("1129384756102938475", "987654321098765433", 1_759_000_001);
  cog.message("1129384756102938475", "987654321098765435", 1_759_000_002, true);
  cog.voice("1129384756102938477", "987654321098765433", 1_759_000_000, 1_759_000_900, {
    keptInterval: true,
  });
  cog.activity("1029384756102938475", "987654321098765433", "Visual Studio Code", 900);
  return cog;
}

interface Leaf {
  readonly path: JsonPath;
  readonly value: unknown;
}

function leaves(value: unknown, path: JsonPath = []): Leaf[] {
  if (typeof value !== "object" || value === null) return [{ path, value }];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, child]) => leaves(child, [...path, key]));
}

function replaced(value: unknown, [key, ...rest]: JsonPath, leaf: unknown): unknown {
  if (key === undefined) return leaf;
  if (Array.isArray(value)) return value.map((item, at) => (at === key ? replaced(item, rest, leaf) : item));
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, child]) => [
      name,
      name === key ? replaced(child, rest, leaf) : child,
    ]),
  );
}

/** Values that may not stand where `value` does. */
function wrongFor(value: unknown): unknown[] {
  const never = [{}, [], 1.5, -1];
  if (typeof value === "boolean") return [...never, "true", 1, 0];
  if (typeof value === "string") return [...never, null, true, 5];
  return [...never, true, "a", "", 12345678901234567890n];
}

describe("a broken settings.json", () => {
  const json = parse(fullFile().text(), undefined, (digits) =>
    digits.length > 15 ? BigInt(digits) : Number(digits),
  );
  const allLeaves = leaves(json);

  test("the file with every field filled is sound", () => {
    expect(readRedSettings(written(json), NOW_MS).contradictions).toEqual([]);
    const fields = [redGlobal, redGuild, redChannel, redMember].flatMap(({ shape }) => Object.keys(shape));
    expect(fields.filter((field) => !allLeaves.some(({ path }) => path.includes(field)))).toEqual([]);
  });

  test("one leaf of a wrong type is reported under that leaf's path", () => {
    const mutation = fc
      .constantFrom(...allLeaves)
      .chain(({ path, value }) =>
        fc.record({ path: fc.constant(path), wrong: fc.constantFrom(...wrongFor(value)) }),
      );
    fc.assert(
      fc.property(mutation, ({ path, wrong }) => {
        const error = refusal(written(replaced(json, path, wrong)));
        expect(error.code).toBe("IMPORT_INVALID");
        expect(error.details["path"]).toBe(pathText(path));
        expect(error.message.startsWith(`${pathText(path)}: must `)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    [
      '{"CHANNEL": {"123": {"total_messages_members": {"77": "a"}}}}',
      '260.CHANNEL.123.total_messages_members.77: must be a whole number, got "a"',
    ],
    [
      '{"CHANNEL": {"123": {"total_messages_members": {"x": 1}}}}',
      '260.CHANNEL.123.total_messages_members.x: must be a Discord id, got "x"',
    ],
    [
      '{"TEXTCHANNEL": {"123": {"total_messages": -4}}}',
      "260.TEXTCHANNEL.123.total_messages: must not be negative, got -4",
    ],
    [
      '{"TEXTCHANNEL": {"123": {"total_voice": 100000000000000000000}}}',
      "260.TEXTCHANNEL.123.total_voice: must be at most 1000000000000, got 100000000000000000000",
    ],
    [
      '{"TEXTCHANNEL": {"123": {"messages": {"77": [1, 2, 3.5]}}}}',
      "260.TEXTCHANNEL.123.messages.77.2: must be a whole number, got 3.5",
    ],
    [
      '{"TEXTCHANNEL": {"123": {"voice": {"77": [[1]]}}}}',
      "260.TEXTCHANNEL.123.voice.77.0: must be a list of a start and an end, got a list",
    ],
    ['{"TEXTCHANNEL": {"123": []}}', "260.TEXTCHANNEL.123: must be an object, got a list"],
    ['{"TEXTCHANNEL": {"general": {}}}', '260.TEXTCHANNEL.general: must be a Discord id, got "general"'],
    [
      '{"GUILD": {"9": {"ignored_channels": {}}}}',
      "260.GUILD.9.ignored_channels: must be a list, got an object",
    ],
    [
      '{"MEMBER": {"9": {"7": {"total_activities_times": {"a b": null}}}}}',
      '260.MEMBER.9.7.total_activities_times["a b"]: must be a whole number, got null',
    ],
    ['{"TEXTCHANNEL": {"5": {}}, "CHANNEL": {"5": {}}}', "260.CHANNEL.5: is also under TEXTCHANNEL"],
    ["[]", "260: must be an object, got a list"],
    ['{"USER": {}}', "260: holds nothing that the cog writes"],
  ])("%s is refused by its path", (section, message) => {
    const error = refusal(`{"260": ${section}}`);
    expect(error.code).toBe("IMPORT_INVALID");
    expect(error.message).toBe(message);
    expect(message.startsWith(`${error.details["path"]}: `)).toBe(true);
  });

  test.each([
    ["", "the file is not JSON"],
    ['{"260": {"GLOBAL": {"default_state": true', "the file is not JSON"],
    ['{"260": {"GLOBAL": {"default_state": true, "default_state": false}}}', "Duplicate key 'default_state'"],
    ["[".repeat(100_000), "the file is not JSON"],
    ["[]", "must be an object, got a list"],
    ["{}", "the file is empty"],
    ['{"1": {}, "2": {}}', `none of the identifiers 1, 2 is the cog's, ${COG}`],
  ])("text %# is refused as a whole", (text, message) => {
    const error = refusal(text);
    expect(error.code).toBe("IMPORT_INVALID");
    expect(error.message).toContain(message);
  });

  test("several broken places are all listed", () => {
    const section = { TEXTCHANNEL: { "1": { total_voice: "a", messages: { "2": 5 } } } };
    const error = refusal(written({ "260": section }));
    expect(error.message).toContain("(and 1 more)");
    expect(error.details["problems"]).toMatchObject([
      { path: "260.TEXTCHANNEL.1.messages.2", problem: "must be a list, got 5" },
      { path: "260.TEXTCHANNEL.1.total_voice", problem: 'must be a whole number, got "a"' },
    ]);
  });
});
