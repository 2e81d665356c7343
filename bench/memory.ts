import { setImmediate as immediate } from "node:timers/promises";
import { seededRandom, zipf } from "../examples/demo/random.ts";
import { hourOf } from "../src/clock.ts";
import { GuildRecord } from "../src/counting/guild-record.ts";
import { NO_CHANGES } from "../src/counting/session-changes.ts";
import type { Bench, Figure } from "./figure.ts";
import { GUILD, NOW_MS, SIZE } from "./reference-guild.ts";

const CELLS = 1_000_000;
const HOURS = 720;
const FROM_HOUR = hourOf(NOW_MS) - HOURS;
const CELLS_AN_HOUR = Math.ceil(CELLS / HOURS);
/** One cell in so many is of time in voice. */
const VOICE_EVERY = 10;

/** What a million cells take in memory, beside the nested Maps that a plugin which only counts might have. */
export const memory: Bench = {
  name: "memory",
  title: "Memory",
  async run(): Promise<Figure[]> {
    const ours = await heldBytes(windowOf);
    const nested = await heldBytes(nestedMaps);
    return [
      {
        what: "a cell (channel, member, hour) in memory",
        value: ours / CELLS,
        unit: "bytes",
        baseline: { what: "nested Maps", value: nested / CELLS },
        goal: { kind: "at-most", value: 40 },
        note: `all that a guild holds that was counted for ${HOURS} hours, over its cells by hour: all-time cells, sums of each member and channel over each period, ids; the Maps hold messages and milliseconds in voice by channel, member and hour, and of each channel and member over all time; no sums. One cell in ${VOICE_EVERY} is of voice; goal beside the Maps: a quarter`,
      },
    ];
  },
};

/** Bytes that what a task made takes, on V8's heap and beside it, while it is held. */
async function heldBytes(make: () => Promise<unknown>): Promise<number> {
  const before = await usedBytes();
  const made = await make();
  const after = await usedBytes();
  // Used here, or it would be garbage when it is measured.
  if (made === null) throw new Error("nothing was made");
  return after - before;
}

async function usedBytes(): Promise<number> {
  // Memory of typed arrays is let go of in a turn of its own.
  for (let turn = 0; turn < 4; turn++) {
    globalThis.gc?.();
    await immediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

interface Cell {
  readonly channelId: string;
  readonly userId: string;
  readonly bot: boolean;
  readonly messages: number;
  readonly voiceMs: number;
}

/** By hour: a million different cells in all; the same for everyone. */
function* hours(): Generator<{ readonly hour: number; readonly cells: readonly Cell[] }> {
  const random = seededRandom(SIZE.seed);
  const member = zipf(SIZE.members, random);
  const [text, voice] = [zipf(SIZE.textChannels, random), zipf(SIZE.voiceChannels, random)];
  for (let left = CELLS, hour = FROM_HOUR; left > 0; hour++) {
    const cells = new Map<string, Cell>();
    while (cells.size < Math.min(CELLS_AN_HOUR, left)) {
      const inVoice = cells.size % VOICE_EVERY === 0;
      const channelId = (inVoice ? GUILD.voiceChannels[voice()] : GUILD.textChannels[text()]) ?? "";
      const { id, bot } = GUILD.members[member()] ?? { id: "", bot: false };
      const [messages, voiceMs] = inVoice ? [0, 1 + Math.floor(random() * 3_600_000)] : [1, 0];
      cells.set(`${channelId} ${id}`, { channelId, userId: id, bot, messages, voiceMs });
    }
    left -= cells.size;
    yield { hour, cells: [...cells.values()] };
  }
}

async function windowOf(): Promise<GuildRecord> {
  const record = new GuildRecord(GUILD.guildId, NOW_MS);
  const nothing = { appliedSequence: 0, sinceMs: NOW_MS, places: [], members: [], population: [] };
  const none = { place: new Int32Array(), member: new Int32Array(), state: new Uint16Array() };
  const rows = { ...none, messages: new Float64Array(), durationMs: new Float64Array() };
  const snapshot = { ...nothing, hourly: { hour: new Int32Array(), ...rows }, lifetime: rows };
  await record.load(
    record.beginLoad(FROM_HOUR, 0, async () => undefined),
    snapshot,
    () => [],
  );
  for (const { hour, cells } of hours()) {
    for (const { channelId, userId, bot, messages, voiceMs } of cells) {
      record.count({
        guildId: GUILD.guildId,
        placeId: channelId,
        parentId: null,
        userId,
        bot,
        hour,
        state: 0,
        messages,
        durationMs: voiceMs,
      });
    }
    // As after a flush: all of it is in the window, and nothing is dirty.
    record.bringUpToDate();
    record.take(CELLS, { settledMs: null, changes: NO_CHANGES }, () => null);
    record.hot?.advance(hour + 1);
  }
  return record;
}

/** Of a channel's member. */
interface Counts {
  messages: number;
  voiceMs: number;
  readonly hours: Map<number, { messages: number; voiceMs: number }>;
}

async function nestedMaps(): Promise<unknown> {
  const channels = new Map<string, Map<string, Counts>>();
  for (const { hour, cells } of hours()) {
    for (const { channelId, userId, messages, voiceMs } of cells) {
      const members = at(channels, channelId, () => new Map<string, Counts>());
      const counts = at(members, userId, () => ({ messages: 0, voiceMs: 0, hours: new Map() }));
      const inHour = at(counts.hours, hour, () => ({ messages: 0, voiceMs: 0 }));
      for (const sum of [counts, inHour]) {
        sum.messages += messages;
        sum.voiceMs += voiceMs;
      }
    }
  }
  return channels;
}

function at<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
