import { Client } from "discord.js";
import { GuildStats } from "guildstats";
import { sqlite } from "guildstats/sqlite";

const client = new Client({ intents: [...GuildStats.intents] });
const stats = new GuildStats(client, { store: sqlite("guildstats.db") });
stats.on("failure", (error) => console.error(error.code, error.message));

await stats.start();
await client.login(process.env.DISCORD_TOKEN);
