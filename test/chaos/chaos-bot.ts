import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { Client, type ClientEvents, Events, type Guild, Status, type VoiceState } from "discord.js";
import { asError, GuildStatsError } from "../../src/errors.ts";
import { GuildStats } from "../../src/guild-stats.ts";
import { postgres } from "../../src/store/postgres/index.ts";
import { clientOptionsFor } from "../loopback/client-options.ts";
import { PRIVILEGED_INTENTS } from "../support/connected-client.ts";
import { beginning, type Report, type Request, request } from "./bot-messages.ts";

/** A process with the real plugin, a real client and a real store in it, that tells what it hears and writes. */
const tell = (report: Report): void => void process.send?.(report);
const POLL_MS = 25;

tell({ kind: "loaded" });
const [message]: unknown[] = await once(process, "message");
const { url, address, token, shards, shardCount } = beginning.parse(message);

const store = postgres({ connectionString: url, max: 4, application_name: "chaos" });
const apply = store.apply.bind(store);
/** When the first batch of the flush that is under way was cut: all that was heard before is in it, or in those after it. */
let firstCutMs: number | null = null;
store.apply = async (batch) => {
  const answer = await apply(batch);
  firstCutMs ??= batch.cutAtMs;
  const refused = new Set(typeof answer === "string" ? [] : answer.refused);
  const isHeld = ({ guildId }: { readonly guildId: string }): boolean => !refused.has(guildId);
  tell({
    kind: "applied",
    cutAtMs: batch.cutAtMs,
    opened: (batch.sessions?.opened ?? [])
      .filter(isHeld)
      .map(({ guildId, userId, sessionId }) => [`${guildId} ${userId}`, sessionId]),
    closed: (batch.sessions?.closed ?? [])
      .filter(isHeld)
      .map(({ guildId, userId }) => `${guildId} ${userId}`),
  });
  return answer;
};

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
});
stats.on("flush", () => {
  if (firstCutMs !== null) tell({ kind: "flushed", cutAtMs: firstCutMs });
  firstCutMs = null;
});
stats.on("failure", ({ code, message }) => tell({ kind: "failure", code, message }));
client.once(Events.ClientReady, () => tell({ kind: "ready" }));
process.on("message", (asked) => {
  act(request.parse(asked)).catch((thrown: unknown) => tell(failure(thrown)));
});

/** Tells of an event when the plugin has taken it: it listens between the two listeners here. */
function around<E extends keyof ClientEvents>(
  event: E,
  told: (during: { fromMs: number; untilMs: number }, ...args: ClientEvents[E]) => Report,
): () => void {
  let fromMs = 0;
  client.on(event, () => {
    fromMs = Date.now();
  });
  return () => client.on(event, (...args) => tell(told({ fromMs, untilMs: Date.now() }, ...args)));
}
const voice = (during: { fromMs: number; untilMs: number }, _: VoiceState, after: VoiceState): Report => ({
  kind: "voice",
  who: `${after.guild.id} ${after.id}`,
  sessionId: after.channelId === null ? null : after.sessionId,
  ...during,
});
const arrived = (during: { fromMs: number; untilMs: number }, guild: Guild): Report => {
  void catchUp();
  return {
    kind: "guild",
    guildId: guild.id,
    present: [...guild.voiceStates.cache.values()].flatMap((state): [string, string][] =>
      state.channelId === null ? [] : [[`${guild.id} ${state.id}`, state.sessionId ?? ""]],
    ),
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
const afterThePlugin = [
  around(Events.VoiceStateUpdate, voice),
  around(Events.GuildAvailable, arrived),
  around(Events.GuildCreate, arrived),
];
const guildsOf = (shardId: number): string[] => [
  ...client.guilds.cache.filter((guild) => guild.shardId === shardId).keys(),
];
const lost = (shardId: number): void => tell({ kind: "lost", guildIds: guildsOf(shardId), atMs: Date.now() });
client.on(Events.ShardReconnecting, lost);
client.on(Events.ShardDisconnect, (_event, shardId) => lost(shardId));

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
  tell({ kind: "resumed", guildIds: guildsOf(shardId), atMs: Date.now() }),
);
await client.login(token);
