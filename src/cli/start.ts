import { Client, Events } from "discord.js";
import { asError } from "../errors.ts";
import { GuildStats } from "../guild-stats.ts";
import { sqlite } from "../store/sqlite/index.ts";
import { beat } from "./heartbeat.ts";
import { jsonLog } from "./json-log.ts";

/**
 * A complete bot: `DISCORD_TOKEN` is required, `GUILDSTATS_DB` names the database file. What it does it tells in lines
 * of JSON on standard output, and how it is in a heartbeat beside the database.
 */
export async function start(): Promise<void> {
  const token = process.env["DISCORD_TOKEN"];
  if (!token)
    throw new Error("set DISCORD_TOKEN to your bot's token (Discord's developer portal, page “Bot”)");
  const file = process.env["GUILDSTATS_DB"] || "guildstats.db";
  // As many connections as Discord says, for with too many servers it takes no single one; unless a manager says which.
  const shards = process.env["SHARDS"] === undefined ? { shards: "auto" as const } : {};
  const client = new Client({ intents: [...GuildStats.intents], ...shards });
  const logger = jsonLog((line) => console.log(line));
  const stats = new GuildStats(client, { store: sqlite(file), logger });
  client.once(Events.ClientReady, ({ guilds }) => {
    logger.info({ event: "connected", guilds: guilds.cache.size, file }, "the bot is connected to Discord");
  });
  await stats.start();
  beat(file, () => stats.metrics());
  try {
    await client.login(token);
  } catch (thrown) {
    await stats.stop();
    throw new Error(`Discord refused the login: ${asError(thrown).message}`);
  }
}
