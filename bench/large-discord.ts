// A Discord with many guilds, in a process of its own: the other end of the benches of large bots.
import { setTimeout as wait } from "node:timers/promises";
import { seededRandom, zipf } from "../examples/demo/random.ts";
import type { LoopbackInteraction } from "../test/loopback/interaction.ts";
import { LoopbackDiscord } from "../test/loopback/loopback-discord.ts";
import type { Channel, User, World } from "../test/loopback/world.ts";
import { answering } from "./far.ts";
import { type GuildShape, manyGuilds } from "./many-guilds.ts";

export type DiscordRequest =
  | { readonly kind: "open"; readonly guilds: number; readonly mostMembers: number }
  /** Makes things happen for so long, then ends all that is underway and waits until the clients have taken it. */
  | { readonly kind: "drive"; readonly seconds: number; readonly eventsPerSecond: number };

export interface DiscordAnswer {
  readonly address: string;
  readonly token: string;
  /** What happened, by guild. */
  readonly happened: readonly GuildHappened[];
  readonly events: number;
  /** Milliseconds until each slash command was acknowledged; `null`: it was not. */
  readonly ackMs: readonly (number | null)[];
  /** Requests that Discord would refuse. */
  readonly refused: string | null;
}

export interface GuildHappened {
  readonly guildId: string;
  messages: number;
  joins: number;
  leaves: number;
  /** From entering to hanging up, by the clock of this process. */
  voiceMs: number;
}

const SEED = 1_000;
const TICK_MS = 20;
/** Shares of all events; the rest is messages. */
const VOICE_SHARE = 0.06;
const COMING_SHARE = 0.01;

/** A guild, and who is where in it. */
interface Scene {
  readonly world: World;
  readonly users: readonly User[];
  readonly text: readonly Channel[];
  readonly voice: readonly Channel[];
  readonly inVoice: Map<User, number>;
  readonly visitors: User[];
  readonly happened: GuildHappened;
}

const random = seededRandom(SEED);
const discord = await LoopbackDiscord.start();
const scenes: Scene[] = [];
const asked: LoopbackInteraction[] = [];
let events = 0;

answering(async (request: DiscordRequest): Promise<DiscordAnswer> => {
  switch (request.kind) {
    case "open":
      for (const shape of manyGuilds(request.guilds)) scenes.push(sceneOf(shape, request.mostMembers));
      // Loud guilds first, as `zipf` draws them.
      scenes.sort((a, b) => b.users.length - a.users.length);
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

function sceneOf({ id, members, textChannels, voiceChannels }: GuildShape, mostMembers: number): Scene {
  const world = discord.guild({
    id,
    members: Math.min(members, mostMembers),
    channels: [
      ...Array.from({ length: textChannels }, (_, index) => ({
        name: index === 0 ? "general" : `text-${index}`,
      })),
      ...Array.from({ length: voiceChannels }, (_, index) => ({ name: `voice-${index}`, type: 2 })),
    ],
  });
  return {
    world,
    users: world.users,
    text: world.channels.slice(0, textChannels),
    voice: world.channels.slice(textChannels),
    inVoice: new Map(),
    visitors: [],
    happened: { guildId: id, messages: 0, joins: 0, leaves: 0, voiceMs: 0 },
  };
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
    for (; events < due; events++) happen(at(scenes, drawn()));
    if (called < elapsedMs / 1_000) {
      call(at(scenes, drawn()));
      called++;
    }
    await wait(TICK_MS);
  }
  for (const scene of scenes) for (const user of scene.inVoice.keys()) hangUp(scene, user);
  await discord.taken();
  await Promise.race([Promise.all(asked.map((each) => each.acked())), wait(3_000)]);
}

/** One event. */
function happen(scene: Scene): void {
  const kind = random();
  if (kind < COMING_SHARE) come(scene);
  else if (kind < COMING_SHARE + VOICE_SHARE) speak(scene);
  else write(scene);
}

function write(scene: Scene): void {
  const message = scene.world.message(at(scene.text, zipfish(scene.text.length)), someone(scene));
  // Not kept in the history of its channel, which would grow without end.
  discord.redeliver(message);
  scene.happened.messages++;
}

function speak(scene: Scene): void {
  const user = someone(scene);
  if (scene.inVoice.has(user)) {
    if (random() < 0.5) hangUp(scene, user);
    else
      discord.voice(scene.world, user, at(scene.voice, index(scene.voice.length)), {
        selfMute: random() < 0.5,
      });
    return;
  }
  discord.voice(scene.world, user, at(scene.voice, index(scene.voice.length)));
  scene.inVoice.set(user, performance.now());
}

function hangUp(scene: Scene, user: User): void {
  scene.happened.voiceMs += performance.now() - (scene.inVoice.get(user) ?? 0);
  scene.inVoice.delete(user);
  discord.voice(scene.world, user, null);
}

function come(scene: Scene): void {
  const visitor = scene.visitors.pop();
  if (visitor === undefined) {
    scene.visitors.push(discord.join(scene.world));
    scene.happened.joins++;
    return;
  }
  discord.leave(scene.world, visitor);
  discord.users.delete(visitor.id);
  scene.happened.leaves++;
}

function call(scene: Scene): void {
  const [guild, user] = [scene.world, someone(scene)];
  const subcommand = asked.length % 2 === 0 ? "server" : "member";
  asked.push(discord.call({ guild, user, command: "guildstats", subcommand }));
}

function someone({ users }: Scene): User {
  return at(users, zipfish(users.length));
}

/** Low indices more often; the n-th about 1/n as often, without a table for each guild. */
function zipfish(length: number): number {
  return Math.min(length - 1, Math.floor(Math.exp(random() * Math.log(length + 1))) - 1);
}

function index(length: number): number {
  return Math.floor(random() * length);
}

function at<T>(list: readonly T[], position: number): T {
  const found = list[position];
  if (found === undefined) throw new Error("nobody, or nowhere");
  return found;
}

function refused(): string | null {
  try {
    discord.assertClean();
    return null;
  } catch (thrown) {
    return String(thrown);
  }
}
