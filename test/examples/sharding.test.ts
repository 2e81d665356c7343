import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { postgres } from "../../src/store/postgres/index.ts";
import type { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import type { User, World } from "../loopback/world.ts";
import { readGuild } from "../store/batches.ts";
import { SERVER_URL, serverDatabase } from "../support/postgres-server.ts";
import { type ExampleBot, startExample } from "./example-bot.ts";

/** Managers wait for seconds between two processes, as Discord asks of them; and a slow machine for each process. */
const PATIENCE_MS = 600_000;

/** As many messages in each guild as it has in `counts`. */
function say({ discord, guilds }: ExampleBot, counts: readonly number[]): void {
  for (const [index, guild] of guilds.entries()) {
    for (let said = 0; said < (counts[index] ?? 0); said++)
      discord.message(guild, guild.channel("general"), guild.user(said % 2));
  }
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

/** The bot's owner, as a member: nobody else may ask as often as a test does. */
function ownerIn(discord: LoopbackDiscord, guild: World): User {
  const id = discord.ownerId ?? "";
  return guild.members.get(id)?.user ?? discord.join(guild, { id });
}

/** What the bot answers of each guild: from memory, for none of it need be written yet. */
async function answered({ discord, guilds }: ExampleBot): Promise<number[]> {
  const answers: number[] = [];
  for (const guild of guilds) {
    const call = { guild, user: ownerIn(discord, guild), command: "guildstats", subcommand: "server" };
    const { files } = await discord.call(call).settled();
    answers.push(Number(/All time: (\d+) \(/.exec(files[0]?.description ?? "")?.[1]));
  }
  return answers;
}

/** Resolves when the bot answers so: what was said is counted once it is known what was missed before it. */
async function untilAnswered(bot: ExampleBot, counts: readonly number[]): Promise<void> {
  while (!isDeepStrictEqual(await answered(bot), counts));
}

async function startSharded(file: string, shards: number) {
  const database = await serverDatabase();
  const bot = await startExample(file, { shards, env: { DATABASE_URL: database.url } });
  return {
    bot,
    database,
    async [Symbol.asyncDispose](): Promise<void> {
      await bot[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

if (SERVER_URL === "") {
  test.skip("several processes: GUILDSTATS_PG_URL names no PostgreSQL server", () => undefined);
} else {
  const [one, two] = [
    [[0], [1]],
    [
      [0, 1],
      [2, 3],
    ],
  ];
  describe("processes over one store", () => {
    test.each([
      {
        manager: "discord.js's ShardingManager",
        file: "sharded/manager.js",
        processes: one,
        // A process has ended before the next one starts.
        meanwhile: (shards: readonly number[], own: readonly number[]) =>
          shards.filter((shard) => !own.includes(shard)),
      },
      {
        manager: "discord-hybrid-sharding",
        file: "hybrid-sharding/manager.js",
        processes: two,
        // It ends when the next one is ready.
        meanwhile: (shards: readonly number[], own: readonly number[]) => [...shards, ...own].toSorted(),
      },
    ])(
      "of $manager count and answer each server in one of them, begin anew in turn on SIGHUP, and leave all of it written",
      async ({ file, processes = [], meanwhile }) => {
        const shards = processes.flat();
        await using started = await startSharded(file, shards.length);
        const { bot, database } = started;
        const counts = shards.map((shard) => 2 + shard);
        say(bot, counts);
        await untilAnswered(bot, counts);

        bot.ask("SIGHUP");
        for (const own of processes) {
          await bot.discord.connected(meanwhile(shards, own));
          say(bot, counts);
          await bot.discord.connected(shards);
          say(bot, counts);
        }
        const all = counts.map((count) => count * (1 + 2 * processes.length));
        await untilAnswered(bot, all);

        bot.discord.assertClean();
        expect(await bot.stop()).toBe(0);
        await bot.discord.connected([]);
        expect(await stored(database.url, bot)).toEqual(all);
      },
      PATIENCE_MS,
    );

    test(
      "end when their manager is killed, and leave all of it written",
      async () => {
        await using started = await startSharded("sharded/manager.js", 2);
        const { bot, database } = started;
        say(bot, [2, 3]);
        await untilAnswered(bot, [2, 3]);
        expect(await bot.stop("SIGKILL")).toBe("SIGKILL");
        await bot.discord.connected([]);
        expect(await stored(database.url, bot)).toEqual([2, 3]);
      },
      PATIENCE_MS,
    );
  });
}
