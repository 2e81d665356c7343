import { systemClock } from "../../src/clock.ts";
import type { GuildStats } from "../../src/guild-stats.ts";
import type { LoopbackInteraction } from "../../test/loopback/interaction.ts";
import type { CommandCall } from "../../test/loopback/interactions.ts";
import type { LoopbackDiscord } from "../../test/loopback/loopback-discord.ts";
import type { User } from "../../test/loopback/world.ts";
import { Exhibition } from "./exhibition.ts";
import type { Exhibit, Note } from "./gallery.ts";
import { ARCHIVED_THREAD } from "./names.ts";
import type { DemoServer } from "./server.ts";

const MANAGE_GUILD = "32";

type Options = NonNullable<CommandCall["options"]>;

/** Who calls, where, and who keeps the answers. */
interface Caller {
  readonly discord: LoopbackDiscord;
  readonly server: DemoServer;
  readonly exhibition: Exhibition;
  readonly user: User;
}

/** Everything that the bot answers, each once: views, modes, selects, pages, looks, languages, privacy. */
export async function visit(
  discord: LoopbackDiscord,
  server: DemoServer,
  departed: User,
  stats: GuildStats,
  folder: string,
): Promise<readonly (Exhibit | Note)[]> {
  const exhibition = new Exhibition(folder);
  const caller = { discord, server, exhibition, user: server.guild.user(0) };
  await views(caller, departed);
  await presses(caller);
  await looks(caller, stats);
  await schedule(caller);
  await privacy(caller);
  return exhibition.exhibits;
}

async function call(
  { discord, server: { guild }, exhibition, user }: Caller,
  subcommand: string,
  options: Options = {},
  locale = "en-US",
): Promise<LoopbackInteraction> {
  const spoken = Object.entries(options).map(spelled).join(" ");
  const inLanguage = locale === "en-US" ? "" : ` (a user whose Discord is in ${locale})`;
  return await exhibition.show(`/guildstats ${subcommand} ${spoken}`.trim() + inLanguage, () =>
    discord.call({ guild, user, command: "guildstats", subcommand, options, locale }),
  );
}

async function views(caller: Caller, departed: User): Promise<void> {
  const { guild, forum, posts, threads, roles } = caller.server;
  const other = guild.user(12);
  await call(caller, "server");
  await call(caller, "server", { period: "lifetime", members: "both" });
  await call(caller, "server", { graph: true });
  await call(caller, "server", { text: true });
  await call(caller, "member");
  await call(caller, "member", { member: other, period: "7d" });
  await call(caller, "member", { member: guild.user(7) });
  await call(caller, "member", { member: departed });
  // Who hardly ever says anything, and who came a minute ago.
  await call(caller, "member", { member: guild.user(1_990) });
  await call(caller, "member", { member: guild.user(guild.users.length - 1) });
  await call(caller, "member", { text: true });
  const [, , , , gamers, japanese] = roles;
  if (gamers) await call(caller, "role", { role: gamers });
  if (japanese) await call(caller, "role", { role: japanese, text: true });
  await call(caller, "channel");
  await call(caller, "channel", { channel: guild.channel("日本語") });
  await call(caller, "channel", { channel: guild.channel("Lobby"), period: "24h" });
  await call(caller, "channel", { channel: forum });
  for (const thread of [posts[3], threads[0], guild.channel(ARCHIVED_THREAD)]) {
    if (thread) await call(caller, "channel", { channel: thread });
  }
  await call(caller, "channel", { channel: forum, text: true });
  await call(caller, "channel", { channel: caller.server.staff });
  await call(caller, "category", { category: guild.channel("Sprachen · Languages · 言語") });
  await call(caller, "category", { category: guild.channel("Backstage"), text: true });
  await call(caller, "messages", { period: "7d" });
  await call(caller, "voice");
  await call(caller, "voice", { graph: true });
  await call(caller, "voice", { text: true });
  await call(caller, "activities");
  await call(caller, "activities", { member: other });
  await call(caller, "activities", { text: true });
  await call(caller, "activity", { activity: "minecraft" });
  await call(caller, "activity", { activity: "Half-Life 3" });
  await tops(caller);
  await call(caller, "growth");
  await call(caller, "growth", { text: true });
  await call(caller, "rhythm");
  await call(caller, "rhythm", { metric: "voice" });
  await call(caller, "rhythm", { text: true });
  await call(caller, "compare members", { first: other });
  await call(caller, "compare members", { first: guild.user(2), second: guild.user(21), text: true });
  await call(caller, "compare channels", { first: guild.channel("gaming") });
}

async function tops(caller: Caller): Promise<void> {
  const far = { ...caller, user: caller.server.guild.user(333) };
  for (const metric of ["messages", "voice"]) {
    for (const of of ["members", "channels", "roles"]) await call(caller, "top", { metric, of });
  }
  for (const of of ["members", "roles", "activities"]) {
    await call(caller, "top", { metric: "activities", of });
  }
  await call(caller, "top", { metric: "activities", of: "channels" });
  await call(caller, "top", { metric: "messages", of: "members", members: "bots" });
  await call(far, "top", { metric: "messages", of: "members" });
  await call(far, "top", { metric: "messages", of: "members", text: true });
}

