import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import type { LoopbackInteraction } from "../../test/loopback/interaction.ts";
import { LoopbackDiscord } from "../../test/loopback/loopback-discord.ts";
import type { User, World } from "../../test/loopback/world.ts";
import { connect, makeClient } from "../../test/support/connected-client.ts";
import { type Exhibit, galleryPage } from "./gallery.ts";
import { type HistorySize, historyBatches } from "./history.ts";
import { displayName, TEXT_CHANNELS, VOICE_CHANNELS } from "./names.ts";
import { seededRandom, zipf } from "./random.ts";

const SEED = 20_260;
const MEMBERS = 2_000;
const BOT_EVERY = 80;
const LIVE_MESSAGES = 1_500;
const IN_VOICE = 24;

/**
 * A lively server of 2,000 members on this machine: 45 days of history, then live traffic, then real commands and
 * buttons through the real client. Writes each answer's picture and a gallery into `folder`.
 */
export async function demo(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(SEED);
  await using discord = await LoopbackDiscord.start();
  const guild = foundServer(discord, random);
  const file = join(folder, "guildstats.db");
  await writeHistory(file, guild);
  // Who left is still in the numbers, and marked on the cards.
  const departed = guild.user(4);
  discord.leave(guild, departed);

  const client = makeClient(discord);
  const stats = new GuildStats(client, {
    store: sqlite(file),
    imageHosts: [discord.host],
    timeZone: "Europe/Berlin",
  });
  stats.on("failure", (error) => console.error(`${error.code}: ${error.message}`));
  await stats.start();
  const registered = once(stats, "registered");
  await connect(client, discord);
  await registered;
  console.log(`connected; ${discord.commands.length} commands registered`);

  await liveTraffic(discord, guild, stats, random);
  const exhibits = await visit(discord, guild, departed, stats, folder);
  writeFileSync(join(folder, "index.html"), galleryPage(exhibits));
  await stats.stop();
  await client.destroy();
  discord.assertClean();
  console.log(`${exhibits.length} answers are in ${resolve(folder, "index.html")}`);
}

function foundServer(discord: LoopbackDiscord, random: () => number): World {
  const members = Array.from({ length: MEMBERS }, (_, index): Partial<User> => {
    const bot = index % BOT_EVERY === 7;
    return {
      username: bot ? `helper${index}` : `user${index}`,
      global_name: bot ? `Helper ${index}` : displayName(index, random),
      // A fifth never chose a picture.
      avatar: random() < 0.2 ? null : index.toString(16).padStart(32, "0"),
      ...(bot ? { bot } : {}),
    };
  });
  return discord.guild({
    name: "The Northern Lights 🌌",
    icon: "c0ffee".padStart(32, "0"),
    members,
    channels: [
      ...TEXT_CHANNELS.map((name) => ({ name })),
      ...VOICE_CHANNELS.map((name) => ({ name, type: 2 })),
    ],
  });
}

async function writeHistory(file: string, guild: World): Promise<void> {
  const size: HistorySize = {
    seed: SEED,
    members: MEMBERS,
    textChannels: TEXT_CHANNELS.length,
    voiceChannels: VOICE_CHANNELS.length,
    messages: 150_000,
    voiceSessions: 4_000,
    days: 45,
    endMs: systemClock.nowMs(),
  };
  const ids = {
    guildId: guild.id,
    textChannels: TEXT_CHANNELS.map((name) => guild.channel(name).id),
    voiceChannels: VOICE_CHANNELS.map((name) => guild.channel(name).id),
    members: guild.users.map(({ id, bot = false }) => ({ id, bot })),
  };
  const store = sqlite(file);
  await store.open();
  const progress = reporter();
  let rows = 0;
  for (const batch of historyBatches(size, ids)) {
    await store.apply(batch);
    rows += batch.guilds[0]?.rows.hour.length ?? 0;
    progress(`writing 45 days of history: ${rows.toLocaleString("en")} rows`);
  }
  await store.close();
  console.log(
    `history: ${size.messages.toLocaleString("en")} messages, ${size.voiceSessions.toLocaleString("en")} voice sessions, ${rows.toLocaleString("en")} rows`,
  );
}

