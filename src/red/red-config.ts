import type { z } from "zod";
import { GuildStatsError } from "../errors.ts";
import type { Snowflake } from "../snowflake.ts";
import { type JsonPath, pathText, shown } from "./json-path.ts";
import {
  type RedChannelData,
  type RedGlobalData,
  type RedGuildData,
  type RedMemberData,
  redChannel,
  redGlobal,
  redGuild,
  redMember,
  redSection,
} from "./red-schema.ts";

/**
 * The identifiers under which the cog's data may lie, best first: the number that the cog passes to
 * `Config.get_conf`, and Python's hash of it, which early versions of Red used instead (`migrate_identifier` in
 * Cog-Creators/Red-DiscordBot, `redbot/core/_drivers/json.py`).
 */
const COG_IDENTIFIERS = ["205192943327321000143939875896557571750", "1113727178178080168"];

/** The cog's settings.json, validated: `{"<identifier>": {"GLOBAL": …, "GUILD": …, "TEXTCHANNEL": …, "MEMBER": …}}`. */
export interface RedConfig {
  readonly identifier: string;
  readonly global: RedGlobalData;
  readonly guilds: ReadonlyMap<Snowflake, RedGuildData>;
  readonly channels: readonly {
    readonly channelId: Snowflake;
    /** Where the channel lies in the file. */
    readonly path: JsonPath;
    readonly data: RedChannelData;
  }[];
  /** Guild id → member id → activities. */
  readonly members: ReadonlyMap<Snowflake, ReadonlyMap<Snowflake, RedMemberData>>;
  /** What the file holds besides, as paths in one line; nothing was read from there. */
  readonly unreadPaths: readonly string[];
}

/**
 * Checks what {@link parseSettingsJson} read.
 * @throws `IMPORT_INVALID` when a value has the wrong type, is negative or is not an id where one belongs, or when this
 * is not the cog's file. The message and `details.path` name the first broken place, `details.problems` up to 20.
 */
export function readRedConfig(json: unknown): RedConfig {
  if (!isObject(json)) throw invalid([{ path: [], problem: `must be an object, got ${shown(json)}` }]);
  const identifier = identifierIn(json);
  const raw = json[identifier];
  const result = redSection.safeParse(raw);
  if (!result.success) {
    throw invalid(
      result.error.issues.map((issue) => ({ path: [identifier, ...issue.path], problem: issue.message })),
    );
  }
  const { GLOBAL, GUILD, TEXTCHANNEL, CHANNEL, MEMBER } = result.data;
  const twice = [...CHANNEL.keys()].find((channelId) => TEXTCHANNEL.has(channelId));
  if (twice !== undefined) {
    throw invalid([{ path: [identifier, "CHANNEL", twice], problem: "is also under TEXTCHANNEL" }]);
  }
  return {
    identifier,
    global: GLOBAL,
    guilds: GUILD,
    channels: Object.entries({ TEXTCHANNEL, CHANNEL }).flatMap(([category, channels]) =>
      [...channels].map(([channelId, data]) => ({
        channelId,
        path: [identifier, category, channelId],
        data,
      })),
    ),
    members: MEMBER,
    unreadPaths: unreadPaths(json, identifier),
  };
}

function identifierIn(json: Readonly<Record<string, unknown>>): string {
  const all = Object.keys(json);
  const identifier = COG_IDENTIFIERS.find((known) => Object.hasOwn(json, known)) ?? all[0];
  if (identifier === undefined) throw invalid([{ path: [], problem: "the file is empty" }]);
  if (all.length > 1 && !COG_IDENTIFIERS.includes(identifier)) {
    const problem = `none of the identifiers ${all.slice(0, 5).join(", ")} is the cog's, ${COG_IDENTIFIERS[0]}`;
    throw invalid([{ path: [], problem }]);
  }
  return identifier;
}

/** All keys but those of the schemas. A file without one known field is another cog's: AAA3A's share an identifier. */
function unreadPaths(json: Readonly<Record<string, unknown>>, identifier: string): string[] {
  const unread: JsonPath[] = Object.keys(json)
    .filter((key) => key !== identifier)
    .map((key) => [key]);
  let known = 0;
  const walk = (value: unknown, path: JsonPath, depth: number, entry: z.ZodObject): void => {
    for (const [key, child] of Object.entries(isObject(value) ? value : {})) {
      if (depth > 0) walk(child, [...path, key], depth - 1, entry);
      else if (Object.hasOwn(entry.shape, key)) known += 1;
      else unread.push([...path, key]);
    }
  };
  const section = json[identifier];
  for (const [category, value] of Object.entries(isObject(section) ? section : {})) {
    const path = [identifier, category];
    if (category === "GLOBAL") walk(value, path, 0, redGlobal);
    else if (category === "GUILD") walk(value, path, 1, redGuild);
    else if (category === "TEXTCHANNEL" || category === "CHANNEL") walk(value, path, 1, redChannel);
    else if (category === "MEMBER") walk(value, path, 2, redMember);
    else unread.push(path);
  }
  if (known === 0) throw invalid([{ path: [identifier], problem: "holds nothing that the cog writes" }]);
  return unread.map(pathText);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(problems: readonly { path: JsonPath; problem: string }[]): GuildStatsError {
  const shownProblems = problems.slice(0, 20).map(({ path, problem }) => ({ path: pathText(path), problem }));
  const { path, problem } = shownProblems[0] ?? { path: "", problem: "is invalid" };
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return new GuildStatsError("IMPORT_INVALID", `${path === "" ? "" : `${path}: `}${problem}${more}`, {
    details: { path, problem, problems: shownProblems },
  });
}
