import { playing } from "../test/loopback/activities.ts";
import type { LoopbackDiscord } from "../test/loopback/loopback-discord.ts";
import type { Activity, Channel, User, World } from "../test/loopback/world.ts";
import type { GuildShape } from "./many-guilds.ts";

export interface GuildHappened {
  readonly guildId: string;
  messages: number;
  joins: number;
  leaves: number;
  /** From entering to hanging up, by the clock of this process. */
  voiceMs: number;
  /** From an activity's beginning to its end. */
  activityMs: number;
}

/** Shares of all events; the rest is messages. */
const PRESENCE_SHARE = 0.35;
const VOICE_SHARE = 0.06;
const COMING_SHARE = 0.01;
/** Who ever speaks or plays in a guild, the loudest. All of them do before anything is measured. */
const LIVELY = 3;
/** Of the changes of somebody who is in voice, or plays: how many are the end of it. */
const HANGING_UP = 0.5;
const STOPPING = 0.3;
const GAMES = 40;

/** A guild, and who is where in it. */
export class Scene {
  readonly world: World;
  readonly happened: GuildHappened;
  readonly #discord: LoopbackDiscord;
  readonly #random: () => number;
  readonly #users: readonly User[];
  readonly #text: readonly Channel[];
  readonly #voice: readonly Channel[];
  readonly #inVoice = new Map<User, number>();
  readonly #playing = new Map<User, { readonly sinceMs: number; readonly activity: Activity }>();
  readonly #visitors: User[] = [];

  /** @param mostMembers so many at most, whatever the shape says */
  constructor(discord: LoopbackDiscord, shape: GuildShape, mostMembers: number, random: () => number) {
    const { id, members, textChannels, voiceChannels } = shape;
    this.#discord = discord;
    this.#random = random;
    this.world = discord.guild({
      id,
      members: Math.min(members, mostMembers),
      channels: [
        ...Array.from({ length: textChannels }, (_, index) => ({
          name: index === 0 ? "general" : `text-${index}`,
        })),
        ...Array.from({ length: voiceChannels }, (_, index) => ({ name: `voice-${index}`, type: 2 })),
      ],
    });
    this.#users = this.world.users;
    this.#text = this.world.channels.slice(0, textChannels);
    this.#voice = this.world.channels.slice(textChannels);
    this.happened = { guildId: id, messages: 0, joins: 0, leaves: 0, voiceMs: 0, activityMs: 0 };
  }

  get size(): number {
    return this.#users.length;
  }

  /** Somebody of the guild, the first ones more often. */
  someone(most = this.#users.length): User {
    return at(this.#users, this.#zipfish(Math.min(most, this.#users.length)));
  }

  /** Each of those who ever will speaks and plays: what a client keeps of that is there then. */
  begin(): void {
    for (const user of this.#users.slice(0, LIVELY)) {
      this.#speak(user);
      this.#play(user);
    }
  }

  /** After {@link begin}: as many stop as have stopped when this has gone on for long. */
  settle(): void {
    const stops = (ending: number): boolean => this.#random() < ending / (1 + ending);
    for (const user of this.#inVoice.keys()) if (stops(HANGING_UP)) this.#hangUp(user);
    for (const user of this.#playing.keys()) if (stops(STOPPING)) this.#stopPlaying(user);
  }

  /** One event. */
  happen(): void {
    const kind = this.#random();
    if (kind < COMING_SHARE) this.#come();
    else if (kind < COMING_SHARE + VOICE_SHARE) this.#speak(this.someone(LIVELY));
    else if (kind < COMING_SHARE + VOICE_SHARE + PRESENCE_SHARE) this.#play(this.someone(LIVELY));
    else this.#write();
  }

  /** All that is underway ends. */
  end(): void {
    for (const user of this.#inVoice.keys()) this.#hangUp(user);
    for (const user of this.#playing.keys()) this.#stopPlaying(user);
  }

  #write(): void {
    const channel = at(this.#text, this.#zipfish(this.#text.length));
    const message = this.world.message(channel, this.someone());
    // Not kept in the history of its channel, which would grow without end.
    this.#discord.redeliver(message);
    this.happened.messages++;
  }

  #speak(user: User): void {
    const channel = at(this.#voice, Math.floor(this.#random() * this.#voice.length));
    if (!this.#inVoice.has(user)) {
      this.#discord.voice(this.world, user, channel);
      this.#inVoice.set(user, performance.now());
    } else if (this.#random() < HANGING_UP) this.#hangUp(user);
    else this.#discord.voice(this.world, user, channel, { selfMute: this.#random() < 0.5 });
  }

  #hangUp(user: User): void {
    this.happened.voiceMs += performance.now() - (this.#inVoice.get(user) ?? 0);
    this.#inVoice.delete(user);
    this.#discord.voice(this.world, user, null);
  }

  /** Begins to play, or stops; most changes of a presence are neither. */
  #play(user: User): void {
    const before = this.#playing.get(user);
    if (before === undefined) {
      const activity = playing(`game ${Number(user.id.slice(-4)) % GAMES}`, { startMs: Date.now() });
      this.#playing.set(user, { sinceMs: performance.now(), activity });
      this.#discord.presence(this.world, user, { activities: [activity] });
    } else if (this.#random() < STOPPING) this.#stopPlaying(user);
    else {
      const details = `level ${Math.floor(this.#random() * 100)}`;
      this.#discord.presence(this.world, user, { activities: [{ ...before.activity, details }] });
    }
  }

  #stopPlaying(user: User): void {
    this.happened.activityMs += performance.now() - (this.#playing.get(user)?.sinceMs ?? 0);
    this.#playing.delete(user);
    this.#discord.presence(this.world, user, { activities: [] });
  }

  #come(): void {
    const visitor = this.#visitors.pop();
    if (visitor === undefined) {
      this.#visitors.push(this.#discord.join(this.world));
      this.happened.joins++;
      return;
    }
    this.#discord.leave(this.world, visitor);
    this.#discord.users.delete(visitor.id);
    this.happened.leaves++;
  }

  /** Low indices more often; the n-th about 1/n as often, without a table for each guild. */
  #zipfish(length: number): number {
    return Math.min(length - 1, Math.floor(Math.exp(this.#random() * Math.log(length + 1))) - 1);
  }
}

export function at<T>(list: readonly T[], position: number): T {
  const found = list[position];
  if (found === undefined) throw new Error("nobody, or nowhere");
  return found;
}
