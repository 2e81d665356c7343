import type { GuildStatsOptions } from "../../src/options.ts";
import type { LoopbackInteraction } from "../loopback/interaction.ts";
import type { PressOptions } from "../loopback/shown-message.ts";
import type { GuildOptions, User, World } from "../loopback/world.ts";
import { livelyBot } from "./lively-bot.ts";
import type { RunningBot } from "./running-bot.ts";

const MANAGE_GUILD = "32";

/** A bot in a lively guild in which member 0 manages the server. */
export interface AdminBot extends RunningBot {
  readonly admin: User;
  /** `/guildstats-admin <subcommand>`, answered. */
  ask(
    subcommand: string,
    options?: Parameters<RunningBot["call"]>[1],
    user?: User,
  ): Promise<LoopbackInteraction>;
  /** The suggestions while an option is typed. */
  suggest(
    subcommand: string,
    option: string,
    typed: string,
    user?: User,
  ): Promise<LoopbackInteraction["suggestions"]>;
}

export async function adminBot(
  guildOptions: GuildOptions = {},
  options: Partial<GuildStatsOptions> = {},
): Promise<AdminBot> {
  const roles = [
    { name: "painters", color: 0x3366cc },
    { name: "moderators", permissions: MANAGE_GUILD },
  ];
  const bot = await livelyBot({ roles, ...guildOptions }, options);
  const admin = bot.guild.user(0);
  promote(bot.guild, admin);
  const called = (subcommand: string, user: User) =>
    ({ guild: bot.guild, user, command: "guildstats-admin", subcommand }) as const;
  return {
    ...bot,
    admin,
    ask: (subcommand, callOptions = {}, user = admin) =>
      bot.discord.call({ ...called(subcommand, user), options: callOptions }).settled(),
    suggest: async (subcommand, option, typed, user = admin) => {
      const call = { ...called(subcommand, user), options: { [option]: typed }, focused: option };
      return (await bot.discord.call(call).acked()).suggestions;
    },
  };
}

/** Lets a member manage the server. */
export function promote(guild: World, user: User): void {
  guild.changeMember(user, { roles: [guild.roles.find(({ name }) => name === "moderators")?.id ?? ""] });
}

/** Takes that away. */
export function demote(guild: World, user: User): void {
  guild.changeMember(user, { roles: [] });
}

/** Presses a button, and gives what is to be seen once it was answered. */
export async function pressed(
  question: LoopbackInteraction,
  label: string,
  options: PressOptions = {},
): Promise<LoopbackInteraction> {
  return await question.press(label, options).settled();
}
