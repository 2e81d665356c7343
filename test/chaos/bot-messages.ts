import { z } from "zod";

/** Bots do not count shorter activities, milliseconds. */
export const ACTIVITY_MINIMUM_MS = 1_000;

/** What a bot's process is asked for while it lives. */
export const request = z.discriminatedUnion("kind", [
  /** Tell when every shard has its line to Discord. */
  z.object({ kind: z.literal("connect") }),
  /** Close all gaps, then write what is dirty. */
  z.object({ kind: z.literal("settle") }),
  z.object({ kind: z.literal("erase"), how: z.enum(["forget", "opt out"]), userId: z.string() }),
]);
export type Request = z.infer<typeof request>;

/** What a bot's process is told to begin with. */
export const beginning = z.object({
  /** Of the database. */
  url: z.string(),
  /** Of the loopback Discord. */
  address: z.string(),
  token: z.string(),
  shards: z.array(z.number().int()),
  shardCount: z.number().int(),
});
export type Beginning = z.infer<typeof beginning>;

/** Unix milliseconds of the clock that all processes share: something happened between the two. */
const during = { fromMs: z.number(), untilMs: z.number() };
/** "guild member" and the id of the member's session in voice. */
const seated = z.tuple([z.string(), z.string()]);
/** The same, and in which channel. */
const placed = z.tuple([z.string(), z.string(), z.string()]);
/** Activities by their ids, with Discord's start of each, if it tells one. */
const doing = z.array(z.tuple([z.string(), z.number().nullable()]));

/** What a bot's process tells. */
export const report = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("loaded") }),
  z.object({ kind: z.literal("ready") }),
  /** The plugin took an event of voice. `seat` `null`: the member left. */
  z.object({ kind: z.literal("voice"), who: z.string(), seat: placed.nullable(), ...during }),
  /** The plugin took that a member joined (1) or left (-1). */
  z.object({
    kind: z.literal("member"),
    guildId: z.string(),
    userId: z.string(),
    change: z.union([z.literal(1), z.literal(-1)]),
    ...during,
  }),
  /** The plugin took all that a member does from now on. */
  z.object({ kind: z.literal("presence"), who: z.string(), doing, ...during }),
  /** The plugin took a guild's whole list of who is in voice, and of who does what. */
  z.object({
    kind: z.literal("guild"),
    guildId: z.string(),
    present: z.array(placed),
    active: z.array(z.tuple([z.string(), doing])),
    ...during,
  }),
  /** The line to Discord was lost: nothing is heard of these guilds from then on. */
  z.object({ kind: z.literal("lost"), guildIds: z.array(z.string()), ...during }),
  /** Discord goes on telling of these guilds, and has told what was missed. */
  z.object({ kind: z.literal("resumed"), guildIds: z.array(z.string()), atMs: z.number() }),
  /** The gaps of all guilds that came are closed. */
  z.object({ kind: z.literal("caught up") }),
  /** From now on this process counts the guild, which others counted up to `settledMs`. */
  z.object({
    kind: z.literal("taken"),
    guildId: z.string(),
    settledMs: z.number().nullable(),
    atMs: z.number(),
  }),
  /** From now on, or a moment later, it does not count these: another process asked for them. */
  z.object({ kind: z.literal("leaving"), guildIds: z.array(z.string()), atMs: z.number() }),
  /** It handed this over, counted and written up to `settledMs`. */
  z.object({ kind: z.literal("released"), guildId: z.string(), settledMs: z.number() }),
  /** A batch that was cut at this instant is about to be written. */
  z.object({ kind: z.literal("sending"), cutAtMs: z.number() }),
  /** It was. */
  z.object({
    kind: z.literal("applied"),
    /** Guilds whose time it has, each up to an instant of its own: a batch may be made long after its guilds were cut. */
    settledMs: z.array(z.tuple([z.string(), z.number()])),
    opened: z.array(seated),
    closed: z.array(z.string()),
    /** Guilds of which nothing was written: another process counts them. */
    refused: z.array(z.string()),
  }),
  /** All batches of a flush were written: nothing is missing that was heard before this instant. */
  z.object({ kind: z.literal("flushed"), settledMs: z.number() }),
  z.object({ kind: z.literal("connected") }),
  z.object({ kind: z.literal("settled") }),
  /** `error` `null`: it is done. */
  z.object({ kind: z.literal("erasure"), userId: z.string(), error: z.string().nullable() }),
  z.object({ kind: z.literal("failure"), code: z.string(), message: z.string() }),
]);
export type Report = z.infer<typeof report>;
