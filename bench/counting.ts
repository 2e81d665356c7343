import { seededRandom, zipf } from "../examples/demo/random.ts";
import { HOUR_MS } from "../src/clock.ts";
import type { MessageObservation } from "../src/counting/observations.ts";
import type { Bench, Figure } from "./figure.ts";
import { referenceFile } from "./files.ts";
import { BENCH_CLOCK, messageAt, type Plugin, startPlugin } from "./plugin.ts";
import { GUILD, NOW_MS, SIZE } from "./reference-guild.ts";
import { inTurns, Variant } from "./rounds.ts";

/** In an hour; the reference guild's busiest have some 800. */
const MESSAGES = 10_000;
const ROUNDS = 51;

/** What counting a message costs, from observation to dirty set and hot window; the store is not touched. */
export const counting: Bench = {
  name: "counting",
  title: "Counting a message",
  async run(): Promise<Figure[]> {
    let hour = 0;
    const clock = { ...BENCH_CLOCK, nowMs: () => NOW_MS + hour * HOUR_MS };
    await using loaded = await startPlugin(await referenceFile(), { clock });
    await using unloaded = await startPlugin(await referenceFile(), { clock });
    const nested = new Map<string, Map<string, Map<string, number>>>();
    // Each round is a new hour; what the one before left is written, and the window moved on, while nobody watches.
    const perMessage = async (
      round: number,
      count: (message: MessageObservation) => void,
      plugin?: Plugin,
    ): Promise<number> => {
      hour = round;
      await plugin?.counter.flush();
      if (plugin === loaded) await loaded.query.server(GUILD.guildId);
      const messages = newMessages(round, clock.nowMs());
      const startedMs = performance.now();
      for (const message of messages) count(message);
      return ((performance.now() - startedMs) * 1e6) / messages.length;
    };
    const map = new Variant((round) => perMessage(round, (message) => increment(nested, message)));
    const asked = new Variant((round) =>
      perMessage(round, (message) => loaded.counter.message(message), loaded),
    );
    const unasked = new Variant((round) =>
      perMessage(round, (message) => unloaded.counter.message(message), unloaded),
    );
    await inTurns([map, asked, unasked], ROUNDS, 5);
    const baseline = { what: "one nested-Map increment", value: map.median };
    const goal = { kind: "at-most", value: 1_000 } as const;
    return [
      {
        what: "a message of a guild that was asked about",
        value: asked.median,
        unit: "ns",
        baseline,
        goal,
        note: `admission, replay guard, dirty set, and the table of what the window does not have yet; the next flush or question brings it up to date, in slices; quickest round ${quickest(asked)}`,
      },
      {
        what: "a message of a guild that nobody asked about",
        value: unasked.median,
        unit: "ns",
        baseline,
        goal,
        note: `admission, replay guard and dirty set; quickest round ${quickest(unasked)}, of the nested Map ${quickest(map)}`,
      },
    ];
  },
};

function quickest({ spread }: Variant): string {
  return `${Math.round(spread.smallest)} ns`;
}

/** New messages with new ids; made before the clock starts. */
function newMessages(round: number, nowMs: number): MessageObservation[] {
  const random = seededRandom(round);
  const channel = zipf(SIZE.textChannels, random);
  const member = zipf(SIZE.members, random);
  return Array.from({ length: MESSAGES }, (_, index) => messageAt(nowMs, index, channel(), member()));
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