async function liveTraffic(
  discord: LoopbackDiscord,
  guild: World,
  stats: GuildStats,
  random: () => number,
): Promise<void> {
  const member = zipf(guild.users.length, random);
  const channel = zipf(TEXT_CHANNELS.length, random);
  for (let index = 0; index < IN_VOICE; index++) {
    const place = guild.channel(VOICE_CHANNELS[index % VOICE_CHANNELS.length] ?? "Lobby");
    discord.voice(guild, guild.user(index * 3), place);
  }
  const progress = reporter();
  const startedMs = systemClock.elapsedMs();
  await discord.flood("MESSAGE_CREATE", LIVE_MESSAGES, (index) => {
    progress(`live traffic: ${index.toLocaleString("en")} messages`);
    return guild.message(guild.channel(TEXT_CHANNELS[channel()] ?? "general"), guild.user(member()));
  });
  await discord.taken();
  const seconds = (systemClock.elapsedMs() - startedMs) / 1_000;
  const { messagesCounted, voiceSessions } = stats.metrics();
  console.log(
    `live: ${messagesCounted.toLocaleString("en")} messages counted in ${seconds.toFixed(1)} s, ${voiceSessions} members in voice`,
  );
}

async function visit(
  discord: LoopbackDiscord,
  guild: World,
  departed: User,
  stats: GuildStats,
  folder: string,
): Promise<Exhibit[]> {
  const exhibits: Exhibit[] = [];
  const progress = reporter();
  const show = async (title: string, act: () => LoopbackInteraction): Promise<LoopbackInteraction> => {
    const startedMs = systemClock.elapsedMs();
    const interaction = act();
    await interaction.settled();
    const totalMs = systemClock.elapsedMs() - startedMs;
    const [picture] = interaction.state === "deleted" ? [] : interaction.files;
    const file = picture ? `${String(exhibits.length + 1).padStart(2, "0")}-${picture.name}` : null;
    if (picture && file) writeFileSync(join(folder, file), picture.data);
    exhibits.push({
      title,
      file,
      text:
        picture?.description ??
        (interaction.state === "deleted" ? "(the card is gone)" : interaction.content),
      firstMs: interaction.ackMs ?? 0,
      totalMs,
      ephemeral: interaction.state !== "deleted" && interaction.ephemeral,
    });
    progress(`answers: ${exhibits.length}`);
    return interaction;
  };
  const caller = guild.user(0);
  const other = guild.user(12);
  const call = (subcommand: string, options: Parameters<LoopbackDiscord["call"]>[0]["options"] = {}) =>
    show(
      `/guildstats ${subcommand} ${Object.entries(options ?? {})
        .map(spelled)
        .join(" ")}`.trim(),
      () =>
        discord.call({
          guild,
          user: caller,
          command: "guildstats",
          subcommand,
          ...(options ? { options } : {}),
        }),
    );

  const server = await call("server");
  await call("server", { period: "lifetime", members: "both" });
  await call("member");
  await call("member", { member: other, period: "7d" });
  await call("member", { member: departed });
  await call("member", { member: guild.user(1_990) });
  await call("channel");
  await call("channel", { channel: guild.channel("日本語") });
  await call("channel", { channel: guild.channel("Lobby"), period: "24h" });
  await call("messages", { period: "7d" });
  await call("voice");
  for (const metric of ["messages", "voice"]) {
    for (const of of ["members", "channels"]) await call("top", { metric, of });
  }
  await call("top", { metric: "messages", of: "members", members: "bots" });
  await call("voice", { graph: true });
  await call("server", { private: true });
  await show("button Graph", () => server.press("Graph"));
  await show("button Reload, pressed by someone else", () => server.press("Reload", { user: other }));
  await stats.configure(guild.id, { accent: 0xe0569b });
  await call("server", { period: "24h" });
  await show("button Close", () => server.press("Close"));
  const question = await call("ignoreme");
  await show("button Stop recording me", () => question.press("Stop recording me and erase my data"));
  await call("member");
  await call("ignoreme");
  discord.ownerId = other.id;
  const forget = await show("/guildstats-owner forget", () =>
    discord.call({
      guild,
      user: other,
      command: "guildstats-owner",
      subcommand: "forget",
      options: { user: guild.user(5) },
    }),
  );
  await show("button Erase", () => forget.press("Erase"));
  return exhibits;
}

function spelled([name, value]: [string, string | boolean | object]): string {
  if (typeof value !== "object") return `${name}: ${value}`;
  const label = "global_name" in value ? value.global_name : Reflect.get(value, "name");
  return `${name}: ${String(label)}`;
}

/** Prints at most once a second. */
function reporter(): (line: string) => void {
  let lastMs = systemClock.elapsedMs();
  return (line) => {
    if (systemClock.elapsedMs() - lastMs < 1_000) return;
    lastMs = systemClock.elapsedMs();
    console.log(line);
  };
}
