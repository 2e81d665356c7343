// A bot that is made with Sapphire. It loads its commands from the folder beside this file.
import { container, SapphireClient } from "@sapphire/framework";
import { GuildStats } from "guildstats";
import { sqlite } from "guildstats/sqlite";

const client = new SapphireClient({
  intents: [...GuildStats.intents],
  baseUserDirectory: import.meta.dirname,
});
const stats = new GuildStats(client, { store: sqlite("guildstats.db") });
stats.on("failure", (error) => container.logger.error(error));

await stats.start();
await client.login(process.env.DISCORD_TOKEN);
