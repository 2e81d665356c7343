import { Client, Events } from "discord.js";
import { asError } from "../errors.ts";
import { GuildStats } from "../guild-stats.ts";
import { type StoreAddress, storeAt } from "../store/address.ts";
import { beat } from "./heartbeat.ts";
import { jsonLog } from "./json-log.ts";

/**
 * A complete bot: `DISCORD_TOKEN` is required. What it does it tells in lines of JSON on standard output, and how it is in a
 * heartbeat on this machine.
 */
export async function start(database: StoreAddress): Promise<void> {
  const token = process.env["DISCORD_TOKEN"];
  if (!token)
    throw new Error("set DISCORD_TOKEN to your bot's token (Discord's developer portal, page “Bot”)");
  // As many connections as Discord says, for with too many servers it takes no single one; unless a manager says which.
  const shards = process.env["SHARDS"] === undefined ? { shards: "auto" as const } : {};
  const client = new Client({ intents: [...GuildStats.intents], ...shards });
  const logger = jsonLog((line) => console.log(line));
  const stats = new GuildStats(client, { store: await storeAt(database), logger });
  client.once(Events.ClientReady, ({ guilds }) => {
    logger.info(
      { event: "connected", guilds: guilds.cache.size, database: database.shown },
      "the bot is connected to Discord",
    );
  });
  await stats.start();
  beat(database, () => stats.metrics());
  try {
    await client.login(token);
  } catch (thrown) {
    await stats.stop();
    throw new Error(`Discord refused the login: ${asError(thrown).message}`);
  }
}
