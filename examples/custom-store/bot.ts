// A bot over a store of its own. TypeScript: start it with `npx tsx bot.ts`, or with Node 22.18 or later as it is.
import { Client } from "discord.js";
import { GuildStats } from "guildstats";
import { sqlite } from "guildstats/sqlite";
import { tellingSlowCalls } from "./slow-calls.ts";

const SLOW_MS = Number(process.env.SLOW_MS ?? 250);

const client = new Client({ intents: [...GuildStats.intents] });
const store = tellingSlowCalls(sqlite("guildstats.db"), SLOW_MS, (method, ms) => {
  console.log(`store.${method} took ${Math.round(ms)} ms`);
});
const stats = new GuildStats(client, { store });
stats.on("failure", (error) => console.error(error.code, error.message));

await stats.start();
await client.login(process.env.DISCORD_TOKEN);
