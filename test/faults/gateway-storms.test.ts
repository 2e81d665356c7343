import { once } from "node:events";
import { describe, expect, test } from "vitest";
import type { RecoveryProgress } from "../../src/counting/recovery.ts";
import type { GuildStats } from "../../src/guild-stats.ts";
import { LivelyDiscord } from "../crash/lively-discord.ts";
import { storedCounts } from "../crash/stored-counts.ts";
import type { Kick } from "../loopback/gateway.ts";
import { runBot, startBot } from "../support/running-bot.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const KICKS: readonly (Kick | "down" | "forgotten")[] = ["cut", "op 7", 4000, "op 9", "forgotten", "down"];

/** Resolves when all gaps of all these guilds are closed. */
async function recovered(stats: GuildStats, guildIds: Iterable<string>): Promise<void> {
  const open = new Set(guildIds);
  while (open.size > 0) {
    const [progress]: RecoveryProgress[] = await once(stats, "recovery");
    if (progress?.isDone) open.delete(progress.guildId);
  }
}

describe("a gateway that comes and goes", () => {
  test.each([1, 2])(
    "with and without resumes, and with 429 for what is read back, leaves every message counted once (seed %i)",
    async (seed) => {
      using folder = temporaryFolder();
      await using lively = await LivelyDiscord.start(seed);
      const { discord, guilds, ledger } = lively;
      const [first] = guilds;
      if (first === undefined) throw new Error("no guild");
      const options = { registerCommands: false, recoverMessagesPerChannel: 100_000 };
      await using bot = await startBot(discord, first, folder.file("stats.db"), options);
      lively.open();
      await discord.taken();
      await bot.stats.flush();
      for (let round = 0; round < 12; round++) {
        for (let step = lively.below(6); step > 0; step--) lively.step();
        if (lively.below(2) === 0) await discord.taken();
        const how = KICKS[lively.below(KICKS.length)] ?? "cut";
        const back = Promise.race([discord.next("resume"), discord.next("identify")]);
        if (how === "down") discord.gatewayUp = false;
        else if (how === "forgotten") discord.kick("cut", { forget: true });
        else discord.kick(how);
        for (let step = lively.below(6); step > 0; step--) lively.step();
        discord.fault({ match: /\/messages$/, status: 429, retryAfterSec: 0.02, times: lively.below(4) });
        if (how === "down") discord.gatewayUp = true;
        await back;
        // discord.js throws when a connection ends that has resumed and not yet been told so.
        await discord.taken();
      }
      // The last session is a new one, and there is something to read back in every guild.
      lively.whisper();
      const done = recovered(
        bot.stats,
        guilds.map(({ id }) => id),
      );
      discord.fault({ match: /\/messages$/, status: 429, retryAfterSec: 0.02, global: true, times: 3 });
      discord.kick("op 9");
      lively.step();
      await done;
      await discord.taken();
      ledger.heard(Date.now(), { waiting: false });
      await bot.stats.flush();
      const counts = storedCounts(bot.databaseFile);
      expect(Object.fromEntries(counts.messages)).toEqual(Object.fromEntries(ledger.said));
      expect(ledger.voiceErrors(counts)).toEqual([]);
      expect(counts.lifetimeErrors).toEqual([]);
      expect(bot.failures).toEqual([]);
      discord.assertClean();
    },
  );
});

describe("a Discord that answers slowly", () => {
  test("with 429 for a command's answer, and pictures that never come, counts on and answers in the end", async () => {
    await using bot = await runBot({}, { imageFetchTimeoutMs: 100 });
    const { discord, guild } = bot;
    discord.cdn = "hangs";
    discord.fault({ match: /^PATCH .*@original$/, status: 429, retryAfterSec: 0.05, times: 4 });
    const answer = bot.call("server");
    for (let message = 0; message < 50; message++)
      discord.message(guild, guild.channel("general"), guild.user(message % 4));
    await discord.taken();
    expect((await bot.stats.query.server(guild.id)).totals.lifetime.messages).toBe(50);
    await answer.settled();
    expect(answer.files).toHaveLength(1);
    expect(bot.failures).toEqual([]);
  });
});
