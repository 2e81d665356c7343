import { setImmediate as turn } from "node:timers/promises";
import { ChannelHistory } from "./channel-history.ts";
import { type ChannelOptions, FORUM, isThread } from "./channels.ts";
import { Gateway, type GatewayOptions } from "./gateway.ts";
import { type MemberOptions, makeUser } from "./members.ts";
import type { MessageOptions } from "./message.ts";
import type { Activity, Channel, Member, Message, Presence, Role, Status, User } from "./payloads.ts";
import { RestError } from "./rest-server.ts";
import type { VoiceOptions } from "./voice-state.ts";
import { type GuildOptions, World } from "./world.ts";

const CHUNK_BYTES = 4 * 1024 * 1024;

/** What happens in Discord, and who is told of it. Each happening changes the guild first, then tells clients. */
export class Happenings {
  readonly me: User;
  readonly guilds = new Map<string, World>();
  readonly users = new Map<string, User>();
  readonly messages = new ChannelHistory();
  /** What Discord would refuse, or leave unanswered. */
  protected readonly refused: string[] = [];
  protected readonly gateway: Gateway;

  protected constructor(me: User, options: GatewayOptions) {
    this.me = me;
    this.gateway = new Gateway(this.guilds, me, options, this.refused);
  }

  guild(options: GuildOptions = {}): World {
    const guild = new World(options, this.me);
    this.guilds.set(guild.id, guild);
    for (const user of guild.users) this.users.set(user.id, user);
    this.gateway.dispatchGuild(guild);
    return guild;
  }

  /** The bot is thrown out; or the guild has an outage, until `returnGuild`. */
  removeGuild(guild: World, { unavailable = false } = {}): void {
    if (unavailable) guild.isOut = true;
    else this.guilds.delete(guild.id);
    this.gateway.dispatch("GUILD_DELETE", { id: guild.id, ...(unavailable ? { unavailable } : {}) });
  }

  /** The bot is thrown out, while answers to interactions from there are still on their way. */
  tellRemoved(guild: World): void {
    this.gateway.dispatch("GUILD_DELETE", { id: guild.id });
  }

  /** The guild is back after an outage. */
  returnGuild(guild: World): void {
    guild.isOut = false;
    this.gateway.dispatchGuild(guild);
  }

  /** A user, new or known from another guild, becomes a member. */
  join(guild: World, user: Partial<User> = {}, options: MemberOptions = {}): User {
    const made = makeUser(user);
    this.users.set(made.id, made);
    const member = guild.addMember(made, { joinedAtMs: Date.now(), ...options });
    this.gateway.dispatch("GUILD_MEMBER_ADD", { guild_id: guild.id, ...member });
    return made;
  }

  /** A member leaves. @param hangsUp whether it is told before or behind that who was in voice is not any more */
  leave(guild: World, user: User, hangsUp: "before" | "behind" = "before"): void {
    const isInVoice = guild.voice.has(user.id);
    if (isInVoice && hangsUp === "before") this.voice(guild, user, null);
    guild.members.delete(user.id);
    guild.presences.delete(user.id);
    this.gateway.dispatch("GUILD_MEMBER_REMOVE", { guild_id: guild.id, user });
    if (isInVoice && hangsUp === "behind") this.voice(guild, user, null);
  }

  changeMember(guild: World, user: User, change: Pick<MemberOptions, "nick" | "roles">): Member {
    const member = guild.changeMember(user, change);
    this.gateway.dispatch("GUILD_MEMBER_UPDATE", { guild_id: guild.id, ...member });
    return member;
  }

  createRole(guild: World, role: Partial<Role> & { readonly name: string }): Role {
    const made = guild.addRole(role);
    this.gateway.dispatch("GUILD_ROLE_CREATE", { guild_id: guild.id, role: made });
    return made;
  }

  /** Nobody has it any more. */
  deleteRole(guild: World, role: Role): void {
    guild.roles.splice(guild.roles.indexOf(role), 1);
    for (const member of guild.members.values())
      guild.changeMember(member.user, { roles: member.roles.filter((id) => id !== role.id) });
    this.gateway.dispatch("GUILD_ROLE_DELETE", { guild_id: guild.id, role_id: role.id });
  }

