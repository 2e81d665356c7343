import { readFileSync } from "node:fs";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { type GuildStatsOptions, type OptionsInput, optionFields } from "../../src/options.ts";

/** An option as JSON Schema tells it; what has no JSON (a store, a clock, a logger) has no bounds. */
const described = z.object({
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxItems: z.number().optional(),
  enum: z.array(z.string()).optional(),
  get anyOf() {
    return z.array(described).optional();
  },
  get properties() {
    return z.record(z.string(), described).optional();
  },
});
type Described = z.infer<typeof described>;

const UNITS = { Ms: "ms", Bytes: "bytes", Days: "days", Rows: "rows" };

function optionsOf({ properties = {} }: Described, prefix = ""): [name: string, option: Described][] {
  return Object.entries(properties).flatMap(([name, option]) =>
    option.properties ? optionsOf(option, `${name}.`) : [[prefix + name, option] as const],
  );
}

/** How the table writes a value. */
function written(value: unknown): string {
  if (typeof value === "number") return value.toLocaleString("en");
  return `\`${JSON.stringify(value)?.replaceAll(",", ", ")}\``;
}

/** What of its bounds must be in the table. */
function boundsOf({ minimum, maximum, maxItems, anyOf = [], ...option }: Described): string[] {
  return [
    ...(minimum !== undefined && maximum !== undefined ? [`${written(minimum)} to ${written(maximum)}`] : []),
    ...(maxItems === undefined ? [] : [`at most ${maxItems}`]),
    ...(option.enum ?? []).map(written),
    ...anyOf.flatMap(boundsOf),
    ...(option.default === null ? ["or `null`"] : []),
  ];
}

const rows = new Map(
  [
    ...(readFileSync(new URL("../../docs/options.md", import.meta.url), "utf8")
      .split("\n## ")[0]
      ?.matchAll(/^\| `(\S+)` \| (.*?) \| (.*?) \| (.*?) \|/gm) ?? []),
  ].map(([, name = "", byDefault = "", bounds = "", unit = ""]) => [name, { byDefault, bounds, unit }]),
);
const options = optionsOf(
  described.parse(z.toJSONSchema(optionFields, { io: "input", unrepresentable: "any" })),
);

test("docs/options.md has every option, in the code's order, and no other", () => {
  expect([...rows.keys()]).toEqual(options.map(([name]) => name));
});

test.each(options)("docs/options.md tells default, bounds and unit of %s as they are", (name, option) => {
  const row = rows.get(name);
  for (const bound of boundsOf(option)) expect(row?.bounds).toContain(bound);
  const isPlain = ["store", "clock", "logger"].includes(name);
  if (!isPlain) expect(row?.byDefault.replace(/ \(.*\)$/, "")).toBe(written(option.default));
  const suffix = Object.entries(UNITS).find(([ending]) => name.endsWith(ending));
  if (suffix) expect(row?.unit).toBe(suffix[1]);
});

test("what an editor shows of the options is what the code takes", () => {
  expectTypeOf<GuildStatsOptions>().toEqualTypeOf<OptionsInput>();
});