async function presses(caller: Caller): Promise<void> {
  const { exhibition, server, discord } = caller;
  const { guild } = server;
  const other = guild.user(12);
  const list = await call(caller, "top", { metric: "messages", of: "members" });
  const second = await exhibition.show("button Next page", () => list.press("Next page"));
  const week = await exhibition.show("select: Last 7 days", () => second.choose("Last 7 days"));
  const bots = await exhibition.show("select: Bots", () => week.choose("Bots"));
  const growth = await exhibition.show("select: Growth", () => bots.choose("Growth"));
  const whole = await exhibition.show("select: Server", () => growth.choose("Server"));
  const graph = await exhibition.show("button Graph", () => whole.press("Graph"));
  const text = await exhibition.show("button Text", () => graph.press("Text"));
  await exhibition.show("button Card, pressed by someone else whose Discord is in German", () =>
    text.press("Card", { user: other, locale: "de" }),
  );
  const archived = await call(caller, "channel", { channel: guild.channel(ARCHIVED_THREAD), period: "7d" });
  await exhibition.show("select: All time, below an archived thread", () => archived.choose("All time"));
  await exhibition.show("button Close, pressed by someone else", () =>
    archived.press("Close", { user: other }),
  );
  await exhibition.show("button Close", () => archived.press("Close"));
  await call(caller, "server", { private: true }, "fr");
  await discord.taken();
}

async function looks(caller: Caller, stats: GuildStats): Promise<void> {
  const { guild } = caller.server;
  const configure = async (change: Parameters<GuildStats["configure"]>[1]): Promise<void> => {
    await stats.configure(guild.id, change);
    const spoken = Object.entries(change).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    caller.exhibition.note(`stats.configure(guildId, { ${spoken.join(", ")} })`);
  };
  await configure({ theme: "light", accent: "icon" });
  await call(caller, "server");
  await call(caller, "member");
  await call(caller, "rhythm");
  await configure({ theme: "contrast", accent: 0xe0569b });
  await call(caller, "server");
  await call(caller, "growth");
  await configure({ theme: "dark", accent: null, locale: "ja" });
  await call(caller, "server");
  await call(caller, "member", { member: guild.user(13) });
  await call(caller, "server", { text: true });
  await configure({ locale: "ar" });
  await call(caller, "server");
  await call(caller, "member", { member: guild.user(12) });
  await call(caller, "top", { metric: "messages", of: "members" });
  await call(caller, "member", { text: true });
  await configure({ locale: "de" });
  await call(caller, "growth");
  await call(caller, "member");
  await configure({ locale: "ru" });
  await call(caller, "voice");
  await configure({ locale: null });
}

async function schedule({ discord, server, exhibition }: Caller): Promise<void> {
  const { guild } = server;
  const admin = guild.user(3);
  const managers = discord.createRole(guild, { name: "managers", permissions: MANAGE_GUILD });
  const roles = guild.members.get(admin.id)?.roles ?? [];
  discord.changeMember(guild, admin, { roles: [...roles, managers.id] });
  const ask = (subcommand: string, options: Options): Promise<LoopbackInteraction> =>
    exhibition.show(
      `/guildstats-admin schedule ${subcommand} ${Object.entries(options).map(spelled).join(" ")}`.trim(),
      () =>
        discord.call({
          guild,
          user: admin,
          command: "guildstats-admin",
          subcommand: `schedule ${subcommand}`,
          options,
        }),
    );
  const channel = guild.channel("general");
  const sinceMs = systemClock.elapsedMs();
  await ask("add", { every: "refresh", channel, card: "server" });
  exhibition.posted("a card that is kept up to date", await discord.posts.posted(1), sinceMs);
  await ask("add", { every: "week", channel, card: "top-messages-members", weekday: "monday", hour: 9 });
  await ask("list", {});
  discord.changeMember(guild, admin, { roles });
}

async function privacy(caller: Caller): Promise<void> {
  const { discord, exhibition, server } = caller;
  const { guild } = server;
  const owner = guild.user(12);
  const question = await call(caller, "ignoreme");
  await exhibition.show("button Stop recording me", () =>
    question.press("Stop recording me and erase my data"),
  );
  await call(caller, "member");
  await call(caller, "ignoreme");
  discord.ownerId = owner.id;
  const forget = await exhibition.show("/guildstats-owner forget, by the bot’s owner", () =>
    discord.call({
      guild,
      user: owner,
      command: "guildstats-owner",
      subcommand: "forget",
      options: { user: guild.user(5) },
    }),
  );
  await exhibition.show("button Erase", () => forget.press("Erase"));
}

function spelled([name, value]: [string, string | number | boolean | object]): string {
  if (typeof value !== "object") return `${name}: ${value}`;
  const label = "global_name" in value ? value.global_name : Reflect.get(value, "name");
  return `${name}: ${String(label)}`;
}
