import { GatewayIntentBits } from "discord.js";
import { playing } from "../loopback/activities.ts";
import { FORUM } from "../loopback/channels.ts";
import type { Role } from "../loopback/payloads.ts";
import { snowflake } from "../loopback/snowflake.ts";
import type { GuildOptions, World } from "../loopback/world.ts";
import { INTENTS } from "./connected-client.ts";
import { type RunningBot, runBot } from "./running-bot.ts";

const HOUR_MS = 3_600_000;
const WITH_PRESENCES = [...INTENTS, GatewayIntentBits.GuildPresences];
const CATEGORY = 4;
const PUBLIC_THREAD = 11;

/**
 * A guild in which everything has happened: messages in a channel of a category and in a forum's post, an hour of
 * chess, and a role. Member 1 did all of it.
 */
export async function livelyBot(
  guildOptions: GuildOptions = {},
  options: Parameters<typeof runBot>[1] = {},
): Promise<RunningBot> {
  const talk = snowflake();
  const questions = snowflake();
  const bot = await runBot(
    {
      channels: [
        { name: "Talk", type: CATEGORY, id: talk },
        { name: "general", parent_id: talk },
        { name: "Lobby", type: 2, parent_id: talk },
        { name: "questions", type: FORUM, id: questions },
        { name: "a post", type: PUBLIC_THREAD, parent_id: questions },
      ],
      roles: [{ name: "painters", color: 0x3366cc }],
      ...guildOptions,
    },
    { activities: true, ...options },
    WITH_PRESENCES,
  );
  const { discord, guild } = bot;
  const lively = guild.user(1);
  discord.changeMember(guild, lively, { roles: [roleOf(guild).id] });
  for (const name of ["general", "general", "a post"]) discord.message(guild, guild.channel(name), lively);
  const chess = playing("Chess", { startMs: Date.now() - HOUR_MS });
  discord.presence(guild, lively, { activities: [chess] });
  await discord.taken();
  return bot;
}

/** The role that someone has. */
export function roleOf(guild: World): Role {
  const role = guild.roles.find(({ name }) => name === "painters");
  if (!role) throw new Error("the guild has no painters");
  return role;
}
