import { z } from "zod";
import { isSnowflake, type Snowflake } from "../snowflake.ts";
import { shown } from "./json-path.ts";

/**
 * What the cog `guildstats` writes through Red's Config, as zod schemas.
 *
 * Source: AAA3A-AAA3A/AAA3A-cogs, `guildstats/guildstats.py`, three of its versions: commit b2c1096 (an early one),
 * 7c62821 and 04a7a51. The keys are those of `register_global`, `register_guild`, `register_channel` and
 * `register_member`; what is written is in `save_to_config`. None of the three has a schema version or migrates:
 * - all counts are whole; all spans are whole seconds; all instants are whole Unix seconds (`int(time.timestamp())`);
 * - object keys are strings, ids included; ids in `ignored_*` lists are bare JSON numbers;
 * - only what was set is written, so that any key may be missing and then has the cog's default;
 * - `messages` lists when each message arrived. Every minute the cog drops what is older than 30 days, but at most one
 *   entry a list each time, so that a list may begin with older ones;
 * - `voice` lists `[start, end]`. Of the three only the early one wrote it; later ones lose intervals at each save;
 * - erasing a person (`red_delete_data_for_user`) takes them out of the members' objects, never out of the totals;
 * - `GUILD` and the global `default_state` came after the early version.
 */

/** Above every count and every number of seconds that can be true; keeps sums and milliseconds exact. */
const LARGEST = 1_000_000_000_000;

const wholeNumber = z.custom<number>(
  (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= LARGEST,
  { error: ({ input }) => `${wholeNumberRule(input)}, got ${shown(input)}` },
);

function wholeNumberRule(input: unknown): string {
  if (typeof input !== "bigint" && !Number.isInteger(input)) return "must be a whole number";
  return Number(input) < 0 ? "must not be negative" : `must be at most ${LARGEST}`;
}

const flag = z.boolean({ error: ({ input }) => `must be true or false, got ${shown(input)}` });

const snowflake = z.preprocess(
  (value) => (typeof value === "number" || typeof value === "bigint" ? String(value) : value),
  z.custom<Snowflake>(isSnowflake, { error: ({ input }) => `must be a Discord id, got ${shown(input)}` }),
);

const name = z.string({ error: ({ input }) => `must be a name, got ${shown(input)}` });

const mustBeList = { error: ({ input }: { input?: unknown }) => `must be a list, got ${shown(input)}` };
const mustBeObject = { error: ({ input }: { input?: unknown }) => `must be an object, got ${shown(input)}` };

function asMap(value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? new Map(Object.entries(value)) : value;
}

/** A JSON object used as a dictionary. Read into a map: `z.record` would lose an activity named `__proto__`. */
function dictionary<K extends z.ZodType, V extends z.ZodType>(key: K, value: V) {
  return z.preprocess(asMap, z.map(key, value, mustBeObject)).prefault({});
}

const list = <T extends z.ZodType>(item: T) => z.array(item, mustBeList).default([]);

const interval = z
  .tuple([wholeNumber, wholeNumber], {
    error: ({ input }) => `must be a list of a start and an end, got ${shown(input)}`,
  })
  .readonly();

/** `GLOBAL`: the bot owner's settings. */
export const redGlobal = z.object(
  {
    first_loading_time: wholeNumber.nullable().default(null),
    toggle_activities_stats: flag.default(true),
    default_state: flag.default(true),
    ignored_users: list(snowflake),
  },
  mustBeObject,
);

/** `GUILD`.`<guild>`: an admin's settings; `enabled` is null while no admin chose. */
export const redGuild = z.object(
  {
    enabled: flag.nullable().default(null),
    ignored_categories: list(snowflake),
    ignored_channels: list(snowflake),
    ignored_activities: list(name),
  },
  mustBeObject,
);

/** `TEXTCHANNEL`.`<channel>`, voice channels included: counts, seconds of voice, arrival times. */
export const redChannel = z.object(
  {
    total_messages: wholeNumber.default(0),
    total_humans_messages: wholeNumber.default(0),
    total_bots_messages: wholeNumber.default(0),
    total_messages_members: dictionary(snowflake, wholeNumber),
    messages: dictionary(snowflake, z.array(wholeNumber, mustBeList)),
    total_voice: wholeNumber.default(0),
    total_humans_voice: wholeNumber.default(0),
    total_bots_voice: wholeNumber.default(0),
    total_voice_members: dictionary(snowflake, wholeNumber),
    voice: dictionary(snowflake, z.array(interval, mustBeList)),
  },
  mustBeObject,
);

/** `MEMBER`.`<guild>`.`<member>`: seconds of activities, in all and by name. */
export const redMember = z.object(
  {
    total_activities: wholeNumber.default(0),
    total_activities_times: dictionary(name, wholeNumber),
  },
  mustBeObject,
);

const channels = dictionary(snowflake, redChannel);

/**
 * All that one identifier holds. Channels lie under `TEXTCHANNEL`, the value of Red's `ConfigCategory.CHANNEL`
 * (Cog-Creators/Red-DiscordBot, `redbot/core/_drivers/base.py`, commit f142594); `CHANNEL` is read too, for files
 * written by hand.
 */
export const redSection = z.object(
  {
    GLOBAL: redGlobal.prefault({}),
    GUILD: dictionary(snowflake, redGuild),
    TEXTCHANNEL: channels,
    CHANNEL: channels,
    MEMBER: dictionary(snowflake, dictionary(snowflake, redMember)),
  },
  mustBeObject,
);

export type RedGlobalData = z.output<typeof redGlobal>;
export type RedGuildData = z.output<typeof redGuild>;
export type RedChannelData = z.output<typeof redChannel>;
export type RedMemberData = z.output<typeof redMember>;
