import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import {
  Client,
  type ClientEvents,
  Events,
  GatewayDispatchEvents,
  type GatewayGuildCreateDispatchData,
  type GatewayGuildMemberAddDispatchData,
  type GatewayGuildMemberRemoveDispatchData,
  type GatewayPresenceUpdateDispatchData,
  type GatewayVoiceStateUpdateDispatchData,
  type Guild,
  Status,
  type VoiceState,
} from "discord.js";
import { systemClock } from "../../src/clock.ts";
import { SteadyTime } from "../../src/counting/steady-time.ts";
import { asError, GuildStatsError } from "../../src/errors.ts";
import { GuildStats } from "../../src/guild-stats.ts";
import { activityId } from "../../src/place-id.ts";
import { postgres } from "../../src/store/postgres/index.ts";
import { clientOptionsFor } from "../loopback/client-options.ts";
import { PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { ACTIVITY_MINIMUM_MS, beginning, type Report, type Request, request } from "./bot-messages.ts";
import { tellOfLeases } from "./lease-reports.ts";

/** A process with the real plugin, a real client and a real store in it, that tells what it hears and writes. */
const tell = (report: Report): void => void process.send?.(report);
const POLL_MS = 25;

tell({ kind: "loaded" });
const [message]: unknown[] = await once(process, "message");
const { url, address, token, shards, shardCount } = beginning.parse(message);

const store = postgres({ connectionString: url, max: 4, application_name: "chaos" });
const apply = store.apply.bind(store);
/** When the first server of the flush that is under way was settled: all that was heard before is in it. */
let settledSinceMs = Number.POSITIVE_INFINITY;
store.apply = async (batch) => {
  tell({ kind: "sending", cutAtMs: batch.cutAtMs });
  const answer = await apply(batch);
  settledSinceMs = Math.min(settledSinceMs, batch.cutAtMs, ...batch.settledMs.values());
  const refused = new Set(typeof answer === "string" ? [] : answer.refused);
  const isHeld = ({ guildId }: { readonly guildId: string }): boolean => !refused.has(guildId);
  tell({
    kind: "applied",
    settledMs: [...batch.settledMs],
    opened: (batch.sessions?.opened ?? [])
      .filter(isHeld)
      .map(({ guildId, userId, sessionId }) => [`${guildId} ${userId}`, sessionId]),
    closed: (batch.sessions?.closed ?? [])
      .filter(isHeld)
      .map(({ guildId, userId }) => `${guildId} ${userId}`),
    refused: [...refused],
  });
  return answer;
};
const grantedMs = store.leases === null ? new Map<string, number>() : tellOfLeases(store.leases, tell);

/** Of two ends of one connection each connects anew, and the second is refused (@discordjs/ws 1.2.3); the first goes on. */
const CONNECTED_TWICE = "Tried to connect a shard that wasn't idle";
process.on("unhandledRejection", (thrown) => {
  if (asError(thrown).message !== CONNECTED_TWICE) throw thrown;
});

/** As the plugin's own, made a moment apart. A wall clock strays from it: an event is dated by either, to the millisecond. */
const time = new SteadyTime(systemClock, () => undefined);
const notBeforeMs = (): number => Math.min(Date.now(), time.nowMs() - 1);
const notAfterMs = (): number => Math.max(Date.now(), time.nowMs() + 1);

const client = new Client({
  intents: PRIVILEGED_INTENTS,
  ...clientOptionsFor(address),
  shards,
  shardCount,
});
const stats = new GuildStats(client, {
  store,
  registerCommands: false,
  flushIntervalMs: 1_000,
  // Several batches a flush: the moments between them are what a death must not hurt.
  batchRows: 25,
  recoverMessagesPerChannel: 100_000,
  activities: true,
  activityMinimumMs: ACTIVITY_MINIMUM_MS,
  logger: {
    debug: ({ event, guildId }) => {
      if (event !== "guild_taken" || typeof guildId !== "string") return;
      tell({ kind: "taken", guildId, settledMs: grantedMs.get(guildId) ?? null, atMs: time.nowMs() });
    },
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  },
});
stats.on("flush", () => {
  tell({ kind: "flushed", settledMs: settledSinceMs });
  settledSinceMs = Number.POSITIVE_INFINITY;
});
stats.on("failure", ({ code, message }) => tell({ kind: "failure", code, message }));
client.once(Events.ClientReady, () => tell({ kind: "ready" }));
process.on("message", (asked) => {
  act(request.parse(asked)).catch((thrown: unknown) => tell(failure(thrown)));
});

interface Times {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Tells of an event when the plugin has taken it: it listens between the two listeners here. */
function around<E extends keyof ClientEvents>(
  event: E,
  told: (during: Times, ...args: ClientEvents[E]) => Report,
): () => void {
  let fromMs = 0;
  client.on(event, () => {
    fromMs = notBeforeMs();
  });
  return () => client.on(event, (...args) => tell(told({ fromMs, untilMs: notAfterMs() }, ...args)));
}
/** The same for what the client's own events do not tell. */
function aroundPacket<Data>(
  event: GatewayDispatchEvents,
  told: (during: Times, data: Data) => Report,
): () => void {
  let fromMs = 0;
  client.ws.on(event, () => {
    fromMs = notBeforeMs();
  });
  return () => client.ws.on(event, (data: Data) => tell(told({ fromMs, untilMs: notAfterMs() }, data)));
}
const seatOf = (state: VoiceState): [string, string, string] | null =>
  state.channelId === null ? null : [`${state.guild.id} ${state.id}`, state.sessionId ?? "", state.channelId];
const voice = (during: Times, data: GatewayVoiceStateUpdateDispatchData): Report => {
  const { guild_id: guildId = "", user_id: userId, channel_id: channelId, session_id: sessionId } = data;
  const who = `${guildId} ${userId}`;
  return { kind: "voice", who, seat: channelId === null ? null : [who, sessionId, channelId], ...during };
};
const doingOf = ({ activities = [] }: Pick<GatewayPresenceUpdateDispatchData, "activities">) =>
  activities.map(({ type, name, timestamps }): [string, number | null] => [
    activityId(type, name),
    timestamps?.start ?? null,
  ]);
/** What the guild that comes next lists. */
let listed: GatewayGuildCreateDispatchData["presences"] = [];
client.ws.on(GatewayDispatchEvents.GuildCreate, ({ presences }: GatewayGuildCreateDispatchData) => {
  listed = presences;
});
const arrived = (during: Times, guild: Guild): Report => {
  void catchUp();
  return {
    kind: "guild",
    guildId: guild.id,
    present: guild.voiceStates.cache.map(seatOf).filter((seat) => seat !== null),
    active: listed.map((presence) => [`${guild.id} ${presence.user.id}`, doingOf(presence)]),
    ...during,
  };
};

let isCatchingUp = false;
async function catchUp(): Promise<void> {
  if (isCatchingUp) return;
  isCatchingUp = true;
  await caughtUp();
  isCatchingUp = false;
  tell({ kind: "caught up" });
}

/** Each guild is this process's to count, and all gaps are closed. */
async function caughtUp(): Promise<void> {
  for (;;) {
    const { leases, guildsRecovering, channelsRecovering } = stats.metrics();
    if ((leases?.guildsAwaited ?? 0) + guildsRecovering + channelsRecovering === 0) return;
    await wait(POLL_MS);
  }
}
const guildsOf = (shardId: number): string[] => [
  ...client.guilds.cache.filter((guild) => guild.shardId === shardId).keys(),
];
const lost = (during: Times, shardId: number): Report => ({
  kind: "lost",
  guildIds: guildsOf(shardId),
  ...during,
});
const moved =
  (change: 1 | -1) =>
  (during: Times, { guild_id: guildId, user }: GatewayGuildMemberRemoveDispatchData): Report => ({
    kind: "member",
    guildId,
    userId: user.id,
    change,
    ...during,
  });
const afterThePlugin = [
  aroundPacket<GatewayVoiceStateUpdateDispatchData>(GatewayDispatchEvents.VoiceStateUpdate, voice),
  around(Events.GuildAvailable, arrived),
  around(Events.GuildCreate, arrived),
  around(Events.ShardReconnecting, lost),
  around(Events.ShardDisconnect, (during, _event, shardId) => lost(during, shardId)),
  aroundPacket<GatewayGuildMemberAddDispatchData>(GatewayDispatchEvents.GuildMemberAdd, moved(1)),
  aroundPacket<GatewayGuildMemberRemoveDispatchData>(GatewayDispatchEvents.GuildMemberRemove, moved(-1)),
  aroundPacket<GatewayPresenceUpdateDispatchData>(GatewayDispatchEvents.PresenceUpdate, (during, data) => ({
    kind: "presence",
    who: `${data.guild_id} ${data.user.id}`,
    doing: doingOf(data),
    ...during,
  })),
];

function failure(thrown: unknown): Report {
  const code = thrown instanceof GuildStatsError ? thrown.code : "";
  return { kind: "failure", code, message: asError(thrown).message };
}

async function act(asked: Request): Promise<void> {
  switch (asked.kind) {
    case "connect":
      while (!client.isReady() || !client.ws.shards.every(({ status }) => status === Status.Ready))
        await wait(POLL_MS);
      return tell({ kind: "connected" });
    case "settle":
      await caughtUp();
      await stats.flush();
      return tell({ kind: "settled" });
    case "erase": {
      const { how, userId } = asked;
      const erased = how === "forget" ? stats.privacy.forget(userId) : stats.privacy.optOut(userId);
      const error = await erased.then(
        () => null,
        (thrown: unknown) => asError(thrown).message,
      );
      return tell({ kind: "erasure", userId, error });
    }
    default:
      return asked satisfies never;
  }
}

try {
  await stats.start();
} catch (thrown) {
  // As hosts do: whoever looks after the process starts it again.
  await new Promise<unknown>((resolve) => process.send?.(failure(thrown), resolve));
  process.exit(1);
}
for (const listen of afterThePlugin) listen();
client.on(Events.ShardResume, (shardId) =>
  tell({ kind: "resumed", guildIds: guildsOf(shardId), atMs: time.nowMs() }),
);
await client.login(token);
