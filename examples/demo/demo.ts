import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { LoopbackDiscord } from "../../test/loopback/loopback-discord.ts";
import { connect, makeClient, PRIVILEGED_INTENTS } from "../../test/support/connected-client.ts";
import { galleryPage } from "./gallery.ts";
import { liveTraffic } from "./live.ts";
import { DAYS, serverPast } from "./past.ts";
import { seededRandom } from "./random.ts";
import { reporter } from "./reporter.ts";
import { type DemoServer, foundServer } from "./server.ts";
import { visit } from "./visit.ts";

const SEED = 20_260;

/**
 * A lively server of 2,000 members on this machine: 75 days of history, then live traffic, then real commands,
 * selects and buttons through the real client. Writes each answer's picture and a gallery into `folder`.
 */
export async function demo(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(SEED);
  await using discord = await LoopbackDiscord.start();
  const server = foundServer(discord, random);
  const file = join(folder, "guildstats.db");
  await writeHistory(file, server);
  // Who left is still in the numbers, and marked on the cards.
  const departed = server.guild.user(4);
  discord.leave(server.guild, departed);

  const client = makeClient(discord, PRIVILEGED_INTENTS);
  const stats = new GuildStats(client, {
    store: sqlite(file),
    imageHosts: [discord.host],
    timeZone: "Europe/Berlin",
    activities: true,
    // One person asks for all of it within seconds.
    cooldowns: { userPerMinute: 0, guildPerMinute: 0 },
  });
  stats.on("failure", (error) => console.error(`${error.code}: ${error.message}`));
  await stats.start();
  const registered = once(stats, "registered");
  await connect(client, discord);
  await registered;
  console.log(`connected; ${discord.commands.length} commands registered`);

  await liveTraffic(discord, server, stats, random);
  const exhibits = await visit(discord, server, departed, stats, folder);
  writeFileSync(join(folder, "index.html"), galleryPage(exhibits));
  await stats.stop();
  await client.destroy();
  discord.assertClean();
  console.log(
    `${exhibits.filter((exhibit) => "title" in exhibit).length} answers are in ${resolve(folder, "index.html")}`,
  );
}

async function writeHistory(file: string, server: DemoServer): Promise<void> {
  const store = sqlite(file);
  await store.open();
  const progress = reporter();
  let rows = 0;
  for (const batch of serverPast(server, SEED, systemClock.nowMs())) {
    await store.apply(batch);
    rows += batch.guilds[0]?.rows.hour.length ?? 0;
    progress(`writing ${DAYS} days of history: ${rows.toLocaleString("en")} rows`);
  }
  await store.close();
  console.log(`history: ${DAYS} days, ${rows.toLocaleString("en")} rows`);
}
