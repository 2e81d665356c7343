import { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import { connect, makeClient } from "./connected-client.ts";
import { GUILD } from "./counting.ts";

const [file = "", mode] = process.argv.slice(2);
const discord = await LoopbackDiscord.start();
const guild = discord.guild({ id: GUILD });
const client = makeClient(discord);
const stats = new GuildStats(client, { store: sqlite(file), registerCommands: false });
if (mode === "host-listens") {
  process.on("SIGTERM", async () => {
    await stats.stop();
    process.exit(7);
  });
}
await stats.start();
await connect(client, discord);
for (let index = 0; index < 3; index++) discord.message(guild, guild.channel("general"), guild.user(0));
await discord.taken();
// In a world of its own nobody else knows its number.
process.on("message", (signal) => process.kill(process.pid, String(signal)));
process.send?.("counted");
