import { systemClock } from "../../src/clock.ts";
import type { GuildStats } from "../../src/guild-stats.ts";
import { competing, playing, spotify, streaming } from "../../test/loopback/activities.ts";
import type { LoopbackDiscord } from "../../test/loopback/loopback-discord.ts";
import type { Activity, User } from "../../test/loopback/world.ts";
import { zipf } from "./random.ts";
import { reporter } from "./reporter.ts";
import type { DemoServer } from "./server.ts";

const MESSAGES = 1_500;
const IN_VOICE = 24;
const DOING = 60;
const NEWCOMERS = ["newcomer", "ようこそ", "Żaneta"];
/** Who writes, speaks and plays: those far down the list are left to their silence. */
const LEAVERS = [1_500, 1_501];

/** What happens while the bot watches: joins and leaves, voice, games and music, and a flood of messages. */
export async function liveTraffic(
  discord: LoopbackDiscord,
  { guild, text, voice, posts, threads }: DemoServer,
  stats: GuildStats,
  random: () => number,
): Promise<void> {
  for (const name of NEWCOMERS) discord.join(guild, { username: name, global_name: name });
  for (const user of LEAVERS.map((index) => guild.user(index))) discord.leave(guild, user);
  for (let index = 0; index < IN_VOICE; index++) {
    const place = voice[index % voice.length];
    if (place) discord.voice(guild, guild.user(index * 3), place, { selfMute: index % 4 === 0 });
  }
  for (let index = 0; index < DOING; index++) {
    const user = guild.user(index * 2);
    if (!user.bot) discord.presence(guild, user, { activities: doing(index) });
  }
  const progress = reporter();
  const startedMs = systemClock.elapsedMs();
  const member = zipf(guild.users.length, random);
  const places = [...text, ...threads.slice(0, 1), ...posts];
  const place = zipf(places.length, random);
  const author = (): User => guild.user(member());
  await discord.flood("MESSAGE_CREATE", MESSAGES, (index) => {
    progress(`live traffic: ${index.toLocaleString("en")} messages`);
    return guild.message(places[place()] ?? guild.channel("general"), author());
  });
  await discord.taken();
  const seconds = (systemClock.elapsedMs() - startedMs) / 1_000;
  const { messagesCounted, voiceSessions } = stats.metrics();
  console.log(
    `live: ${messagesCounted.toLocaleString("en")} messages counted in ${seconds.toFixed(1)} s, ${voiceSessions} members in voice`,
  );
}

/** Two things at once, for some; begun before the bot came, as Discord tells it. */
function doing(index: number): Activity[] {
  const startMs = systemClock.nowMs() - (20 + index) * 60_000;
  const games = [
    [playing("Minecraft", { startMs })],
    [playing("原神", { startMs }), spotify("夜に駆ける", "YOASOBI", startMs)],
    [streaming("Speedrun!", "Hollow Knight")],
    [competing("osu! World Cup", startMs)],
    [playing("League of Legends", { startMs })],
  ];
  return games[index % games.length] ?? [];
}
