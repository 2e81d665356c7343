import { Client, Events } from "discord.js";
import { asError } from "../errors.ts";
import { GuildStats } from "../guild-stats.ts";
import { sqlite } from "../store/sqlite/index.ts";

/** A complete bot: `DISCORD_TOKEN` is required, `GUILDSTATS_DB` names the database file. */
export async function start(): Promise<void> {
  const token = process.env["DISCORD_TOKEN"];
  if (!token)
    throw new Error("set DISCORD_TOKEN to your bot's token (Discord's developer portal, page “Bot”)");
  const file = process.env["GUILDSTATS_DB"] || "guildstats.db";
  const client = new Client({ intents: [...GuildStats.intents] });
  const stats = new GuildStats(client, { store: sqlite(file) });
  stats.on("failure", (error) => console.error(`${error.code}: ${error.message}`));
  stats.on("registered", (written) =>
    console.log(`commands: ${written.length === 0 ? "unchanged" : written.join(", ")}`),
  );
  client.once(Events.ClientReady, ({ user, guilds }) => {
    console.log(`${user.tag} counts in ${guilds.cache.size} servers, into ${file}`);
  });
  await stats.start();
  try {
    await client.login(token);
  } catch (thrown) {
    await stats.stop();
    throw new Error(`Discord refused the login: ${asError(thrown).message}`);
  }
}
