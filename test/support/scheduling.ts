import type { GuildStatsOptions } from "../../src/options.ts";
import type { LoopbackInteraction } from "../loopback/interaction.ts";
import type { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import { snowflake } from "../loopback/snowflake.ts";
import type { Channel, GuildOptions, User, World } from "../loopback/world.ts";
import { promote } from "./admin-bot.ts";
import { ManualClock } from "./manual-clock.ts";
import { aDiscord } from "./returning-bot.ts";
import type { RunningBot } from "./running-bot.ts";

type CallOptions = NonNullable<Parameters<RunningBot["call"]>[1]>;

/** A Discord in which member 0 manages the server, and a bot that may be started again, on a clock that tests move. */
export interface Scheduling extends AsyncDisposable {
  readonly discord: LoopbackDiscord;
  readonly guild: World;
  readonly clock: ManualClock;
  readonly admin: User;
  start(options?: Partial<GuildStatsOptions>): Promise<RunningBot>;
  /** `/guildstats-admin schedule <subcommand>`, answered. */
  schedule(
    subcommand: "add" | "list" | "remove",
    options?: CallOptions,
    user?: User,
  ): Promise<LoopbackInteraction>;
  /** Somebody writes, now on the test's clock. */
  say(channel?: Channel, author?: User): Promise<void>;
  /** Resolves once nothing is due any more, with what the list says then. */
  idle(): Promise<string>;
}

/** Monday, 08:00 in UTC. */
export const MONDAY_MS = Date.UTC(2026, 2, 16, 8);
export const HOUR_MS = 3_600_000;
/** A message that is kept up to date is due when its guild's id says: a quarter after each hour, and a quarter before. */
const GUILD_MADE_MS = Date.UTC(2024, 0, 1, 0, 15);

export async function scheduling(options: GuildOptions = {}): Promise<Scheduling> {
  const at = await aDiscord({
    id: snowflake(GUILD_MADE_MS),
    roles: [{ name: "moderators", permissions: "32" }],
    ...options,
  });
  const { discord, guild } = at;
  const clock = new ManualClock(MONDAY_MS);
  const admin = guild.user(0);
  promote(guild, admin);
  const schedule: Scheduling["schedule"] = (subcommand, callOptions = {}, user = admin) =>
    discord
      .call({
        guild,
        user,
        command: "guildstats-admin",
        subcommand: `schedule ${subcommand}`,
        options: callOptions,
      })
      .settled();
  return {
    ...at,
    clock,
    admin,
    schedule,
    start: (botOptions = {}) => at.start({ registerCommands: true, clock, ...botOptions }),
    async say(channel = guild.channel("general"), author = guild.user(1)) {
      discord.message(guild, channel, author, { atMs: clock.nowMs() });
      await discord.taken();
    },
    async idle() {
      for (;;) {
        const { content } = await schedule("list");
        const next = [...content.matchAll(/<t:(\d+):R>/g)].map(([, sec]) => Number(sec) * 1_000);
        if (next.every((ms) => ms > clock.nowMs())) return content;
      }
    },
  };
}

/** Takes permissions from the bot in a channel, or gives all of them back. @param denied a bit field */
export function deny({ discord, guild }: Scheduling, channel: Channel, denied: bigint): void {
  const overwrite = { id: discord.me.id, type: 1, allow: "0", deny: String(denied) } as const;
  discord.updateChannel(guild, channel, { permission_overwrites: denied === 0n ? [] : [overwrite] });
}
