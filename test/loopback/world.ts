import { randomBytes } from "node:crypto";
import { DISCORD_EPOCH_MS } from "../../src/snowflake.ts";

let serial = 0n;

/** A new id, as Discord would make it at that instant. */
export function snowflake(atMs: number = Date.now()): string {
  serial = (serial + 1n) % (1n << 22n);
  return String((BigInt(Math.trunc(atMs) - DISCORD_EPOCH_MS) << 22n) | serial);
}

/** JSON objects as Discord sends them. Only fields that tests set are typed; the rest travels along. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly global_name: string | null;
  readonly avatar: string | null;
  readonly bot?: boolean;
}

export interface Member {
  readonly user: User;
  readonly nick: string | null;
  readonly roles: readonly string[];
}

export interface Channel {
  readonly id: string;
  readonly guild_id: string;
  /** Discord's number: 0 text, 2 voice, 11 public thread, 13 stage. */
  readonly type: number;
  readonly name: string;
  readonly parent_id: string | null;
  /** Discord's permission overwrites; denying 1024 to the guild's id hides the channel from everyone. */
  readonly permission_overwrites: readonly { id: string; type: 0 | 1; allow: string; deny: string }[];
}

export interface VoiceState {
  readonly guild_id: string;
  readonly channel_id: string | null;
  readonly user_id: string;
  readonly session_id: string;
  readonly member: Member | undefined;
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly description: string | null;
  readonly url: string;
  readonly size: number;
}

export interface Component {
  readonly type: number;
  readonly custom_id?: string;
  readonly label?: string;
  readonly components?: readonly Component[];
}

export interface Message {
  readonly id: string;
  readonly channel_id: string;
  readonly guild_id: string;
  readonly author: User;
  readonly content: string;
  readonly flags: number;
  readonly attachments: readonly Attachment[];
  readonly components: readonly Component[];
}

export interface GuildOptions {
  readonly id?: string;
  readonly name?: string;
  /** Users, or how many to make. Default 3. */
  readonly members?: readonly Partial<User>[] | number;
  /** Default: `general` (text) and `Lobby` (voice). */
  readonly channels?: readonly (Partial<Channel> & { name: string })[];
  readonly icon?: string | null;
  readonly afkChannel?: string;
  readonly locale?: string;
}

const ALL_PERMISSIONS = String((1n << 53n) - 1n);
/** What @everyone may by default: view, send, attach, connect, speak, use commands. */
const EVERYONE = String(
  (1n << 10n) | (1n << 11n) | (1n << 15n) | (1n << 16n) | (1n << 20n) | (1n << 21n) | (1n << 31n),
);

export function makeUser(user: Partial<User> = {}): User {
  const id = user.id ?? snowflake();
  return {
    username: `user${id.slice(-4)}`,
    global_name: null,
    avatar: null,
    ...{ discriminator: "0", public_flags: 0 },
    ...user,
    id,
  };
}

/** One guild of the loopback Discord. */
export class World {
  readonly id: string;
  readonly name: string;
  readonly locale: string;
  readonly members = new Map<string, Member>();
  readonly channels: Channel[] = [];
  readonly voice = new Map<string, VoiceState>();
  readonly #icon: string | null;
  readonly #afkName: string | undefined;
  readonly #ownerId: string;

  constructor(options: GuildOptions, me: User) {
    this.id = options.id ?? snowflake();
    this.name = options.name ?? "Loopback";
    this.locale = options.locale ?? "en-US";
    this.#icon = options.icon ?? null;
    this.#afkName = options.afkChannel;
    this.addMember(me);
    const members = options.members ?? 3;
    const users = typeof members === "number" ? Array.from({ length: members }, () => ({})) : members;
    for (const user of users) this.addMember(makeUser(user));
    // Nobody's privileges: an owner among the members would see every channel.
    this.#ownerId = snowflake();
    for (const channel of options.channels ?? [{ name: "general" }, { name: "Lobby", type: 2 }])
      this.addChannel(channel);
  }

  /** Members without the bot itself, in order of joining. */
  get users(): User[] {
    return [...this.members.values()].slice(1).map(({ user }) => user);
  }

  user(index: number): User {
    const user = this.users[index];
    if (!user) throw new Error(`the guild has no user ${index}`);
    return user;
  }

  channel(name: string): Channel {
    const channel = this.channels.find((candidate) => candidate.name === name);
    if (!channel) throw new Error(`the guild has no channel ${name}`);
    return channel;
  }

  addMember(user: User): Member {
    const member = {
      user,
      nick: null,
      avatar: null,
      roles: [],
      joined_at: new Date(0).toISOString(),
      premium_since: null,
      deaf: false,
      mute: false,
      flags: 0,
      pending: false,
      communication_disabled_until: null,
    };
    this.members.set(user.id, member);
    return member;
  }

