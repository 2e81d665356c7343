// What manager.js starts once for each shard. All of them count into one database.
import { Client } from "discord.js";
import { GuildStats } from "guildstats";
import { postgres } from "guildstats/postgres";

// Without its manager nobody could stop it any more.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));

const client = new Client({ intents: [...GuildStats.intents] });
const store = postgres({ connectionString: process.env.DATABASE_URL, max: 4 });
const stats = new GuildStats(client, { store });
stats.on("failure", (error) => console.error(error.code, error.message));

await stats.start();
await client.login(process.env.DISCORD_TOKEN);
