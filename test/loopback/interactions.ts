import { randomBytes } from "node:crypto";
import type { Answers } from "./answers.ts";
import type { RegisteredCommand } from "./application.ts";
import { LoopbackInteraction } from "./interaction.ts";
import type { Channel, Message, Role, User } from "./payloads.ts";
import type { PressOptions, ShownMessage } from "./shown-message.ts";
import { snowflake } from "./snowflake.ts";
import type { World } from "./world.ts";

export interface CommandCall {
  readonly guild: World;
  readonly user: User;
  readonly channel?: Channel;
  readonly command: string;
  /** Behind its group's name and a space, when it has one. Default: the command has none. */
  readonly subcommand?: string;
  /** Users, channels and roles by object, the rest by value. */
  readonly options?: Readonly<Record<string, string | number | boolean | User | Channel | Role>>;
  /** The option that is being typed: the call asks for suggestions. */
  readonly focused?: string;
  readonly locale?: string;
}

export interface MenuCall extends Pick<CommandCall, "guild" | "user" | "channel" | "command" | "locale"> {
  readonly target: User;
}

/** An interaction as no client would make it. */
export interface StrangeInteraction {
  readonly guild: World;
  readonly user: User;
  readonly channel: Channel;
  /** Discord's number: 2 a command, 3 a press, 4 a wish for suggestions. */
  readonly type: number;
  readonly data: object;
  readonly locale?: string;
  /** Of a press: the message that it is below. */
  readonly message?: Message | null;
  /** Fields that are left out. */
  readonly without?: readonly string[];
}

type Resolved = Record<string, Record<string, object>>;

/** Users who call commands and press buttons. */
export class Interactions {
  /** Bytes of one file that an answer may carry, as each interaction tells. */
  attachmentSizeLimit = 10_485_760;
  readonly #me: User;
  readonly #answers: Answers;
  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #place: (channelId: string) => { readonly guild: World; readonly channel: Channel };
  readonly #dispatch: (event: string, body: object) => void;

  constructor(
    me: User,
    answers: Answers,
    files: ReadonlyMap<string, Buffer>,
    place: (channelId: string) => { readonly guild: World; readonly channel: Channel },
    dispatch: (event: string, body: object) => void,
  ) {
    this.#me = me;
    this.#answers = answers;
    this.#files = files;
    this.#place = place;
    this.#dispatch = dispatch;
  }

  call(registered: RegisteredCommand, call: CommandCall): LoopbackInteraction {
    const { guild, user, subcommand, options = {}, locale = "en-US", focused } = call;
    const resolved: Resolved = {};
    const given = Object.entries(options).map(([key, value]) => ({
      ...option(key, value, guild, resolved),
      ...(key === focused ? { focused: true } : {}),
    }));
    const place = call.channel ?? guild.channel("general");
    const [name, group] = subcommand?.split(" ").reverse() ?? [];
    const called = name === undefined ? given : [{ type: 1, name, options: given }];
    return this.#interact(guild, place, user, locale, null, {
      type: focused === undefined ? 2 : 4,
      data: {
        id: registered["id"],
        name: registered.name,
        type: 1,
        options: group === undefined ? called : [{ type: 2, name: group, options: called }],
        ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
      },
    });
  }

  /** A user picks a command from the menu of a member. */
  callOn(
    registered: RegisteredCommand,
    { guild, user, target, channel, locale = "en-US" }: MenuCall,
  ): LoopbackInteraction {
    const resolved: Resolved = {};
    option("target", target, guild, resolved);
    return this.#interact(guild, channel ?? guild.channel("general"), user, locale, null, {
      type: 2,
      data: { id: registered["id"], name: registered.name, type: 2, target_id: target.id, resolved },
    });
  }

  /** As it is: nothing is checked, or filled in, but what every interaction has. */
  strange({
    guild,
    user,
    channel,
    type,
    data,
    locale = "en-US",
    message = null,
    without = [],
  }: StrangeInteraction) {
    const what = { type, data, ...(message ? { message } : {}) };
    return this.#interact(guild, channel, user, locale, message, what, without);
  }

  /** A user presses a button or makes a choice below a message. */
  press(
    from: ShownMessage,
    customId: string,
    { user, locale = "en-US", values }: PressOptions,
  ): LoopbackInteraction {
    const { guild, channel } = this.#place(from.channelId);
    return this.#interact(guild, channel, user ?? from.user, locale, from.message, {
      type: 3,
      data: { component_type: values ? 3 : 2, custom_id: customId, id: 1, ...(values ? { values } : {}) },
      message: from.message,
    });
  }

  #interact(
    guild: World,
    channel: Channel,
    user: User,
    locale: string,
    message: Message | null,
    what: { readonly type: number; readonly data: object; readonly message?: Message },
    without: readonly string[] = [],
  ): LoopbackInteraction {
    const permissions = String(guild.permissions(user.id, channel));
    const raw = {
      ...what,
      id: snowflake(),
      application_id: this.#me.id,
      token: randomBytes(48).toString("base64url"),
      version: 1,
      guild_id: guild.id,
      guild: { id: guild.id, locale: guild.locale, features: [] },
      guild_locale: guild.locale,
      member: { ...guild.members.get(user.id), user, permissions },
      channel_id: channel.id,
      channel: { ...guild.channelPayload(channel), permissions },
      locale,
      app_permissions: String(guild.permissions(this.#me.id, channel)),
      entitlements: [],
      authorizing_integration_owners: { 0: guild.id },
      context: 0,
      attachment_size_limit: this.attachmentSizeLimit,
    };
    const place = { user, channelId: channel.id, guildId: guild.id, message };
    const interaction = new LoopbackInteraction(raw, place, this.#files, (from, customId, options) =>
      this.press(from, customId, options),
    );
    this.#answers.byToken.set(interaction.token, interaction);
    const told = Object.entries(raw).filter(([field]) => !without.includes(field));
    this.#dispatch("INTERACTION_CREATE", Object.fromEntries(told));
    return interaction;
  }
}

/** An option's value; what it refers to goes into `resolved`. */
function option(
  name: string,
  value: string | number | boolean | User | Channel | Role,
  guild: World,
  resolved: Resolved,
): object {
  if (typeof value === "boolean") return { name, type: 5, value };
  if (typeof value === "number") return { name, type: 4, value };
  if (typeof value === "string") return { name, type: 3, value };
  if ("username" in value) {
    resolved["users"] = { ...resolved["users"], [value.id]: value };
    const member = guild.members.get(value.id);
    if (member) {
      const permissions = String(guild.permissions(value.id, guild.channel("general")));
      const inGuild = { ...member, user: undefined, permissions };
      resolved["members"] = { ...resolved["members"], [value.id]: inGuild };
    }
    return { name, type: 6, value: value.id };
  }
  if (!("guild_id" in value)) {
    resolved["roles"] = { ...resolved["roles"], [value.id]: value };
    return { name, type: 8, value: value.id };
  }
  resolved["channels"] = { ...resolved["channels"], [value.id]: { ...value, permissions: "0" } };
  return { name, type: 7, value: value.id };
}
