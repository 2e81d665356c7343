// A Discord with many guilds, in a process of its own: the other end of the benches of large bots.
import { setTimeout as wait } from "node:timers/promises";
import { seededRandom, zipf } from "../examples/demo/random.ts";
import type { LoopbackInteraction } from "../test/loopback/interaction.ts";
import { LoopbackDiscord } from "../test/loopback/loopback-discord.ts";
import { answering } from "./far.ts";
import { manyGuilds } from "./many-guilds.ts";
import { at, type GuildHappened, Scene } from "./scene.ts";

export type DiscordRequest =
  | { readonly kind: "open"; readonly guilds: number; readonly mostMembers: number }
  /** All that the clients are to know before anything is measured happens once. */
  | { readonly kind: "rehearse" }
  /** Makes things happen for so long, then ends all that is underway and waits until the clients have taken it. */
  | { readonly kind: "drive"; readonly seconds: number; readonly eventsPerSecond: number };

export interface DiscordAnswer {
  readonly address: string;
  readonly token: string;
  /** What happened, by guild. */
  readonly happened: readonly GuildHappened[];
  /** Those of `drive`. */
  readonly events: number;
  /** Milliseconds until each slash command was acknowledged; `null`: it was not. */
  readonly ackMs: readonly (number | null)[];
  /** Requests that Discord would refuse. */
  readonly refused: string | null;
}

const SEED = 1_000;
const TICK_MS = 20;
/** Guilds that act before it is waited for the clients. */
const ACTING_TOGETHER = 50;

const random = seededRandom(SEED);
const discord = await LoopbackDiscord.start();
const scenes: Scene[] = [];
const asked: LoopbackInteraction[] = [];
let events = 0;

answering(async (request: DiscordRequest): Promise<DiscordAnswer> => {
  switch (request.kind) {
    case "open":
      for (const shape of manyGuilds(request.guilds))
        scenes.push(new Scene(discord, shape, request.mostMembers, random));
      // Loud guilds first, as `zipf` draws them.
      scenes.sort((a, b) => b.size - a.size);
      break;
    case "rehearse":
      await each((scene) => scene.begin());
      await each((scene) => scene.settle());
      break;
    case "drive":
      await drive(request.seconds, request.eventsPerSecond);
      break;
    default:
      request satisfies never;
  }
  return {
    address: discord.address,
    token: discord.token,
    happened: scenes.map(({ happened }) => happened),
    events,
    ackMs: asked.map(({ ackMs }) => ackMs),
    refused: refused(),
  };
});

/** With all scenes, no faster than the clients take it. */
async function each(act: (scene: Scene) => void): Promise<void> {
  for (const [index, scene] of scenes.entries()) {
    act(scene);
    if (index % ACTING_TOGETHER === 0) await discord.taken();
  }
  await discord.taken();
}

async function drive(seconds: number, eventsPerSecond: number): Promise<void> {
  const drawn = zipf(scenes.length, random, 0.8);
  const startedMs = performance.now();
  for (
    let elapsedMs = 0, called = 0;
    elapsedMs < seconds * 1_000;
    elapsedMs = performance.now() - startedMs
  ) {
    const due = Math.floor((elapsedMs / 1_000) * eventsPerSecond);
    for (; events < due; events++) at(scenes, drawn()).happen();
    if (called < elapsedMs / 1_000) {
      call(at(scenes, drawn()));
      called++;
    }
    await wait(TICK_MS);
  }
  await each((scene) => scene.end());
  await Promise.race([Promise.all(asked.map((call) => call.acked())), wait(3_000)]);
}

function call(scene: Scene): void {
  const [guild, user] = [scene.world, scene.someone()];
  const subcommand = asked.length % 2 === 0 ? "server" : "member";
  asked.push(discord.call({ guild, user, command: "guildstats", subcommand }));
}

function refused(): string | null {
  try {
    discord.assertClean();
    return null;
  } catch (thrown) {
    return String(thrown);
  }
}
