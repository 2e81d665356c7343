import { setImmediate as immediate } from "node:timers/promises";
import { seededRandom, zipf } from "../examples/demo/random.ts";
import { hourOf } from "../src/clock.ts";
import { GuildRecord } from "../src/counting/guild-record.ts";
import type { Bench, Figure } from "./figure.ts";
import { GUILD, NOW_MS, SIZE } from "./reference-guild.ts";

const CELLS = 1_000_000;
const HOURS = 720;

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
        baseline: { what: "nested Maps of numbers", value: nested / CELLS },
        goal: { kind: "at-most", value: 40 },
        note: "all that a loaded guild holds, over its cells by hour: all-time cells, sums of each member and channel over each period, ids; the Maps hold messages by hour, channel and member, and no sums",
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

/** A million different cells; the same for everyone. */
function* cells(): Generator<{ readonly hour: number; readonly channel: number; readonly member: number }> {
  const random = seededRandom(SIZE.seed);
  const [channel, member] = [zipf(SIZE.textChannels, random), zipf(SIZE.members, random)];
  const head = hourOf(NOW_MS);
  const perHour = Math.ceil(CELLS / HOURS);
  for (let left = CELLS, hour = head - HOURS + 1; left > 0; hour++) {
    const seen = new Set<number>();
    for (const most = Math.min(perHour, left); seen.size < most; ) {
      const cell = { hour, channel: channel(), member: member() };
      const key = cell.channel * SIZE.members + cell.member;
      if (seen.has(key)) continue;
      seen.add(key);
      yield cell;
    }
    left -= seen.size;
  }
}

async function windowOf(): Promise<GuildRecord> {
  const record = new GuildRecord(GUILD.guildId, NOW_MS);
  const nothing = { appliedSequence: 0, sinceMs: NOW_MS, places: [], members: [], population: [] };
  const none = { place: new Int32Array(), member: new Int32Array(), state: new Uint16Array() };
  const rows = { ...none, messages: new Float64Array(), durationMs: new Float64Array() };
  const snapshot = { ...nothing, hourly: { hour: new Int32Array(), ...rows }, lifetime: rows };
  await record.load(
    snapshot,
    () => [],
    hourOf(NOW_MS),
    0,
    async () => undefined,
  );
  for (const { hour, channel, member } of cells()) {
    const { id, bot } = GUILD.members[member] ?? { id: "", bot: false };
    record.count({
      guildId: GUILD.guildId,
      placeId: GUILD.textChannels[channel] ?? "",
      parentId: null,
      userId: id,
      bot,
      hour,
      state: 0,
      messages: 1,
      durationMs: 0,
    });
  }
  // As after a flush: all of it is in the window, and nothing is dirty.
  record.bringUpToDate();
  record.cut(
    CELLS,
    { sessions: { opened: [], closed: [] }, activities: { opened: [], closed: [] } },
    () => null,
  );
  return record;
}

async function nestedMaps(): Promise<unknown> {
  const hours = new Map<number, Map<string, Map<string, number>>>();
  for (const { hour, channel, member } of cells()) {
    const channels = at(hours, hour, () => new Map<string, Map<string, number>>());
    const members = at(channels, GUILD.textChannels[channel] ?? "", () => new Map<string, number>());
    const id = GUILD.members[member]?.id ?? "";
    members.set(id, (members.get(id) ?? 0) + 1);
  }
  return hours;
}

function at<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
