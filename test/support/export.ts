import { gunzipSync } from "node:zlib";
import { z } from "zod";

const row = z.object({
  place: z.string(),
  kind: z.enum(["channel", "thread", "activity"]),
  name: z.string().nullable(),
  parent: z.string().optional(),
  messages: z.int(),
  durationMs: z.int(),
  voiceState: z.array(z.string()).optional(),
  voiceStateBits: z.int().optional(),
});
const instant = z.iso.datetime().nullable();

const exported = z.strictObject({
  readme: z.array(z.string()).min(5),
  schemaVersion: z.literal(1),
  file: z.int().positive(),
  userId: z.string(),
  createdAt: z.iso.datetime(),
  createdMs: z.int(),
  optedOut: z.strictObject({ byYou: z.boolean(), byTheBotsOwner: z.boolean() }).optional(),
  waitingMessages: z.int().optional(),
  servers: z.array(
    z.strictObject({
      guildId: z.string(),
      name: z.string().nullable(),
      since: instant.optional(),
      sinceMs: z.int().nullable().optional(),
      isBot: z.boolean().optional(),
      openVoice: z.looseObject({ place: z.string(), name: z.string().nullable() }).nullable().optional(),
      openActivities: z
        .array(z.looseObject({ place: z.string(), uncountedSinceMs: z.int().nullable() }))
        .optional(),
      totals: z.array(row.strict()).optional(),
      days: z.array(row.extend({ day: z.iso.date() }).strict()).optional(),
      hours: z.array(row.extend({ hour: z.iso.datetime(), hourIndex: z.int() }).strict()).optional(),
    }),
  ),
  importedFromRed: z
    .array(
      z.looseObject({
        kind: z.string(),
        id: z.string(),
        totals: z.array(z.object({ place: z.string(), messages: z.int(), durationMs: z.int() })),
        hours: z.array(z.object({ hourIndex: z.int(), messages: z.int(), durationMs: z.int() })),
      }),
    )
    .optional(),
});

export type Exported = z.output<typeof exported>;

/** A file of an export, read as its user would; throws when it is not what the readme says. */
export function readExport({ name, data }: { readonly name: string; readonly data: Buffer }): Exported {
  const text = name.endsWith(".gz") ? gunzipSync(data) : data;
  return exported.parse(JSON.parse(text.toString("utf8")));
}
