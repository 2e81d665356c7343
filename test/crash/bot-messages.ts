import { z } from "zod";

/** What an erasure asks of the store, in its order. */
export const ERASURE_CALLS = ["addOptOut", "setRulesSinceMs", "forget", "eraseGuild"] as const;

/** Ways to be erased. */
export const ERASURES = ["forget", "forget here", "opt out", "ignore"] as const;

/** What the bot's process is asked for while it lives. */
export const request = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("flush") }),
  /** Closes all gaps, then writes what is dirty. */
  z.object({ kind: z.literal("settle") }),
  z.object({
    kind: z.literal("erase"),
    how: z.enum(ERASURES),
    userId: z.string(),
    guildId: z.string(),
  }),
]);
export type Request = z.infer<typeof request>;

/** What the bot's process is told to begin with. */
export const beginning = z.object({
  file: z.string(),
  /** Of the loopback Discord, which outlives the bot. */
  address: z.string(),
  token: z.string(),
  /** The bot kills itself right before its write of this number, or right after it; 0: never. */
  dieAtBatch: z.number().int(),
  dieWhen: z.enum(["before", "after"]),
  /** The bot kills itself right before or after the store does this for an erasure, or so many turns after it began. */
  dieAtCall: z
    .object({
      call: z.enum(ERASURE_CALLS),
      when: z.union([z.enum(["before", "after"]), z.number().int()]),
    })
    .nullable(),
  leftGuildGraceDays: z.number(),
});
export type Beginning = z.infer<typeof beginning>;

/** What the bot's process tells. Instants are Unix milliseconds of the clock that both processes share. */
export const report = z.discriminatedUnion("kind", [
  /** Its code is loaded, and it waits for its beginning. */
  z.object({ kind: z.literal("loaded") }),
  z.object({ kind: z.literal("starting") }),
  z.object({ kind: z.literal("ready") }),
  z.object({ kind: z.literal("batch") }),
  /** All batches of a flush were written: nothing is missing that was heard before this instant. */
  z.object({ kind: z.literal("flush"), cutAtMs: z.number() }),
  /** The guild's gaps are closed. */
  z.object({ kind: z.literal("recovered"), guildId: z.string(), isComplete: z.boolean() }),
  /** The flush that was asked for is done, whether it had to write or not. */
  z.object({ kind: z.literal("flushed on request") }),
  /** The erasure that was asked for is done. */
  z.object({ kind: z.literal("erased") }),
  z.object({ kind: z.literal("guild erased"), guildId: z.string() }),
  z.object({ kind: z.literal("failure"), message: z.string() }),
]);
export type Report = z.infer<typeof report>;
