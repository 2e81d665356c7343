import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { GuildStats } from "./guild-stats.ts";
import type { Metrics } from "./metrics.ts";

/** Figures of a metric: one, or one by label. */
type Figures = number | null | ReadonlyMap<string, number>;

interface Described {
  readonly name: string;
  readonly help: string;
  readonly label?: "result" | "code" | "shard";
  read(metrics: Metrics): Figures;
}

const COUNTERS: readonly Described[] = [
  {
    name: "guildstats_messages_counted_total",
    help: "Messages counted.",
    read: ({ messagesCounted }) => messagesCounted,
  },
  {
    name: "guildstats_events_total",
    help: "Events of the gateway that counting was told of, counted or not.",
    read: ({ eventsHeard }) => eventsHeard,
  },
  {
    name: "guildstats_cache_requests_total",
    help: "Questions about a guild: answered from memory (hit), or by the store (load).",
    label: "result",
    read: ({ cacheHits, cacheLoads }) =>
      new Map([
        ["hit", cacheHits],
        ["load", cacheLoads],
      ]),
  },
  {
    name: "guildstats_rows_written_total",
    help: "Rows that the store has taken.",
    read: ({ rowsWritten }) => rowsWritten,
  },
  {
    name: "guildstats_flushes_total",
    help: "Flushes that went well, those without anything to write included.",
    read: ({ flushes }) => flushes,
  },
  {
    name: "guildstats_flush_failures_total",
    help: "Flushes that failed.",
    read: ({ flushFailures }) => flushFailures,
  },
  {
    name: "guildstats_guilds_fenced_total",
    help: "Guilds that another process took while some of their counts were not written yet.",
    read: ({ leases }) => leases?.guildsFenced ?? 0,
  },
  {
    name: "guildstats_images_total",
    help: "Cards asked for: from the cache (hit), drawn (draw), or drawn already for another (join).",
    label: "result",
    read: ({ images }) =>
      new Map([
        ["hit", images.hits],
        ["draw", images.draws],
        ["join", images.joined],
      ]),
  },
  {
    name: "guildstats_images_drawn_on_caller_total",
    help: "Cards drawn on the bot's own thread, where no drawing thread runs.",
    read: ({ images }) => images.drawnOnCaller,
  },
  {
    name: "guildstats_picture_fetches_total",
    help: "Avatars and icons fetched.",
    read: ({ images }) => images.pictureFetches,
  },
  {
    name: "guildstats_failures_total",
    help: "Failures by code.",
    label: "code",
    read: ({ failures }) => new Map(Object.entries(failures)),
  },
];

const SECOND_MS = 1_000;
const seconds = (ms: number | null | undefined): number | null =>
  ms === null || ms === undefined ? null : ms / SECOND_MS;

