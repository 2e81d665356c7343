// A bot in many guilds, in a process of its own: the real discord.js client, with the plugin or with empty listeners.
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { Client, Events, GatewayIntentBits, Options } from "discord.js";
import type { GuildStats } from "../src/guild-stats.ts";
import { clientOptionsFor } from "../test/loopback/client-options.ts";
import { ownCpuMs } from "./event-loop.ts";
import { answering } from "./far.ts";

export type ClientRequest =
  | {
      /** Makes the client, and starts the plugin over a file; `null`: a bare client. */
      readonly kind: "start";
      readonly file: string | null;
      readonly address: string;
      /** Whether the client is told of presences, and the plugin counts activities, however short. */
      readonly activities: boolean;
      /** Default: the plugin's. */
      readonly memoryBudgetBytes?: number;
    }
  /** Logs in; answers when all guilds are there. */
  | { readonly kind: "connect"; readonly token: string }
  /** Writes what was counted; from now on delays of the event loop count. */
  | { readonly kind: "watch" }
  | { readonly kind: "sample" }
  /** The same, after garbage was collected. */
  | { readonly kind: "collect" }
  | { readonly kind: "stop" };

type StartRequest = Extract<ClientRequest, { readonly kind: "start" }>;

/** What the process has spent and holds. */
export interface ClientSample {
  /** How long the request took. */
  readonly tookMs: number;
  /** Of all threads, since it began. */
  readonly cpuMs: number;
  /** Of the event loop's thread; `null` where the system does not tell. */
  readonly loopCpuMs: number | null;
  readonly rssBytes: number;
  /** What lived on V8's heap, and outside of it as far as it accounts for that, when it was last collected. */
  readonly livingBytes: number;
  /** Delays of the event loop since `watch`, beyond the time asked for. */
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  /** What the plugin holds of guilds, and in how many of them it still looks for missed messages. */
  readonly cacheBytes: number;
  readonly guildsLoaded: number;
  readonly guildsRecovering: number;
  /** In all batches that the store has. */
  readonly rowsWritten: number;
  /** Cards that were drawn on the event loop: none, unless threads cannot run. */
  readonly drawnOnCaller: number;
  readonly failures: readonly string[];
}

const RESOLUTION_MS = 5;
/** Memory of typed arrays is let go of in a turn of its own. */
const COLLECTIONS = 2;
const SWEEP_S = 60;
/** Some 50 bytes at each event are kept for nothing: `npm run soak` must fail then. */
const LEAKS = process.env["GUILDSTATS_SOAK_LEAK"] === "1";
const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildVoiceStates,
  GatewayIntentBits.GuildMembers,
];
/** What the plugin listens to, as far as the benches make it happen. */
const HEARD = [
  Events.MessageCreate,
  Events.VoiceStateUpdate,
  Events.PresenceUpdate,
  Events.GuildAvailable,
  Events.GuildMemberAdd,
  Events.GuildMemberRemove,
  Events.InteractionCreate,
] as const;

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let livingBytes = 0;
const failures: string[] = [];
let client: Client | null = null;
let stats: GuildStats | null = null;

answering(async (request: ClientRequest): Promise<ClientSample> => {
  const startedMs = performance.now();
  const tookMs = (await act(request)) ?? performance.now() - startedMs;
  const { rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const metrics = stats?.metrics();
  const lateMs = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);
  return {
    tookMs,
    cpuMs: (user + system) / 1_000,
    loopCpuMs: ownCpuMs(),
    rssBytes: rss,
    livingBytes,
    delayP50Ms: lateMs(delays.percentile(50)),
    delayP99Ms: lateMs(delays.percentile(99)),
    delayMaxMs: lateMs(delays.max),
    cacheBytes: metrics?.cacheBytes ?? 0,
    guildsLoaded: metrics?.guildsLoaded ?? 0,
    guildsRecovering: metrics?.guildsRecovering ?? 0,
    rowsWritten: metrics?.rowsWritten ?? 0,
    drawnOnCaller: metrics?.images.drawnOnCaller ?? 0,
    failures,
  };
});

/** @returns how long it took, where that is not all of the request */
async function act(request: ClientRequest): Promise<number | undefined> {
  switch (request.kind) {
    case "start":
      return await start(request);
    case "connect": {
      const ready = client && once(client, Events.ClientReady);
      await client?.login(request.token);
      await ready;
      return undefined;
    }
    case "watch":
      await stats?.flush();
      delays.enable();
      return undefined;
    case "sample":
      return undefined;
    case "collect":
      await collect();
      return undefined;
    case "stop":
      await stats?.stop();
      await client?.destroy();
      return undefined;
    default:
      return request satisfies never;
  }
}

async function collect(): Promise<void> {
  for (let collection = 0; collection < COLLECTIONS; collection++) {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    livingBytes = heapUsed + external;
    await turn();
  }
}

/** @returns how long the plugin's start took, without loading its code */
async function start({ file, address, activities, memoryBudgetBytes }: StartRequest): Promise<number> {
  client = new Client({
    intents: activities ? [...INTENTS, GatewayIntentBits.GuildPresences] : INTENTS,
    // As large bots have it: what is in none of these caches would be the larger part of all memory, and grow.
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      PresenceManager: 0,
    }),
    // Who has hung up stays in the client's cache.
    sweepers: {
      ...Options.DefaultSweeperSettings,
      voiceStates: {
        interval: SWEEP_S,
        filter:
          () =>
          ({ channelId }) =>
            channelId === null,
      },
    },
    ...clientOptionsFor(address),
  });
  if (file === null) {
    for (const event of HEARD) client.on(event, () => undefined);
    return 0;
  }
  const [{ GuildStats }, { sqlite }] = await Promise.all([
    import("../src/index.ts"),
    import("../src/store/sqlite/index.ts"),
  ]);
  stats = new GuildStats(client, {
    store: sqlite(file),
    drainOnSignals: false,
    imageHosts: [new URL(address).host],
    activities,
    activityMinimumMs: 0,
    ...(memoryBudgetBytes === undefined ? {} : { memoryBudgetBytes }),
  });
  if (LEAKS) {
    const leaked: object[] = [];
    client.on(Events.Raw, () => leaked.push({ one: leaked.length, other: leaked.length }));
  }
  stats.on("failure", (error) => failures.push(`${error.code}: ${error.message}`));
  const startedMs = performance.now();
  await stats.start();
  return performance.now() - startedMs;
}
