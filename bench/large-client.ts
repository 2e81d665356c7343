// A bot in many guilds, in a process of its own: the real discord.js client, with the plugin or with empty listeners.
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Client, Events, GatewayIntentBits, Options } from "discord.js";
import type { GuildStats } from "../src/guild-stats.ts";
import { clientOptionsFor } from "../test/loopback/client-options.ts";
import { answering } from "./far.ts";

export type ClientRequest =
  /** Makes the client, and starts the plugin over a file; `null`: a bare client. */
  | { readonly kind: "start"; readonly file: string | null; readonly address: string }
  /** Logs in; answers when all guilds are there. */
  | { readonly kind: "connect"; readonly token: string }
  /** From now on delays of the event loop count. */
  | { readonly kind: "watch" }
  | { readonly kind: "sample" }
  /** The same, garbage not counted. */
  | { readonly kind: "collect" }
  | { readonly kind: "stop" };

/** What the process has spent and holds. */
export interface ClientSample {
  /** How long the request took. */
  readonly tookMs: number;
  /** Of all threads, since it began. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Of V8's heap, and of what it accounts for outside of it. */
  readonly heapBytes: number;
  /** Delays of the event loop since `watch`, beyond the time asked for. */
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  /** What the plugin holds of guilds, and in how many of them it still looks for missed messages. */
  readonly cacheBytes: number;
  readonly guildsRecovering: number;
  /** Cards that were drawn on the event loop: none, unless threads cannot run. */
  readonly drawnOnCaller: number;
  readonly failures: readonly string[];
}

const RESOLUTION_MS = 5;
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
  Events.GuildAvailable,
  Events.GuildMemberAdd,
  Events.GuildMemberRemove,
  Events.InteractionCreate,
] as const;

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
const failures: string[] = [];
let client: Client | null = null;
let stats: GuildStats | null = null;

answering(async (request: ClientRequest): Promise<ClientSample> => {
  const startedMs = performance.now();
  const tookMs = (await act(request)) ?? performance.now() - startedMs;
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const metrics = stats?.metrics();
  const lateMs = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);
  return {
    tookMs,
    cpuMs: (user + system) / 1_000,
    rssBytes: rss,
    heapBytes: heapUsed + external,
    delayP50Ms: lateMs(delays.percentile(50)),
    delayP99Ms: lateMs(delays.percentile(99)),
    delayMaxMs: lateMs(delays.max),
    cacheBytes: metrics?.cacheBytes ?? 0,
    guildsRecovering: metrics?.guildsRecovering ?? 0,
    drawnOnCaller: metrics?.images.drawnOnCaller ?? 0,
    failures,
  };
});

/** @returns how long it took, where that is not all of the request */
async function act(request: ClientRequest): Promise<number | undefined> {
  switch (request.kind) {
    case "start":
      return await start(request.file, request.address);
    case "connect": {
      const ready = client && once(client, Events.ClientReady);
      await client?.login(request.token);
      await ready;
      return undefined;
    }
    case "watch":
      delays.reset();
      delays.enable();
      return undefined;
    case "sample":
      return undefined;
    case "collect":
      globalThis.gc?.();
      return undefined;
    case "stop":
      await stats?.stop();
      await client?.destroy();
      return undefined;
    default:
      return request satisfies never;
  }
}

/** @returns how long the plugin's start took, without loading its code */
async function start(file: string | null, address: string): Promise<number> {
  client = new Client({
    intents: INTENTS,
    // As large bots have it: messages in the client's own cache would be the larger part of all memory, and grow.
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, MessageManager: 0 }),
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
  });
  stats.on("failure", (error) => failures.push(`${error.code}: ${error.message}`));
  const startedMs = performance.now();
  await stats.start();
  return performance.now() - startedMs;
}
