import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { createCanvas } from "@napi-rs/canvas";
import { z } from "zod";
import { Answers } from "./answers.ts";
import { Gateway } from "./gateway.ts";
import { LoopbackInteraction, type PressOptions } from "./interaction.ts";
import { type Fault, RestError, type RestRequest, RestServer } from "./rest-server.ts";
import {
  type Channel,
  type GuildOptions,
  type Message,
  makeUser,
  snowflake,
  type User,
  World,
} from "./world.ts";

const TOKEN = "loopback.bot.token";
const CHUNK_BYTES = 4 * 1024 * 1024;
const ALL_INTENTS = (1 << 26) - 1;

const command = z.looseObject({ name: z.string() });
type RegisteredCommand = z.infer<typeof command>;

export interface CommandCall {
  readonly guild: World;
  readonly user: User;
  readonly channel?: Channel;
  readonly command: string;
  readonly subcommand: string;
  /** Users and channels by object, the rest by value. */
  readonly options?: Readonly<Record<string, string | boolean | User | Channel>>;
  readonly locale?: string;
}

/**
 * A Discord on 127.0.0.1: gateway, REST and CDN, as much of them as GuildStats and discord.js's own client use.
 * An unknown route or a body that Discord's API description refuses is refused, and remembered for `assertClean`.
 */
export class LoopbackDiscord implements AsyncDisposable {
  readonly token = TOKEN;
  readonly me: User;
  readonly guilds = new Map<string, World>();
  readonly users = new Map<string, User>();
  /** Registered commands, as Discord would list them. */
  commands: RegisteredCommand[] = [];
  /** Requests that wrote commands. */
  commandWrites = 0;
  /** The application's owner; `null` for a team of `teamMembers`. */
  ownerId: string | null = snowflake();
  teamMembers: readonly { readonly user: User; readonly role: "admin" | "developer" | "read_only" }[] = [];
  /** What the CDN does: answers, never answers, or has nothing. */
  cdn: "answers" | "hangs" | "missing" = "answers";
  cdnRequests = 0;
  readonly #files = new Map<string, Buffer>();
  readonly #rest: RestServer;
  readonly #gateway: Gateway;
  readonly #answers: Answers;
  readonly #history = new Map<string, Message[]>();
  #address = "";

  static async start(options: { readonly allowedIntents?: number } = {}): Promise<LoopbackDiscord> {
    const discord = new LoopbackDiscord(options.allowedIntents ?? ALL_INTENTS);
    await discord.#listen();
    return discord;
  }