  addChannel(channel: Partial<Channel> & { name: string }): Channel {
    const made = {
      id: snowflake(),
      type: 0,
      position: this.channels.length,
      permission_overwrites: [],
      parent_id: null,
      nsfw: false,
      rate_limit_per_user: 0,
      flags: 0,
      ...channel,
      guild_id: this.id,
    };
    this.channels.push(made);
    return made;
  }

  /** Effective permissions in a channel, as an interaction carries them. */
  permissions(userId: string, channel: Channel): string {
    if (userId === this.#ownerId) return ALL_PERMISSIONS;
    let bits = BigInt(EVERYONE);
    for (const overwrite of channel.permission_overwrites) {
      if (overwrite.id === this.id || overwrite.id === userId) {
        bits = (bits & ~BigInt(overwrite.deny)) | BigInt(overwrite.allow);
      }
    }
    return String(bits);
  }

  setVoice(user: User, channelId: string | null, sessionId?: string): VoiceState {
    const before = this.voice.get(user.id);
    const state = {
      guild_id: this.id,
      channel_id: channelId,
      user_id: user.id,
      session_id: sessionId ?? before?.session_id ?? randomBytes(8).toString("hex"),
      member: this.members.get(user.id),
      deaf: false,
      mute: false,
      self_deaf: false,
      self_mute: false,
      self_video: false,
      suppress: false,
      request_to_speak_timestamp: null,
    };
    if (channelId === null) this.voice.delete(user.id);
    else this.voice.set(user.id, state);
    return state;
  }

  /** The body of GUILD_CREATE; like Discord's, it lists of a large guild only who is in voice. */
  guildCreate(meId: string, largeThreshold: number, withVoice: boolean): object {
    const large = this.members.size > largeThreshold;
    const members = [...this.members.values()].filter(
      ({ user }) => !large || user.id === meId || this.voice.has(user.id),
    );
    return {
      id: this.id,
      name: this.name,
      icon: this.#icon,
      splash: null,
      discovery_splash: null,
      banner: null,
      description: null,
      owner_id: this.#ownerId,
      afk_channel_id: this.channels.find(({ name }) => name === this.#afkName)?.id ?? null,
      afk_timeout: 300,
      system_channel_id: null,
      system_channel_flags: 0,
      rules_channel_id: null,
      public_updates_channel_id: null,
      safety_alerts_channel_id: null,
      verification_level: 0,
      default_message_notifications: 0,
      explicit_content_filter: 0,
      mfa_level: 0,
      nsfw_level: 0,
      premium_tier: 0,
      premium_progress_bar_enabled: false,
      preferred_locale: this.locale,
      features: [],
      emojis: [],
      stickers: [],
      roles: [
        {
          id: this.id,
          name: "@everyone",
          permissions: EVERYONE,
          position: 0,
          color: 0,
          colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
          hoist: false,
          managed: false,
          mentionable: false,
          flags: 0,
        },
      ],
      joined_at: new Date(0).toISOString(),
      large,
      unavailable: false,
      member_count: this.members.size,
      members,
      channels: this.channels.filter(({ type }) => type !== 11),
      threads: this.channels.filter(({ type }) => type === 11).map(thread),
      voice_states: withVoice
        ? [...this.voice.values()].map(({ member: _, guild_id: __, ...state }) => state)
        : [],
      presences: [],
      stage_instances: [],
      guild_scheduled_events: [],
      soundboard_sounds: [],
    };
  }

  message(
    channel: Channel,
    author: User,
    {
      atMs = Date.now(),
      ...fields
    }: Partial<Message> & { atMs?: number; webhook_id?: string; application_id?: string; type?: number } = {},
  ): Message {
    const member = this.members.get(author.id);
    return {
      ...{
        type: 0,
        timestamp: new Date(atMs).toISOString(),
        edited_timestamp: null,
        tts: false,
        pinned: false,
      },
      ...{ mention_everyone: false, mentions: [], mention_roles: [], embeds: [] },
      ...(member && !fields.webhook_id ? { member: { ...member, user: undefined } } : {}),
      id: snowflake(atMs),
      channel_id: channel.id,
      guild_id: this.id,
      author,
      content: "",
      flags: 0,
      attachments: [],
      components: [],
      ...fields,
    };
  }
}

function thread(channel: Channel): object {
  return {
    ...channel,
    thread_metadata: {
      archived: false,
      auto_archive_duration: 1440,
      archive_timestamp: new Date(0).toISOString(),
      locked: false,
    },
    message_count: 0,
    member_count: 1,
    owner_id: channel.id,
  };
}
