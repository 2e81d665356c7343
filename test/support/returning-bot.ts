import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import type { GuildOptions, World } from "../loopback/world.ts";
import { INTENTS } from "./connected-client.ts";
import { startBot } from "./running-bot.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface ReturningBot extends AsyncDisposable {
  readonly discord: LoopbackDiscord;
  readonly guild: World;
  start(
    options?: Parameters<typeof startBot>[3],
    intents?: Parameters<typeof startBot>[4],
  ): ReturnType<typeof startBot>;
}

/** A Discord in which a bot may start, stop, and start again over the same database. */
export async function aDiscord(options: GuildOptions = {}): Promise<ReturningBot> {
  const folder = temporaryFolder();
  const discord = await LoopbackDiscord.start();
  const guild = discord.guild({ members: 4, ...options });
  return {
    discord,
    guild,
    start: (botOptions = {}, intents = INTENTS) =>
      startBot(discord, guild, folder.file("stats.db"), { registerCommands: false, ...botOptions }, intents),
    async [Symbol.asyncDispose](): Promise<void> {
      await discord[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
