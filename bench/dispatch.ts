import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Client, Events } from "discord.js";
import { GuildStats } from "../src/guild-stats.ts";
import { sqlite } from "../src/store/sqlite/index.ts";
import type { FloodRequest, Invitation } from "./dispatch-discord.ts";
import type { Bench, Figure } from "./figure.ts";
import { newFile } from "./files.ts";
import { cpuMs, inTurns, Variant } from "./rounds.ts";

const EVENTS = 30_000;
const ROUNDS = 15;
const WARM_UPS = 3;

/** discord.js with the plugin beside discord.js with an empty listener: two clients in this process, by turns. */
export const dispatch: Bench = {
  name: "dispatch",
  title: "discord.js, with and without the plugin",
  async run(): Promise<Figure[]> {
    const discord = fork(join(import.meta.dirname, "dispatch-discord.ts"));
    const [invitation]: Invitation[] = await once(discord, "message");
    const [forEmpty, forPlugin] = invitation ?? [];
    if (!forEmpty || !forPlugin) throw new Error("the other process sent no invitation");
    const empty = newClient(forEmpty.options);
    empty.on(Events.MessageCreate, () => undefined);
    const plugged = newClient(forPlugin.options);
    const stats = new GuildStats(plugged, {
      store: sqlite(newFile()),
      registerCommands: false,
      drainOnSignals: false,
    });
    await stats.start();
    await Promise.all([connected(empty, forEmpty.token), connected(plugged, forPlugin.token)]);
    // A guild that was asked about costs more: its rolling sums are kept up to date.
    for (const guildId of plugged.guilds.cache.keys()) await stats.query.server(guildId);

    const round = (client: number): Variant =>
      new Variant(() => cpuMs(() => flood(discord, { client, events: EVENTS })));
    const [without, listening] = [round(0), round(1)];
    await inTurns([without, listening], ROUNDS, WARM_UPS);
    // What the rounds left is written at once, and shared out among their messages.
    const { dirtyRows, messagesCounted } = stats.metrics();
    const flushMs = (await cpuMs(() => stats.flush())) * (EVENTS / messagesCounted);
    await stats.stop();
    await Promise.all([empty.destroy(), plugged.destroy()]);
    discord.disconnect();
    const expected = EVENTS * (ROUNDS + WARM_UPS);
    if (messagesCounted !== expected) throw new Error(`${messagesCounted} of ${expected} were counted`);
    const perSecond = (roundMs: number): number => (EVENTS * 1_000) / roundMs;
    const alone = { what: "an empty listener", value: perSecond(without.median) };
    const goal = { kind: "at-least-of-baseline", share: 0.97 } as const;
    return [
      {
        what: "dispatches per second of processor time",
        value: perSecond(listening.median),
        unit: "per s",
        baseline: alone,
        goal,
        note: `MESSAGE_CREATE over a socket, from another process; ${ROUNDS} rounds of ${counted(EVENTS)} by turns`,
      },
      {
        what: "the same with the flushes of it",
        value: perSecond(listening.median + flushMs),
        unit: "per s",
        baseline: alone,
        goal,
        note: `one flush of ${counted(dirtyRows)} rows for ${counted(messagesCounted)} messages; at this rate a period of 30 s has more of them`,
      },
    ];
  },
};

function counted(value: number): string {
  return value.toLocaleString("en");
}

function newClient(options: Invitation[number]["options"]): Client {
  return new Client({ intents: [...GuildStats.intents], ...options });
}

async function connected(client: Client, token: string): Promise<void> {
  const ready = once(client, Events.ClientReady);
  await client.login(token);
  await ready;
}

async function flood(discord: ChildProcess, request: FloodRequest): Promise<void> {
  const taken = once(discord, "message");
  discord.send(request);
  await taken;
}
