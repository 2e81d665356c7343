import { Client } from "discord.js";
import { expect, test } from "vitest";
import { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import { guildOnShard } from "../loopback/snowflake.ts";
import { connect, INTENTS } from "../support/connected-client.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { traces } from "../support/traces.ts";

const [ANN, BEN] = ["1099511627776000123", "1099511627776000456"];
const MEMBERS = [
  { id: ANN, username: "ann" },
  { id: BEN, username: "ben" },
];

test("a client's shards share one store: each server is counted once, erasing and opting out hold on every shard", async () => {
  using folder = temporaryFolder();
  await using discord = await LoopbackDiscord.start();
  const guilds = [0, 1].map((shard) => discord.guild({ id: guildOnShard(shard, 2), members: MEMBERS }));
  const client = new Client({ intents: INTENTS, ...discord.clientOptions, shards: [0, 1], shardCount: 2 });
  const stats = new GuildStats(client, {
    store: sqlite(folder.file("stats.db")),
    imageHosts: [discord.host],
    drainOnSignals: false,
    registerCommands: false,
  });
  await stats.start();
  await connect(client, discord);
  expect(guilds.map(({ id }) => client.guilds.cache.get(id)?.shardId)).toEqual([0, 1]);
  const messagesIn = async (): Promise<number[]> => {
    await discord.taken();
    const views = guilds.map(({ id }) => stats.query.server(id));
    return (await Promise.all(views)).map(({ totals }) => totals.lifetime.messages);
  };
  for (const guild of guilds) {
    for (const user of [guild.user(0), guild.user(1)]) discord.message(guild, guild.channel("general"), user);
  }
  expect(await messagesIn()).toEqual([2, 2]);

  const [first] = guilds;
  if (first) discord.message(first, first.channel("general"), first.user(1));
  expect(await messagesIn()).toEqual([3, 2]);

  await stats.privacy.forget(ANN);
  expect(await messagesIn()).toEqual([2, 1]);
  for (const guild of guilds) {
    discord.message(guild, guild.channel("general"), guild.user(0));
    discord.voice(guild, guild.user(0), guild.channel("Lobby"));
  }
  expect(await messagesIn()).toEqual([3, 2]);
  await stats.privacy.optOut(ANN);
  for (const guild of guilds) discord.message(guild, guild.channel("general"), guild.user(0));
  expect(await messagesIn()).toEqual([2, 1]);
  await stats.stop();
  await client.destroy();
  expect(traces(folder.path, [ANN, BEN])).toEqual([BEN]);
});

test("a server that the bot left is erased by the process of its shard alone, and by none while that one is away", async () => {
  using folder = temporaryFolder();
  await using discord = await LoopbackDiscord.start({ shards: 2 });
  const guilds = [0, 1].map((shard) => discord.guild({ id: guildOnShard(shard, 2) }));
  const erased: string[] = [];
  /** A process that runs these shards, and what is stored once it has ended. */
  const run = async (shards: "auto" | number[], during: () => void = () => undefined): Promise<string[]> => {
    const client = new Client({ intents: INTENTS, ...discord.clientOptions, shards, shardCount: 2 });
    const store = sqlite(folder.file("stats.db"));
    const options = { store, leftGuildGraceDays: 0, drainOnSignals: false, registerCommands: false };
    const stats = new GuildStats(client, options);
    stats.on("guildErased", (guildId) => erased.push(guildId));
    await stats.start();
    await connect(client, discord);
    during();
    await discord.taken();
    await stats.stop();
    await client.destroy();
    await store.open();
    const stored = [...(await store.guilds()).keys()];
    await store.close();
    return stored;
  };
  const ids = guilds.map(({ id }) => id);
  const all = await run("auto", () => {
    for (const guild of guilds) discord.message(guild, guild.channel("general"), guild.user(0));
  });
  expect(all.toSorted()).toEqual(ids.toSorted());
  for (const guild of guilds) discord.removeGuild(guild);
  expect(await run([1])).toEqual(ids.slice(0, 1));
  expect(erased).toEqual(ids.slice(1));
  expect(await run([0])).toEqual([]);
});
