import { once } from "node:events";
import { Client, Events } from "discord.js";
import { GuildStats } from "../../src/guild-stats.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { clientOptionsFor } from "../loopback/client-options.ts";
import { beginning, type Report } from "./bot-messages.ts";

/** A process with the real plugin and the real client in it, made to be killed. */
const tell = (report: Report): void => void process.send?.(report);
const die = (): void => void process.kill(process.pid, "SIGKILL");

tell({ kind: "loaded" });
const [message]: unknown[] = await once(process, "message");
const { file, address, token, dieAtBatch, dieWhen } = beginning.parse(message);

const store = sqlite(file);
const apply = store.apply.bind(store);
let batches = 0;
let cutAtMs = 0;
store.apply = async (batch) => {
  batches++;
  if (batches === dieAtBatch && dieWhen === "before") die();
  const answer = await apply(batch);
  if (batches === dieAtBatch && dieWhen === "after") die();
  cutAtMs = batch.cutAtMs;
  tell({ kind: "batch", cutAtMs });
  return answer;
};

const client = new Client({ intents: [...GuildStats.intents], ...clientOptionsFor(address) });
const stats = new GuildStats(client, {
  store,
  registerCommands: false,
  flushIntervalMs: 1_000,
  // Many batches a flush: the moments between them are what a crash must not hurt.
  batchRows: 10,
  recoverMessagesPerChannel: 100_000,
});
stats.on("flush", () => tell({ kind: "flush", cutAtMs }));
stats.on("failure", (error) => tell({ kind: "failure", message: `${error.code}: ${error.message}` }));
stats.on("recovery", ({ guildId, isDone, channelsIncomplete }) => {
  if (isDone) tell({ kind: "recovered", guildId, isComplete: channelsIncomplete === 0 });
});
client.once(Events.ClientReady, () => tell({ kind: "ready" }));
process.on("message", () => {
  stats.flush().then(
    () => tell({ kind: "flushed on request" }),
    () => undefined,
  );
});

tell({ kind: "starting" });
await stats.start();
await client.login(token);
