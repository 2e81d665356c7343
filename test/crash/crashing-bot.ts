import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { Client, Events } from "discord.js";
import { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { clientOptionsFor } from "../loopback/client-options.ts";
import { beginning, type ERASURE_CALLS, type Report, type Request, request } from "./bot-messages.ts";

/** A process with the real plugin and the real client in it, made to be killed. */
const tell = (report: Report): void => void process.send?.(report);
const die = (): void => void process.kill(process.pid, "SIGKILL");

tell({ kind: "loaded" });
const [message]: unknown[] = await once(process, "message");
const { file, address, token, dieAtBatch, dieWhen, dieAtCall, leftGuildGraceDays } = beginning.parse(message);

const store = sqlite(file);
const apply = store.apply.bind(store);
let batches = 0;
/** When the first batch of the flush that is under way was cut: all that was heard before is in it, or in those after it. */
let cutAtMs: number | null = null;
store.apply = async (batch) => {
  batches++;
  if (batches === dieAtBatch && dieWhen === "before") die();
  const answer = await apply(batch);
  if (batches === dieAtBatch && dieWhen === "after") die();
  cutAtMs ??= batch.cutAtMs;
  tell({ kind: "batch" });
  return answer;
};

/** Until an erasure is asked for, its calls are of something else: rules are noted, a left guild is looked for. */
let isErasing = false;
async function mortal<T>(call: (typeof ERASURE_CALLS)[number], act: () => Promise<T>): Promise<T> {
  const isFatal = call === dieAtCall?.call && (isErasing || call === "eraseGuild");
  if (!isFatal) return await act();
  if (dieAtCall.when === "before") die();
  const answer = act();
  if (dieAtCall.when === "after") await answer;
  else for (let turns = Number(dieAtCall.when); turns > 0; turns--) await turn();
  die();
  return await answer;
}
const { addOptOut, setRulesSinceMs, forget, eraseGuild } = store;
store.addOptOut = (...all) => mortal("addOptOut", () => addOptOut.apply(store, all));
store.setRulesSinceMs = (...all) => mortal("setRulesSinceMs", () => setRulesSinceMs.apply(store, all));
store.forget = (...all) => mortal("forget", () => forget.apply(store, all));
store.eraseGuild = (...all) => mortal("eraseGuild", () => eraseGuild.apply(store, all));

const client = new Client({ intents: [...GuildStats.intents], ...clientOptionsFor(address) });
const stats = new GuildStats(client, {
  store,
  registerCommands: false,
  flushIntervalMs: 1_000,
  // Many batches a flush: the moments between them are what a crash must not hurt.
  batchRows: 10,
  recoverMessagesPerChannel: 100_000,
  leftGuildGraceDays,
});
stats.on("flush", () => {
  if (cutAtMs !== null) tell({ kind: "flush", cutAtMs });
  cutAtMs = null;
});
stats.on("failure", (error) => tell({ kind: "failure", message: `${error.code}: ${error.message}` }));
stats.on("recovery", ({ guildId, isDone, channelsIncomplete }) => {
  if (isDone) tell({ kind: "recovered", guildId, isComplete: channelsIncomplete === 0 });
});
client.once(Events.ClientReady, () => tell({ kind: "ready" }));
stats.on("guildErased", (guildId) => tell({ kind: "guild erased", guildId }));
process.on("message", (asked) => {
  act(request.parse(asked)).catch((thrown: unknown) => tell({ kind: "failure", message: String(thrown) }));
});

async function act(asked: Request): Promise<void> {
  switch (asked.kind) {
    case "settle":
      while (stats.metrics().guildsRecovering + stats.metrics().channelsRecovering > 0) await turn();
      await stats.flush();
      return tell({ kind: "flushed on request" });
    case "flush":
      await stats.flush();
      return tell({ kind: "flushed on request" });
    case "erase":
      isErasing = true;
      await erase(asked);
      return tell({ kind: "erased" });
    default:
      return asked satisfies never;
  }
}

async function erase({ how, userId, guildId }: Extract<Request, { kind: "erase" }>): Promise<unknown> {
  switch (how) {
    case "forget":
      return await stats.privacy.forget(userId);
    case "forget here":
      return await stats.privacy.forget(userId, guildId);
    case "opt out":
      return await stats.privacy.optOut(userId);
    case "ignore":
      return await stats.privacy.ignore(userId);
    default:
      return how satisfies never;
  }
}

tell({ kind: "starting" });
await stats.start();
await client.login(token);