  /** A channel of any type, or a thread (types 10 to 12) in the channel or forum of `parent_id`. */
  createChannel(guild: World, channel: ChannelOptions): Channel {
    const made = guild.addChannel(channel);
    const parent = guild.channels.find(({ id }) => id === made.parent_id);
    // A forum's last message is its last thread.
    if (isThread(made) && parent?.type === FORUM) guild.noteLast(parent.id, made.id);
    const what = isThread(made) ? { newly_created: true } : {};
    this.#tellChannel(guild, "CREATE", made, { ...guild.channelPayload(made), ...what });
    return made;
  }

  /** A thread's `thread_metadata` is merged. */
  updateChannel(guild: World, channel: Channel, change: Partial<Channel>): Channel {
    const changed = guild.changeChannel(channel, change);
    this.#tellChannel(guild, "UPDATE", changed, guild.channelPayload(changed));
    return changed;
  }

  deleteChannel(guild: World, channel: Channel): void {
    guild.removeChannel(channel);
    const { id, type, parent_id, guild_id } = channel;
    const gone = isThread(channel) ? { id, type, parent_id, guild_id } : guild.channelPayload(channel);
    this.#tellChannel(guild, "DELETE", channel, gone);
  }

  #tellChannel(guild: World, what: "CREATE" | "UPDATE" | "DELETE", channel: Channel, body: object): void {
    const kind = isThread(channel) ? "THREAD" : "CHANNEL";
    this.gateway.dispatch(`${kind}_${what}`, { ...body, guild_id: guild.id });
  }

  /**
   * Somebody writes; an archived thread comes back by that. A webhook's message names it as `webhook_id`, and as its
   * author's id.
   */
  message(guild: World, channel: Channel, author: User, options: MessageOptions = {}): Message {
    const isArchived = guild.channels.find(({ id }) => id === channel.id)?.thread_metadata?.archived;
    if (isArchived) this.updateChannel(guild, channel, { thread_metadata: { archived: false } });
    const [message] = this.#keep(guild, channel, [guild.message(channel, author, options)]);
    this.gateway.dispatch("MESSAGE_CREATE", message);
    return message;
  }

  /** Messages that no gateway tells of: written before the bot came, or while it was away. */
  history(
    guild: World,
    channel: Channel,
    count: number,
    make: (index: number) => MessageOptions & { readonly author?: User },
  ): Message[] {
    return this.#keep(
      guild,
      channel,
      Array.from({ length: count }, (_, index) => {
        const { author = guild.user(0), ...options } = make(index);
        return guild.message(channel, author, options);
      }),
    );
  }

  #keep<M extends readonly Message[]>(guild: World, channel: Channel, made: M): M {
    this.messages.add(channel.id, made);
    for (const { id } of made) guild.noteLast(channel.id, id);
    return made;
  }

  /** The same event once more, as a gateway may deliver it. */
  redeliver(message: Message): void {
    this.gateway.dispatch("MESSAGE_CREATE", message);
  }

  /** Somebody enters a voice channel or stage, moves to it, changes there, or hangs up (`null`). */
  voice(guild: World, user: User, channel: Channel | null, options: VoiceOptions = {}): void {
    this.gateway.dispatch("VOICE_STATE_UPDATE", guild.setVoice(user, channel, options));
  }

  /** What somebody does, as one guild is told; Discord tells every guild that the user is in. */
  presence(
    guild: World,
    user: User,
    options: { readonly status?: Status; readonly activities?: readonly Activity[] } = {},
  ): void {
    const { status = "online", activities = [] } = options;
    const presence: Presence = {
      guild_id: guild.id,
      user: { id: user.id },
      status,
      activities: status === "offline" ? [] : activities,
      client_status: status === "offline" ? {} : { desktop: status },
    };
    if (status === "offline") guild.presences.delete(user.id);
    else guild.presences.set(user.id, presence);
    this.gateway.dispatch("PRESENCE_UPDATE", presence);
  }

  /** Many events, no faster than the client takes them. */
  async flood(event: string, count: number, make: (index: number) => object): Promise<void> {
    for (let index = 0; index < count; index++) {
      this.gateway.dispatch(event, make(index));
      if (index % 256 === 255) {
        await this.gateway.drained(CHUNK_BYTES);
        await turn();
      }
    }
  }

  /** @throws RestError for a channel that is not there */
  protected place(channelId: string): { readonly guild: World; readonly channel: Channel } {
    for (const guild of this.guilds.values()) {
      const channel = guild.channels.find(({ id }) => id === channelId);
      if (channel) return { guild, channel };
    }
    throw new RestError(404, 10003, "Unknown Channel");
  }
}
