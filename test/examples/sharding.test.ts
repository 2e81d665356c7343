import { describe, expect, test } from "vitest";
import { postgres } from "../../src/store/postgres/index.ts";
import { readGuild } from "../store/batches.ts";
import { SERVER_URL, serverDatabase } from "../support/postgres-server.ts";
import { type ExampleBot, startExample } from "./example-bot.ts";

/** Managers wait for some seconds between two processes, as Discord asks of them. */
const PATIENCE_MS = 120_000;

/** As many messages in each guild as it has in `counts`. */
async function say({ discord, guilds }: ExampleBot, counts: readonly number[]): Promise<void> {
  for (const [index, guild] of guilds.entries()) {
    for (let said = 0; said < (counts[index] ?? 0); said++)
      discord.message(guild, guild.channel("general"), guild.user(said % 2));
  }
  await discord.taken();
}

/** What the database has of each guild. */
async function stored(url: string, { guilds }: ExampleBot): Promise<number[]> {
  const store = postgres({ connectionString: url });
  await store.open();
  const counts: number[] = [];
  for (const { id } of guilds) {
    const { lifetime } = await readGuild(store, id);
    counts.push(Object.values(lifetime).reduce((sum, [messages]) => sum + messages, 0));
  }
  await store.close();
  return counts;
}

/** What the bot answers of each guild: from memory, for none of it need be written yet. */
async function answered({ discord, guilds }: ExampleBot): Promise<number[]> {
  const answers: number[] = [];
  for (const guild of guilds) {
    const call = { guild, user: guild.user(0), command: "guildstats", subcommand: "server" };
    const { files } = await discord.call(call).settled();
    answers.push(Number(/All time: (\d+) \(/.exec(files[0]?.description ?? "")?.[1]));
  }
  return answers;
}

if (SERVER_URL === "") {
  test.skip("several processes: GUILDSTATS_PG_URL names no PostgreSQL server", () => undefined);
} else {
  // Most of their time passes in waiting.
  describe.concurrent.each([
    { manager: "discord.js's ShardingManager", file: "sharded/manager.js", shards: 2 },
    { manager: "discord-hybrid-sharding", file: "hybrid-sharding/manager.js", shards: 4 },
  ])("processes of $manager", ({ file, shards }) => {
    test(
      "count each server once, answer in the one that has it, and have all of it written when the manager is stopped",
      async () => {
        await using database = await serverDatabase();
        await using bot = await startExample(file, { shards, env: { DATABASE_URL: database.url } });
        const counts = bot.guilds.map((_, index) => 2 + index);
        await say(bot, counts);
        expect(await answered(bot)).toEqual(counts);
        bot.discord.assertClean();
        expect(await bot.stop()).toBe(0);
        expect(await stored(database.url, bot)).toEqual(counts);
        await bot.discord.connected([]);
      },
      PATIENCE_MS,
    );

    test(
      "write all of it and end when the manager is killed",
      async () => {
        await using database = await serverDatabase();
        await using bot = await startExample(file, { shards, env: { DATABASE_URL: database.url } });
        const counts = bot.guilds.map((_, index) => 2 + index);
        await say(bot, counts);
        expect(await answered(bot)).toEqual(counts);
        expect(await bot.stop("SIGKILL")).toBe("SIGKILL");
        await bot.discord.connected([]);
        expect(await stored(database.url, bot)).toEqual(counts);
      },
      PATIENCE_MS,
    );
  });
}
