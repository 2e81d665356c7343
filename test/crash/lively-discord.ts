import { seededRandom } from "../../examples/demo/random.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import type { Channel, GuildOptions, Message, User, World } from "../loopback/world.ts";
import { Ledger } from "./ledger.ts";

const GUILDS = 3;
/** More than a batch has rows: a busy channel's rows do not fit into one. */
const MEMBERS = 14;
/** The first members are in voice from the beginning to the end, though they move. */
export const STEADY = 3;

/** Is told of all that happens. Instants are Unix milliseconds, no later than anyone can hear of it. */
export interface Witness {
  message(message: Message): void;
  /** Enters, moves, or changes how the time is spent. @param who "guild member" */
  enter(who: string, nowMs: number, sessionId: string, channelId: string): void;
  leave(who: string, nowMs: number): void;
}

/** A Discord with seeded people in it who write, and come and go in voice, whether a bot listens or not. */
export class LivelyDiscord<Books extends Witness = Ledger> implements AsyncDisposable {
  readonly discord: LoopbackDiscord;
  readonly guilds: readonly World[];
  readonly ledger: Books;
  readonly random: () => number;

  static async start(seed: number): Promise<LivelyDiscord> {
    const members = [...Array.from({ length: MEMBERS - 1 }, () => ({})), { username: "helper", bot: true }];
    return await LivelyDiscord.with(
      new Ledger(),
      Array.from({ length: GUILDS }, () => ({ members })),
      seed,
    );
  }

  /** @param guilds their ids and members; more than three members each */
  static async with<Books extends Witness>(
    ledger: Books,
    guilds: readonly Pick<GuildOptions, "id" | "members">[],
    seed: number,
  ): Promise<LivelyDiscord<Books>> {
    return new LivelyDiscord(await LoopbackDiscord.start(), ledger, guilds, seed);
  }

  private constructor(
    discord: LoopbackDiscord,
    ledger: Books,
    guilds: readonly Pick<GuildOptions, "id" | "members">[],
    seed: number,
  ) {
    this.discord = discord;
    this.ledger = ledger;
    this.random = seededRandom(seed);
    this.guilds = guilds.map((options) => makeGuild(discord, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.discord[Symbol.asyncDispose]();
  }

  below(bound: number): number {
    return Math.floor(this.random() * bound);
  }

  /** Everyone writes something everywhere, and the steady members take their seats. */
  open(): void {
    for (const guild of this.guilds) {
      for (const channel of writable(guild))
        for (const user of guild.users) this.#write(guild, channel, user);
      for (const user of guild.users.slice(0, STEADY)) this.#sit(guild, user);
    }
  }

  /** Some moments' worth of life. */
  step(): void {
    for (let left = 1 + this.below(12); left > 0; left--) {
      const guild = this.pick(this.guilds);
      const index = this.below(guild.users.length);
      const user = guild.user(index);
      if (this.random() < 0.8) this.#write(guild, this.pick(writable(guild)), user);
      else if (this.random() < 0.3 && index >= STEADY && guild.voice.has(user.id)) this.rise(guild, user);
      else this.#sit(guild, user);
    }
  }

  /** Somebody writes in each guild of which no bot is told: so each has a gap to close. */
  whisper(): void {
    for (const guild of this.guilds) {
      const channel = this.pick(writable(guild));
      for (const message of this.discord.history(guild, channel, 1, () => ({ author: guild.user(0) })))
        this.ledger.message(message);
    }
  }

  #write(guild: World, channel: Channel, user: User): void {
    this.ledger.message(this.discord.message(guild, channel, user));
  }

  /** Enters, moves, mutes or turns the camera on. */
  #sit(guild: World, user: User): void {
    const channel = this.pick(guild.channels.filter(({ type }) => type === 2));
    const nowMs = Date.now();
    this.discord.voice(guild, user, channel, {
      selfMute: this.random() < 0.3,
      selfVideo: this.random() < 0.2,
    });
    const sessionId = guild.voice.get(user.id)?.session_id ?? "";
    this.ledger.enter(`${guild.id} ${user.id}`, nowMs, sessionId, channel.id);
  }

  /** Leaves voice. */
  rise(guild: World, user: User): void {
    const nowMs = Date.now();
    this.discord.voice(guild, user, null);
    this.ledger.leave(`${guild.id} ${user.id}`, nowMs);
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new Error("nothing to pick from");
    return picked;
  }
}

function makeGuild(discord: LoopbackDiscord, options: Pick<GuildOptions, "id" | "members">): World {
  const guild = discord.guild({
    ...options,
    channels: [
      ...["general", "memes", "music"].map((name) => ({ name })),
      ...["Lobby", "Lounge"].map((name) => ({ name, type: 2 })),
    ],
  });
  guild.addChannel({ name: "a thread", type: 11, parent_id: guild.channel("general").id });
  // Announced anew, with its thread.
  discord.returnGuild(guild);
  return guild;
}

/** Text channels, threads, and the chat of voice channels. */
function writable(guild: World): Channel[] {
  return guild.channels;
}
