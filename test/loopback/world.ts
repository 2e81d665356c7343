import { type ChannelOptions, isThread, makeChannel } from "./channels.ts";
import { type MemberOptions, makeMember, makeUser } from "./members.ts";
import { type MessageOptions, makeMessage } from "./message.ts";
import type { Channel, Member, Message, Presence, Role, User, VoiceState } from "./payloads.ts";
import { makeRole, permissionsIn } from "./permissions.ts";
import { isOlder, snowflake } from "./snowflake.ts";
import { nextVoiceState, type VoiceOptions } from "./voice-state.ts";

export type { Activity, Channel, Member, Message, Presence, Role, User, VoiceState } from "./payloads.ts";

export interface GuildOptions {
  readonly id?: string;
  readonly name?: string;
  /** Users, or how many to make. Default 3. */
  readonly members?: readonly Partial<User>[] | number;
  /** Default: `general` (text) and `Lobby` (voice). */
  readonly channels?: readonly ChannelOptions[];
  readonly roles?: readonly (Partial<Role> & { readonly name: string })[];
  readonly icon?: string | null;
  readonly banner?: string | null;
  /** A voice channel, by name. */
  readonly afkChannel?: string;
  readonly locale?: string;
  /** Whether it has an outage. Default: no. */
  readonly isOut?: boolean;
}

/** One guild of the loopback Discord: its state. That anything of it changes is told by `Happenings`. */
export class World {
  readonly id: string;
  readonly name: string;
  readonly locale: string;
  readonly icon: string | null;
  readonly banner: string | null;
  /** Nobody among the members: an owner would see every channel. */
  readonly ownerId = snowflake();
  readonly members = new Map<string, Member>();
  readonly roles: Role[];
  /** Threads are among them. */
  channels: Channel[] = [];
  readonly voice = new Map<string, VoiceState>();
  /** Who is not offline. */
  readonly presences = new Map<string, Presence>();
  /** By channel; like Discord's, an id stays when its message is deleted. */
  readonly lastMessageIds = new Map<string, string>();
  /** In an outage: not told to who connects, until `returnGuild`. */
  isOut: boolean;
  readonly #afkName: string | undefined;

  constructor(options: GuildOptions, me: User) {
    this.id = options.id ?? snowflake();
    this.name = options.name ?? "Loopback";
    this.locale = options.locale ?? "en-US";
    this.icon = options.icon ?? null;
    this.banner = options.banner ?? null;
    this.isOut = options.isOut ?? false;
    this.#afkName = options.afkChannel;
    this.roles = [makeRole({ id: this.id, position: 0 })];
    for (const role of options.roles ?? []) this.addRole(role);
    this.addMember(me);
    const members = options.members ?? 3;
    const users = typeof members === "number" ? Array.from({ length: members }, () => ({})) : members;
    for (const user of users) this.addMember(makeUser(user));
    for (const channel of options.channels ?? [{ name: "general" }, { name: "Lobby", type: 2 }])
      this.addChannel(channel);
  }

  /** Members without the bot itself, in order of joining. */
  get users(): User[] {
    return [...this.members.values()].slice(1).map(({ user }) => user);
  }

  get afkChannelId(): string | null {
    return this.channels.find(({ name }) => name === this.#afkName)?.id ?? null;
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

  addMember(user: User, options: MemberOptions = {}): Member {
    const member = makeMember(user, options);
    this.members.set(user.id, member);
    return member;
  }

  changeMember(user: User, change: Pick<MemberOptions, "nick" | "roles">): Member {
    const before = this.members.get(user.id);
    if (!before) throw new Error(`${user.username} is no member`);
    const member = { ...before, ...change };
    this.members.set(user.id, member);
    return member;
  }

  addRole(role: Partial<Role> & { readonly name: string }): Role {
    const made = makeRole({ id: snowflake(), position: this.roles.length, permissions: "0", ...role });
    this.roles.push(made);
    return made;
  }

  addChannel(channel: ChannelOptions): Channel {
    const made = makeChannel(this.id, this.channels.length, channel);
    this.channels.push(made);
    return made;
  }

  changeChannel(channel: Channel, change: Partial<Channel>): Channel {
    const at = this.channels.findIndex(({ id }) => id === channel.id);
    const before = this.channels[at];
    if (!before) throw new Error(`the guild has no channel ${channel.name}`);
    const metadata = before.thread_metadata && { ...before.thread_metadata, ...change.thread_metadata };
    const changed = { ...before, ...change, ...(metadata ? { thread_metadata: metadata } : {}) };
    this.channels[at] = changed;
    return changed;
  }

  /** A channel goes, and its threads with it. */
  removeChannel({ id: gone }: Channel): void {
    this.channels = this.channels.filter(
      (channel) => channel.id !== gone && !(isThread(channel) && channel.parent_id === gone),
    );
  }

  /** Effective permissions; a thread has its parent's. */
  permissions(userId: string, channel: Channel): bigint {
    const parent = isThread(channel) && this.channels.find(({ id }) => id === channel.parent_id);
    return permissionsIn(parent || channel, this.roles, this.members.get(userId));
  }

  setVoice(user: User, channel: Channel | null, options: VoiceOptions = {}): VoiceState {
    const before = this.voice.get(user.id);
    const state = nextVoiceState(this.id, user.id, this.members.get(user.id), channel, before, options);
    if (channel === null) this.voice.delete(user.id);
    else this.voice.set(user.id, state);
    return state;
  }

  message(channel: Channel, author: User, options: MessageOptions = {}): Message {
    return makeMessage(this.id, channel.id, author, this.members.get(author.id), options);
  }

  /** A message, or a forum's new thread, becomes its channel's last unless it is older than that. */
  noteLast(channelId: string, messageId: string): void {
    const last = this.lastMessageIds.get(channelId);
    if (last === undefined || isOlder(last, messageId)) this.lastMessageIds.set(channelId, messageId);
  }

  /** A channel as events and answers carry it. */
  channelPayload(channel: Channel): object {
    return { ...channel, last_message_id: this.lastMessageIds.get(channel.id) ?? null };
  }
}