  private constructor(allowedIntents: number) {
    this.me = makeUser({ username: "loopback-bot", bot: true });
    this.#rest = new RestServer(
      TOKEN,
      (request) => this.#route(request),
      (url, response) => this.#serveImage(url, response),
    );
    this.#gateway = new Gateway(this.guilds, this.me, TOKEN, allowedIntents);
    this.#answers = new Answers(
      this.#files,
      this.me,
      (channelId) => this.#place(channelId),
      (event, body) => this.#gateway.dispatch(event, body),
      () => this.#address,
    );
  }

  async #listen(): Promise<void> {
    const { server } = this.#rest;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.#address = `http://127.0.0.1:${address.port}`;
    this.#gateway.attach(server, this.#address.replace("http", "ws"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gateway.close();
    this.#rest.server.closeAllConnections();
    this.#rest.server.close();
    await once(this.#rest.server, "close");
  }

  /** Host and port, for the plugin's `imageHosts`. */
  get host(): string {
    return new URL(this.#address).host;
  }

  /** For `new Client({ intents, ...discord.clientOptions })`. */
  get clientOptions(): { rest: { api: string; cdn: string; mediaProxy: string } } {
    return { rest: { api: `${this.#address}/api`, cdn: this.#address, mediaProxy: this.#address } };
  }

  get requests(): readonly RestRequest[] {
    return this.#rest.requests;
  }

  /** Throws when a request went to an unknown route, or its body is not what Discord takes. */
  assertClean(): void {
    const faults = [...this.#rest.unknownRoutes, ...this.#answers.invalidBodies];
    if (faults.length > 0) throw new Error(`requests that Discord would refuse:\n${faults.join("\n")}`);
  }

  // What happens in Discord.

  guild(options: GuildOptions = {}): World {
    const guild = new World(options, this.me);
    this.guilds.set(guild.id, guild);
    for (const user of guild.users) this.users.set(user.id, user);
    this.#gateway.dispatchGuild(guild);
    return guild;
  }

  removeGuild(guild: World, { unavailable = false } = {}): void {
    if (!unavailable) this.guilds.delete(guild.id);
    this.#gateway.dispatch("GUILD_DELETE", { id: guild.id, ...(unavailable ? { unavailable } : {}) });
  }

  /** The guild is back after an outage. */
  returnGuild(guild: World): void {
    this.#gateway.dispatchGuild(guild);
  }

  join(guild: World, user: Partial<User> = {}): User {
    const made = makeUser(user);
    this.users.set(made.id, made);
    this.#gateway.dispatch("GUILD_MEMBER_ADD", { guild_id: guild.id, ...guild.addMember(made) });
    return made;
  }

  leave(guild: World, user: User): void {
    guild.members.delete(user.id);
    this.#gateway.dispatch("GUILD_MEMBER_REMOVE", { guild_id: guild.id, user });
  }

  message(
    guild: World,
    channel: Channel,
    author: User,
    fields: Partial<Message> & {
      atMs?: number;
      webhook_id?: string;
      application_id?: string;
      type?: number;
    } = {},
  ): Message {
    const message = guild.message(channel, author, fields);
    const history = this.#history.get(channel.id) ?? [];
    history.push(message);
    this.#history.set(channel.id, history);
    this.#gateway.dispatch("MESSAGE_CREATE", message);
    return message;
  }

  /** The same event once more, as a gateway may deliver it. */
  redeliver(message: Message): void {
    this.#gateway.dispatch("MESSAGE_CREATE", message);
  }

  voice(guild: World, user: User, channel: Channel | null, sessionId?: string): void {
    this.#gateway.dispatch("VOICE_STATE_UPDATE", guild.setVoice(user, channel?.id ?? null, sessionId));
  }

  /** Many events, no faster than the client takes them. */
  async flood(event: string, count: number, make: (index: number) => object): Promise<void> {
    for (let index = 0; index < count; index++) {
      this.#gateway.dispatch(event, make(index));
      if (index % 256 === 255) {
        await this.#gateway.drained(CHUNK_BYTES);
        await turn();
      }
    }
  }

  /** Resolves when the client has taken everything that happened so far. */
  taken(): Promise<void> {
    return this.#gateway.taken();
  }

  kick(how: number | "cut", options: { readonly forget?: boolean } = {}): void {
    this.#gateway.kick(how, options);
  }

  /** Resolves with the next identify or resume. */
  async next(event: "identify" | "resume"): Promise<void> {
    await once(this.#gateway, event);
  }

  /** The next requests that match fail, wait or are rate limited. */
  fault(fault: Omit<Fault, "times"> & { readonly times?: number }): void {
    this.#rest.faults.push({ times: 1, ...fault });
  }

  /** From now on every interaction is this much older than it is. */
  lateBy(ms: number): void {
    this.#answers.lateByMs = ms;
  }

  /** A user calls a slash command, which must be registered. */
  call({
    guild,
    user,
    channel,
    command: name,
    subcommand,
    options = {},
    locale = "en-US",
  }: CommandCall): LoopbackInteraction {
    const registered = this.commands.find((candidate) => candidate.name === name);
    if (!registered) throw new Error(`the command ${name} is not registered`);
    const resolved: Record<string, Record<string, object>> = {};
    const given = Object.entries(options).map(([key, value]) => this.#option(key, value, guild, resolved));
    const place = channel ?? guild.channel("general");
    return this.#interact(guild, place, user, locale, null, {
      type: 2,
      data: {
        id: registered["id"],
        name,
        type: 1,
        options: [{ type: 1, name: subcommand, options: given }],
        ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
      },
    });
  }

  #option(
    name: string,
    value: string | boolean | User | Channel,
    guild: World,
    resolved: Record<string, Record<string, object>>,
  ): object {
    if (typeof value === "boolean") return { name, type: 5, value };
    if (typeof value === "string") return { name, type: 3, value };
    if ("username" in value) {
      resolved["users"] = { ...resolved["users"], [value.id]: value };
      const member = guild.members.get(value.id);
      if (member) {
        const permissions = guild.permissions(value.id, guild.channel("general"));
        resolved["members"] = {
          ...resolved["members"],
          [value.id]: { ...member, user: undefined, permissions },
        };
      }
      return { name, type: 6, value: value.id };
    }
    resolved["channels"] = { ...resolved["channels"], [value.id]: { ...value, permissions: "0" } };
    return { name, type: 7, value: value.id };
  }

  #press(
    from: LoopbackInteraction,
    customId: string,
    { user, locale = "en-US" }: PressOptions,
  ): LoopbackInteraction {
    const { guild, channel } = this.#place(from.channelId);
    return this.#interact(guild, channel, user ?? from.user, locale, from.message, {
      type: 3,
      data: { component_type: 2, custom_id: customId, id: 1 },
      message: from.message,
    });
  }

  #interact(
    guild: World,
    channel: Channel,
    user: User,
    locale: string,
    message: Message | null,
    what: object,
  ): LoopbackInteraction {
    const permissions = guild.permissions(user.id, channel);
    const raw = {
      ...what,
      id: snowflake(),
      application_id: this.me.id,
      token: randomBytes(48).toString("base64url"),
      version: 1,
      guild_id: guild.id,
      guild: { id: guild.id, locale: guild.locale, features: [] },
      guild_locale: guild.locale,
      member: { ...guild.members.get(user.id), user, permissions },
      channel_id: channel.id,
      channel: { ...channel, permissions },
      locale,
      app_permissions: guild.permissions(this.me.id, channel),
      entitlements: [],
      authorizing_integration_owners: { 0: guild.id },
      context: 0,
      attachment_size_limit: 10_485_760,
    };
    const place = { user, channelId: channel.id, guildId: guild.id, message };
    const interaction = new LoopbackInteraction(raw, place, this.#files, (from, customId, options) =>
      this.#press(from, customId, options),
    );
    this.#answers.byToken.set(interaction.token, interaction);
    this.#gateway.dispatch("INTERACTION_CREATE", raw);
    return interaction;
  }

  #place(channelId: string): { readonly guild: World; readonly channel: Channel } {
    for (const guild of this.guilds.values()) {
      const channel = guild.channels.find(({ id }) => id === channelId);
      if (channel) return { guild, channel };
    }
    throw new RestError(404, 10003, "Unknown Channel");
  }

  // What Discord's REST API answers.

  #route(request: RestRequest): object | null | undefined {
    const { method, path } = request;
    const match = (pattern: RegExp): string[] | null => pattern.exec(path)?.slice(1) ?? null;
    if (method === "GET" && path === "/gateway/bot") {
      const limit = { total: 1_000, remaining: 999, reset_after: 0, max_concurrency: 1 };
      return { url: this.#address.replace("http", "ws"), shards: 1, session_start_limit: limit };
    }
    if (method === "GET" && path === "/applications/@me") return this.#application();
    const user = match(/^\/users\/(\d+)$/);
    if (method === "GET" && user) return this.#found(this.users.get(user[0] ?? ""), 10013, "Unknown User");
    const commands = match(/^\/applications\/(\d+)\/commands$/);
    if (commands?.[0] === this.me.id) return this.#commands(request);
    const callback = match(/^\/interactions\/\d+\/([^/]+)\/callback$/);
    if (method === "POST" && callback) return this.#answers.callback(callback[0] ?? "", request);
    const webhook = match(/^\/webhooks\/\d+\/([^/]+)(?:\/messages\/(@original|\d+))?$/);
    if (webhook) return this.#answers.webhook(webhook[0] ?? "", webhook[1], request);
    const history = match(/^\/channels\/(\d+)\/messages$/);
    if (method === "GET" && history) return this.#messages(history[0] ?? "", request.query);
    return undefined;
  }

  #application(): object {
    const team = {
      id: snowflake(),
      name: "Team",
      icon: null,
      owner_user_id: this.teamMembers[0]?.user.id,
      members: this.teamMembers.map(({ user, role }) => ({ user, role, membership_state: 2, team_id: "1" })),
    };
    const owner = this.ownerId === null ? team.members[0]?.user : makeUser({ id: this.ownerId });
    return { id: this.me.id, name: "Loopback", flags: 0, owner, team: this.ownerId === null ? team : null };
  }

  #commands({ method, body }: RestRequest): object | undefined {
    if (method === "GET") return this.commands;
    if (method !== "POST") return undefined;
    const given = command.parse(body);
    // The description says integer, Discord's reference says string, and discord.js sends a string: both are taken.
    const permissions = given["default_member_permissions"];
    this.#answers.check("ApplicationCommandCreateRequest", {
      ...given,
      ...(typeof permissions === "string" ? { default_member_permissions: Number(permissions) } : {}),
    });
    const old = this.commands.find(({ name }) => name === given.name);
    const made = {
      id: old?.["id"] ?? snowflake(),
      application_id: this.me.id,
      version: snowflake(),
      type: 1,
      default_member_permissions: null,
      nsfw: false,
      ...given,
    };
    this.commands = [...this.commands.filter((each) => each !== old), made];
    this.commandWrites++;
    return made;
  }

  #messages(channelId: string, query: URLSearchParams): object {
    const limit = Math.min(100, Number(query.get("limit") ?? 50));
    const before = BigInt(query.get("before") ?? 2n ** 63n);
    const after = BigInt(query.get("after") ?? 0);
    const all = (this.#history.get(channelId) ?? []).filter(
      ({ id }) => BigInt(id) < before && BigInt(id) > after,
    );
    return (query.has("after") ? all.slice(0, limit) : all.slice(-limit)).reverse();
  }

  #found<T>(value: T | undefined, code: number, message: string): T {
    if (value === undefined) throw new RestError(404, code, message);
    return value;
  }

  #serveImage(url: URL, response: ServerResponse): void {
    this.cdnRequests++;
    if (this.cdn === "hangs") return;
    const file = /^\/attachments\/(\d+)\//.exec(url.pathname)?.[1];
    const data = file === undefined ? picture(url.pathname) : this.#files.get(file);
    if (this.cdn === "missing" || data === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": "image/png" }).end(data);
  }
}

/** An avatar or icon: two colours that depend on the address. */
function picture(path: string): Buffer {
  const canvas = createCanvas(128, 128);
  const context = canvas.getContext("2d");
  const hue = [...path].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 360, 7);
  const gradient = context.createLinearGradient(0, 0, 128, 128);
  gradient.addColorStop(0, `hsl(${hue} 70% 60%)`);
  gradient.addColorStop(1, `hsl(${(hue + 70) % 360} 70% 35%)`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, 128, 128);
  context.fillStyle = "#ffffffcc";
  context.beginPath();
  context.arc(64, 50, 22, 0, Math.PI * 2);
  context.arc(64, 122, 42, Math.PI, 0);
  context.fill();
  return canvas.toBuffer("image/png");
}