const GAUGES: readonly Described[] = [
  {
    name: "guildstats_voice_sessions",
    help: "Members in voice whose time is counted.",
    read: ({ voiceSessions }) => voiceSessions,
  },
  {
    name: "guildstats_activity_sessions",
    help: "Activities that are counted, or may be.",
    read: ({ activitySessions }) => activitySessions,
  },
  { name: "guildstats_guilds_known", help: "Guilds in memory.", read: ({ guildsKnown }) => guildsKnown },
  {
    name: "guildstats_guilds_loaded",
    help: "Guilds whose window is in memory.",
    read: ({ guildsLoaded }) => guildsLoaded,
  },
  {
    name: "guildstats_cache_bytes",
    help: "Bytes of guild data in memory.",
    read: ({ cacheBytes }) => cacheBytes,
  },
  {
    name: "guildstats_cache_budget_bytes",
    help: "Bytes that guild data may take.",
    read: ({ cacheBudgetBytes }) => cacheBudgetBytes,
  },
  {
    name: "guildstats_dirty_rows",
    help: "Rows that wait to be written.",
    read: ({ dirtyRows }) => dirtyRows,
  },
  {
    name: "guildstats_writes_waiting",
    help: "Loads, writes and erasures that wait or run.",
    read: ({ writesWaiting }) => writesWaiting,
  },
  {
    name: "guildstats_consecutive_flush_failures",
    help: "Flushes that failed since the last one that went well.",
    read: ({ consecutiveFlushFailures }) => consecutiveFlushFailures,
  },
  {
    name: "guildstats_last_flush_timestamp_seconds",
    help: "When the last flush that went well ended, Unix time.",
    read: ({ lastFlush }) => seconds(lastFlush?.endedAtMs),
  },
  {
    name: "guildstats_guilds_held",
    help: "Guilds that this process counts, where several share a store.",
    read: ({ leases }) => leases?.guildsHeld ?? null,
  },
  {
    name: "guildstats_guilds_awaited",
    help: "Guilds that this process sees, and another one counts.",
    read: ({ leases }) => leases?.guildsAwaited ?? null,
  },
  {
    name: "guildstats_guilds_recovering",
    help: "Guilds in which it is looked for missed messages.",
    read: ({ guildsRecovering }) => guildsRecovering,
  },
  {
    name: "guildstats_channels_recovering",
    help: "Channels whose missed messages are read back.",
    read: ({ channelsRecovering }) => channelsRecovering,
  },
  {
    name: "guildstats_backfills_running",
    help: "Imports of a guild's past that run or wait.",
    read: ({ backfillsRunning }) => backfillsRunning,
  },
  {
    name: "guildstats_image_cache_entries",
    help: "Cards in the cache.",
    read: ({ images }) => images.entries,
  },
  {
    name: "guildstats_image_cache_bytes",
    help: "Bytes of cards in the cache.",
    read: ({ images }) => images.bytes,
  },
  { name: "guildstats_draw_threads", help: "Threads that draw.", read: ({ images }) => images.drawThreads },
  {
    name: "guildstats_resident_memory_bytes",
    help: "Resident memory of the process.",
    read: ({ memory }) => memory.rssBytes,
  },
  {
    name: "guildstats_heap_used_bytes",
    help: "JavaScript heap in use.",
    read: ({ memory }) => memory.heapUsedBytes,
  },
  {
    name: "guildstats_event_loop_delay_p50_seconds",
    help: "Delay of the event loop over a minute, median.",
    read: ({ eventLoopDelay }) => seconds(eventLoopDelay?.p50Ms),
  },
  {
    name: "guildstats_event_loop_delay_p99_seconds",
    help: "Delay of the event loop over a minute, 99th percentile.",
    read: ({ eventLoopDelay }) => seconds(eventLoopDelay?.p99Ms),
  },
  {
    name: "guildstats_event_loop_delay_max_seconds",
    help: "Delay of the event loop over a minute, longest.",
    read: ({ eventLoopDelay }) => seconds(eventLoopDelay?.maxMs),
  },
  {
    name: "guildstats_store_bytes",
    help: "Bytes of the database, without its write-ahead log.",
    read: ({ store }) => store?.bytes ?? null,
  },
  {
    name: "guildstats_store_schema_version",
    help: "Version of the database's schema.",
    read: ({ store }) => store?.schemaVersion ?? null,
  },
  {
    name: "guildstats_shards",
    help: "Shards of the bot, those of other processes included.",
    read: ({ shardsInAll }) => shardsInAll,
  },
  {
    name: "guildstats_shard_ready",
    help: "Whether a shard is connected: 1 or 0.",
    label: "shard",
    read: (metrics) => byShard(metrics, ({ status }) => (status === "ready" ? 1 : 0)),
  },
  {
    name: "guildstats_shard_guilds",
    help: "Guilds by shard.",
    label: "shard",
    read: (metrics) => byShard(metrics, ({ guilds }) => guilds),
  },
  {
    name: "guildstats_shard_ping_seconds",
    help: "Round trip of a shard's last heartbeat.",
    label: "shard",
    read: (metrics) => byShard(metrics, ({ pingMs }) => seconds(pingMs)),
  },
];

/** A flush of few rows takes a millisecond or two, one that the disk holds up takes seconds. */
const FLUSH_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Adds GuildStats's metrics to a prom-client registry. All of them are read from `stats.metrics()` when the registry
 * is scraped; only how long flushes take is noted as they happen, from this call on. No label holds the id of a user,
 * channel or guild.
 * @returns takes them out again
 * @throws what prom-client throws when the registry has them already
 */
export function collect(stats: GuildStats, registry: Registry): () => void {
  const moment = oneMomentOf(stats);
  for (const { name, help, label, read } of COUNTERS) {
    new Counter({
      name,
      help,
      labelNames: label ? [label] : [],
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, value] of labelled(label, read(moment()))) this.inc(labels, value);
      },
    });
  }
  for (const { name, help, label, read } of GAUGES) {
    new Gauge({
      name,
      help,
      labelNames: label ? [label] : [],
      registers: [registry],
      collect() {
        // Without labels `reset` would say 0 of a figure that there is none of.
        if (label) this.reset();
        else this.remove({});
        for (const [labels, value] of labelled(label, read(moment()))) this.set(labels, value);
      },
    });
  }
  const flushSeconds = new Histogram({
    name: "guildstats_flush_seconds",
    help: "How long flushes took that wrote something.",
    buckets: FLUSH_BUCKETS_S,
    registers: [registry],
  });
  const observe = ({ durationMs }: { readonly durationMs: number }): void =>
    flushSeconds.observe(durationMs / SECOND_MS);
  stats.on("flush", observe);
  return () => {
    stats.off("flush", observe);
    for (const { name } of [...COUNTERS, ...GAUGES, { name: "guildstats_flush_seconds" }])
      registry.removeSingleMetric(name);
  };
}

/** All metrics of one scrape tell of the same moment, which is looked at once. */
function oneMomentOf(stats: GuildStats): () => Metrics {
  let known: Metrics | null = null;
  return () => {
    if (known === null) {
      known = stats.metrics();
      queueMicrotask(() => {
        known = null;
      });
    }
    return known;
  };
}

function labelled(
  label: Described["label"],
  figures: Figures,
): readonly (readonly [Partial<Record<string, string>>, number])[] {
  if (figures === null) return [];
  if (typeof figures === "number") return [[{}, figures]];
  return Array.from(figures, ([value, figure]) => [label ? { [label]: value } : {}, figure]);
}

function byShard(
  { shards }: Metrics,
  read: (shard: Metrics["shards"][number]) => number | null,
): ReadonlyMap<string, number> {
  return new Map(
    shards.flatMap((shard): [string, number][] => {
      const figure = read(shard);
      return figure === null ? [] : [[String(shard.id), figure]];
    }),
  );
}
