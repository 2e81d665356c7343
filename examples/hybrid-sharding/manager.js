// Starts processes of bot.js that have two shards each. Whoever stops the bot stops this one: SIGTERM to it reaches all of
// them.
import { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { ClusterManager, ReClusterManager } from "discord-hybrid-sharding";

const READY_WITHIN_MS = 120_000;
const manager = new ClusterManager(`${import.meta.dirname}/bot.js`, { shardsPerClusters: 2 });
const restarts = new ReClusterManager();
manager.extend(restarts);
manager.on("clusterCreate", (cluster) => cluster.on("error", console.error));

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, async () => {
    manager.respawn = false;
    manager.queue.stop();
    const threads = [...manager.clusters.values()].map((cluster) => cluster.thread?.process);
    const bots = threads.filter((thread) => thread instanceof ChildProcess);
    for (const bot of bots) bot.kill("SIGTERM");
    // Each writes what is left.
    await Promise.all(bots.map((bot) => once(bot, "exit")));
    process.exit();
  });
}

// After an update: one after another starts anew, and when it is ready the one whose place it takes ends.
process.on("SIGHUP", () =>
  restarts.start({ restartMode: "rolling", timeout: READY_WITHIN_MS }).catch(console.error),
);

await manager.spawn();
