import { z } from "zod";

/** What the bot's process is told to begin with. */
export const beginning = z.object({
  file: z.string(),
  /** Of the loopback Discord, which outlives the bot. */
  address: z.string(),
  token: z.string(),
  /** The bot kills itself right before its write of this number, or right after it; 0: never. */
  dieAtBatch: z.number().int(),
  dieWhen: z.enum(["before", "after"]),
});
export type Beginning = z.infer<typeof beginning>;

/** What the bot's process tells. Instants are Unix milliseconds of the clock that both processes share. */
export const report = z.discriminatedUnion("kind", [
  /** Its code is loaded, and it waits for its beginning. */
  z.object({ kind: z.literal("loaded") }),
  z.object({ kind: z.literal("starting") }),
  z.object({ kind: z.literal("ready") }),
  /** A batch of the cut made at this instant was written. */
  z.object({ kind: z.literal("batch"), cutAtMs: z.number() }),
  /** All batches of the cut were written. */
  z.object({ kind: z.literal("flush"), cutAtMs: z.number() }),
  /** The guild's gaps are closed. */
  z.object({ kind: z.literal("recovered"), guildId: z.string(), isComplete: z.boolean() }),
  /** The flush that was asked for is done, whether it had to write or not. */
  z.object({ kind: z.literal("flushed on request") }),
  z.object({ kind: z.literal("failure"), message: z.string() }),
]);
export type Report = z.infer<typeof report>;
