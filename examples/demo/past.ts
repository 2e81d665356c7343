import { HOUR_MS, hourOf } from "../../src/clock.ts";
import { activityId } from "../../src/place-id.ts";
import type { Batch, PopulationRow } from "../../src/store/store.ts";
import { VOICE_STATES } from "../../src/voice-state.ts";
import { Past, pastBatches, seededHistory, storedPlace } from "./history.ts";
import { ACTIVITIES } from "./names.ts";
import { seededRandom, zipf } from "./random.ts";
import type { DemoServer } from "./server.ts";

/** Long enough that the period before each period is known: twice 30 days, and some. */
export const DAYS = 75;
const MESSAGES = 210_000;
const THREAD_MESSAGES = 14_000;
const VOICE_SESSIONS = 7_000;
const ACTIVITY_SESSIONS = 9_000;
/** The server grows: of what its last day has, its first one had this share. */
const AT_FIRST = 0.45;
const JOINS_A_DAY = 14;
const LEAVES_A_DAY = 6;

/** How time in voice is spent, and how often. */
const VOICE = [
  [0, 0.55],
  [VOICE_STATES.selfMuted, 0.19],
  [VOICE_STATES.alone, 0.08],
  [VOICE_STATES.streaming, 0.08],
  [VOICE_STATES.camera, 0.05],
  [VOICE_STATES.selfMuted | VOICE_STATES.selfDeafened, 0.05],
] as const;

/** 75 days of the server's life, up to an instant. */
export function serverPast(server: DemoServer, seed: number, endMs: number): Generator<Batch> {
  const { guild, text, voice, posts, threads } = server;
  const random = seededRandom(seed + 1);
  const past = new Past();
  const talks = [...posts, ...threads];
  const happened = {
    ...{ seed, members: guild.users.length, days: DAYS, endMs },
    ...{ textChannels: text.length, voiceChannels: voice.length },
  };
  const startMs = endMs - DAYS * 24 * HOUR_MS;
  const isIn = (atMs: number): boolean =>
    random() < AT_FIRST + ((1 - AT_FIRST) * (atMs - startMs)) / (endMs - startMs);
  const life = seededHistory({ ...happened, messages: MESSAGES, voiceSessions: VOICE_SESSIONS });
  for (const event of life) {
    if (!isIn(event.atMs)) continue;
    if (event.voice) {
      const place = text.length + event.channel;
      past.time(event.atMs, event.atMs + event.durationMs, place, event.member, voiceState(random()));
    } else past.message(event.atMs, event.channel, event.member);
  }
  const firstTalk = text.length + voice.length;
  const talking = { ...happened, seed: seed + 2, textChannels: talks.length, messages: THREAD_MESSAGES };
  for (const { atMs, channel, member } of seededHistory({ ...talking, voiceSessions: 0 })) {
    if (isIn(atMs)) past.message(atMs, firstTalk + channel, member);
  }
  const firstActivity = firstTalk + talks.length;
  const doing = { ...happened, seed: seed + 3, textChannels: ACTIVITIES.length, messages: ACTIVITY_SESSIONS };
  for (const { atMs, channel, member } of seededHistory({ ...doing, voiceSessions: 0 })) {
    if (!isIn(atMs) || guild.user(member).bot) continue;
    const lengthMs = (ACTIVITIES[channel]?.minutes ?? 60) * 60_000 * (0.3 + 1.4 * random());
    past.time(atMs, Math.min(endMs, Math.floor(atMs + lengthMs)), firstActivity + channel, member);
  }
  return pastBatches(past, {
    guildId: guild.id,
    places: [
      ...[...text, ...voice].map(({ id, name }) => storedPlace(id, name)),
      ...talks.map(({ id, name, parent_id }) => storedPlace(id, name, parent_id)),
      ...ACTIVITIES.map(({ type, name }) => storedPlace(activityId(type, name))),
    ],
    members: guild.users.map(({ id, bot = false }) => ({ id, bot })),
    population: comingsAndGoings(guild.members.size, startMs, endMs, random),
  });
}

function voiceState(draw: number): number {
  let sum = 0;
  for (const [state, share] of VOICE) {
    sum += share;
    if (draw < sum) return state;
  }
  return 0;
}

/** Hour by hour backwards from the members of now, so that both ends agree. */
function comingsAndGoings(
  membersNow: number,
  startMs: number,
  endMs: number,
  random: () => number,
): PopulationRow[] {
  const rows: PopulationRow[] = [];
  const drawn = zipf(4, random, 2);
  let members = membersNow;
  for (let hour = hourOf(endMs) - 1; hour > hourOf(startMs); hour--) {
    const joins = random() < JOINS_A_DAY / 24 / 1.5 ? 1 + drawn() : 0;
    const leaves = random() < LEAVES_A_DAY / 24 / 1.5 ? 1 + drawn() : 0;
    if (joins + leaves === 0) continue;
    rows.unshift({ hour, joins, leaves, members });
    members -= joins - leaves;
  }
  return rows;
}
