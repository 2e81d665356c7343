// Starts a process of bot.js for each shard. Whoever stops the bot stops this one: SIGTERM to it reaches all of them.
import { once } from "node:events";
import { ShardingManager } from "discord.js";

const READY_WITHIN_MS = 120_000;
const manager = new ShardingManager(`${import.meta.dirname}/bot.js`);
manager.on("shardCreate", (shard) => shard.on("error", console.error));

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, async () => {
    manager.respawn = false;
    const bots = [...manager.shards.values()].flatMap((shard) => shard.process ?? []);
    for (const bot of bots) bot.kill("SIGTERM");
    // Each writes what is left.
    await Promise.all(bots.map((bot) => once(bot, "exit")));
    process.exit();
  });
}

// After an update: one after another ends and starts again.
process.on("SIGHUP", () => manager.respawnAll({ timeout: READY_WITHIN_MS }).catch(console.error));

await manager.spawn({ timeout: READY_WITHIN_MS }).catch((error) => {
  // Unless it was stopped while it was starting.
  if (manager.respawn) throw error;
});
