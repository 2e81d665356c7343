import { seededRandom, zipf } from "../examples/demo/random.ts";
import { HOUR_MS } from "../src/clock.ts";
import type { MessageObservation } from "../src/counting/observations.ts";
import { allocatedBytes } from "./allocation.ts";
import type { Bench, Figure } from "./figure.ts";
import { referenceFile } from "./files.ts";
import { BENCH_CLOCK, messageAt, type Plugin, startPlugin } from "./plugin.ts";
import { GUILD, NOW_MS, SIZE } from "./reference-guild.ts";
import { inTurns, spreadOf, Variant } from "./rounds.ts";

/** In an hour; the reference guild's busiest have some 800. */
const MESSAGES = 10_000;
/** Messages that are made, then counted: as in life, what is counted was just read off the wire. */
const AT_ONCE = 100;
const ROUNDS = 51;
const WARM_UPS = 5;
const ALLOCATION_ROUNDS = 5;

/** What counting a message costs, from observation to dirty set and hot window; the store is not touched. */
export const counting: Bench = {
  name: "counting",
  title: "Counting a message",
  async run(): Promise<Figure[]> {
    let hour = 0;
    const clock = { ...BENCH_CLOCK, nowMs: () => NOW_MS + hour * HOUR_MS };
    await using loaded = await startPlugin(await referenceFile(), { clock });
    await using unloaded = await startPlugin(await referenceFile(), { clock });
    const numbers = new Map<string, number>();
    const nested = new Map<string, Map<string, Map<string, number>>>();
    // Each round is a new hour; what the one before left is written, and the window moved on, while nobody watches.
    const newHour = async (round: number, plugin?: Plugin): Promise<void> => {
      hour = round;
      await plugin?.counter.flush();
      if (plugin === loaded) await loaded.query.server(GUILD.guildId);
    };
    const variant = (count: (message: MessageObservation) => void, plugin?: Plugin): Variant =>
      new Variant(async (round) => {
        await newHour(round, plugin);
        return nsPerMessage(round, clock.nowMs(), count);
      });
    const one = variant(({ userId }) => numbers.set(userId, (numbers.get(userId) ?? 0) + 1));
    const three = variant((message) => increment(nested, message));
    const asked = variant((message) => loaded.counter.message(message), loaded);
    const unasked = variant((message) => unloaded.counter.message(message), unloaded);
    await inTurns([one, three, asked, unasked], ROUNDS, WARM_UPS);

    const bytes: number[] = [];
    for (let round = ROUNDS + WARM_UPS; bytes.length < ALLOCATION_ROUNDS; round++) {
      await newHour(round, loaded);
      const messages = newMessages(round, clock.nowMs()).flatMap(observed);
      bytes.push(await allocatedBytes(async () => countAll(loaded, messages)));
    }
    const baseline = { what: "one Map increment", value: one.median };
    const goal = { kind: "at-most", value: 300 } as const;
    return [
      {
        what: "a message of a guild that was asked about",
        value: asked.median,
        unit: "ns",
        baseline,
        goal,
        note: `admission, replays, dirty set; the next flush or question brings the window up to date, in slices; quickest round ${quickest(asked)}`,
      },
      {
        what: "a message of a guild that nobody asked about",
        value: unasked.median,
        unit: "ns",
        baseline,
        goal,
        note: `the same; quickest round ${quickest(unasked)}, of the one Map ${quickest(one)}; Maps by guild, channel and member, one in another, take ${Math.round(three.median)} ns, the quickest round ${quickest(three)}`,
      },
      {
        what: "JavaScript objects made by counting one",
        value: spreadOf(bytes).median / MESSAGES,
        unit: "bytes",
        goal: { kind: "at-most", value: 8 },
        note: "of a guild that was asked about, by V8's sampling heap profiler; what counting kept, in typed arrays, is not in it",
      },
    ];
  },
};

/** By number: what an iterator makes is none of the plugin's. */
function countAll({ counter }: Plugin, messages: readonly MessageObservation[]): void {
  for (let at = 0; at < messages.length; at++) {
    const message = messages[at];
    if (message) counter.message(message);
  }
}

function quickest({ spread }: Variant): string {
  return `${Math.round(spread.smallest)} ns`;
}

function nsPerMessage(round: number, nowMs: number, count: (message: MessageObservation) => void): number {
  let tookMs = 0;
  for (const text of newMessages(round, nowMs)) {
    const messages = observed(text);
    const startedMs = performance.now();
    for (const message of messages) count(message);
    tookMs += performance.now() - startedMs;
  }
  return (tookMs * 1e6) / MESSAGES;
}

/** New messages with new ids, as texts of some each. */
function newMessages(round: number, nowMs: number): string[] {
  const random = seededRandom(round);
  const channel = zipf(SIZE.textChannels, random);
  const member = zipf(SIZE.members, random);
  return Array.from({ length: MESSAGES / AT_ONCE }, (_, text) =>
    JSON.stringify(
      Array.from({ length: AT_ONCE }, (_, index) =>
        // Every other one overtakes the one before it, as messages of different channels do.
        messageAt(nowMs, text * AT_ONCE + (index ^ 1), channel(), member()),
      ),
    ),
  );
}

/** Every id is a new text each time, as it is off the wire: nobody has hashed it, and no key is the same object. */
function observed(text: string): MessageObservation[] {
  return JSON.parse(text);
}

/** What a plugin that only counts might do: guild, channel, member, number. */
function increment(
  guilds: Map<string, Map<string, Map<string, number>>>,
  { guildId, channelId, userId }: MessageObservation,
): void {
  let guild = guilds.get(guildId);
  if (guild === undefined) {
    guild = new Map();
    guilds.set(guildId, guild);
  }
  let channel = guild.get(channelId);
  if (channel === undefined) {
    channel = new Map();
    guild.set(channelId, channel);
  }
  channel.set(userId, (channel.get(userId) ?? 0) + 1);
}
