import type { Card } from "../src/cards/card.ts";
import { type Clock, systemClock } from "../src/clock.ts";
import { Counter } from "../src/counting/counter.ts";
import type { MessageObservation } from "../src/counting/observations.ts";
import { type GuildStatsOptions, resolveOptions } from "../src/options.ts";
import type { DrawPoolOptions } from "../src/render/draw-pool.ts";
import { Renderer } from "../src/render/renderer.ts";
import { Queries } from "../src/stats/queries.ts";
import { sqlite } from "../src/store/sqlite/index.ts";
import type { Store } from "../src/store/store.ts";
import { NO_HISTORY, UNHEARD } from "../test/support/counting.ts";
import { GUILD, idMadeAt, NOW_MS, referenceDirectory } from "./reference-guild.ts";

/** The wall clock stands still at the end of the reference history; everything else is the host's. */
export const BENCH_CLOCK: Clock = { ...systemClock, nowMs: () => NOW_MS };

/** The parts of GuildStats that a bench drives, wired as `GuildStats` wires them, without a client. */
export interface Plugin extends AsyncDisposable {
  readonly counter: Counter;
  readonly query: Queries;
  render(card: Card): Promise<Buffer>;
}

/**
 * The plugin over a database file.
 * @param watch puts something around the store, to see what goes through it
 */
export async function startPlugin(
  file: string,
  {
    watch = (store) => store,
    ...given
  }: Partial<GuildStatsOptions> & { watch?: (store: Store) => Store } = {},
): Promise<Plugin> {
  // The longest period: a bench flushes when it wants to.
  const defaults = { clock: BENCH_CLOCK, flushIntervalMs: 600_000 };
  const options = resolveOptions({ ...defaults, ...given, store: watch(sqlite(file)) });
  const failed = (thrown: unknown): never => {
    throw thrown;
  };
  const directory = referenceDirectory();
  const counter = new Counter(
    {
      ...options,
      longestGapMs: options.recoverWithinMs,
      directory,
      history: NO_HISTORY,
      stateOf: () => null,
    },
    { ...UNHEARD, failed },
  );
  const renderer = newRenderer(options.imageCacheEntries);
  await options.store.open();
  await counter.start();
  return {
    counter,
    query: new Queries(counter, options.clock, options.timeZone, directory),
    render: (card) => renderer.render(card),
    async [Symbol.asyncDispose](): Promise<void> {
      await renderer.stop();
      await counter.stop();
      await options.store.close();
    },
  };
}

/**
 * A renderer with the plugin's own defaults.
 * @param cacheEntries 0 draws every card anew
 */
export function newRenderer(cacheEntries: number, drawing: DrawPoolOptions = {}): Renderer {
  return new Renderer({
    clock: BENCH_CLOCK,
    fetchTimeoutMs: 2_000,
    cacheEntries,
    cacheBytes: 32 * 1024 * 1024,
    cacheTtlMs: 300_000,
    allowImageUrl: () => true,
    drawing,
  });
}

/** A message that the plugin sees; channel and member by index. */
export function messageAt(ms: number, serial: number, channel: number, member: number): MessageObservation {
  const author = GUILD.members[member];
  return {
    messageId: idMadeAt(ms, serial),
    guildId: GUILD.guildId,
    channelId: GUILD.textChannels[channel] ?? "",
    parentId: null,
    userId: author?.id ?? "",
    bot: author?.bot ?? false,
  };
}
