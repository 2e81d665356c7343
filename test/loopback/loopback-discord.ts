import { EventEmitter, once } from "node:events";
import type { ServerResponse } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { createCanvas } from "@napi-rs/canvas";
import { z } from "zod";
import { Answers } from "./answers.ts";
import {
  applicationPayload,
  type RegisteredCommand,
  registerCommand,
  type TeamMember,
} from "./application.ts";
import { ChannelRoutes } from "./channel-routes.ts";
import { clientOptionsFor } from "./client-options.ts";
import { checkBody } from "./contract.ts";
import type { Kick, KickOptions } from "./gateway.ts";
import { Happenings } from "./happenings.ts";
import type { LoopbackInteraction } from "./interaction.ts";
import { type CommandCall, Interactions, type MenuCall, type StrangeInteraction } from "./interactions.ts";
import { makeUser } from "./members.ts";
import { Posts } from "./posts.ts";
import type { RateLimit } from "./rate-limits.ts";
import { type Fault, RestError, type RestRequest, RestServer } from "./rest-server.ts";
import { snowflake } from "./snowflake.ts";

const TOKEN = "loopback.bot.token";
const commandList = z.array(z.unknown());
const ALL_INTENTS = (1 << 26) - 1;
/**
 * Three weeks; Discord has 41,250 ms. A client whose own heartbeat is due while one that {@link Gateway.taken} asked for is not
 * answered yet takes the connection for dead: on a busy machine a test met that now and then.
 */
const HEARTBEAT_MS = 21 * 86_400_000;

export interface LoopbackOptions {
  /** The intents that the application may ask for. Default: all. */
  readonly allowedIntents?: number;
  /** How often clients are to send heartbeats. Default: {@link HEARTBEAT_MS}. */
  readonly heartbeatMs?: number;
  /** How many shards it tells clients to run that ask (GET /gateway/bot). Default: 1. */
  readonly shards?: number;
}

/**
 * A Discord on 127.0.0.1: gateway, REST and CDN, as much of them as GuildStats and discord.js's own client use.
 * An unknown route or a body that Discord's API description refuses is refused, and remembered for `assertClean`.
 */
export class LoopbackDiscord extends Happenings implements AsyncDisposable {
  readonly token = TOKEN;
  /** Registered commands, as Discord would list them. */
  commands: RegisteredCommand[] = [];
  /** Requests that wrote commands. */
  commandWrites = 0;
  /** The application's owner; `null` for a team of `teamMembers`. */
  ownerId: string | null = snowflake();
  teamMembers: readonly TeamMember[] = [];
  /** What the CDN does: answers, never answers, or has nothing. */
  cdn: "answers" | "hangs" | "missing" = "answers";
  cdnRequests = 0;
  readonly #files = new Map<string, Buffer>();
  readonly #rest: RestServer;
  readonly #answers: Answers;
  readonly #interactions: Interactions;
  /** What the bot writes into channels by itself. */
  readonly posts: Posts;
  readonly #channels: ChannelRoutes;
  readonly #writes = new EventEmitter<{ commands: [] }>();
  readonly #recommendedShards: number;
  #address = "";

  static async start(options: LoopbackOptions = {}): Promise<LoopbackDiscord> {
    const discord = new LoopbackDiscord(options);
    await discord.#listen();
    return discord;
  }

  private constructor(options: LoopbackOptions) {
    const { allowedIntents = ALL_INTENTS, heartbeatMs = HEARTBEAT_MS, shards = 1 } = options;
    super(makeUser({ username: "loopback-bot", bot: true }), { token: TOKEN, allowedIntents, heartbeatMs });
    this.#recommendedShards = shards;
    const place = this.place.bind(this);
    const dispatch = this.gateway.dispatch.bind(this.gateway);
    this.#rest = new RestServer(
      TOKEN,
      this.refused,
      (request) => this.#route(request),
      (url, response) => this.#serveImage(url, response),
    );
    this.#channels = new ChannelRoutes(this.me, this.messages, this.guilds, place);
    this.#answers = new Answers(this.#files, this.me, place, dispatch, () => this.#address);
    this.#interactions = new Interactions(this.me, this.#answers, this.#files, place, dispatch);
    this.posts = new Posts({
      me: this.me,
      history: this.messages,
      files: this.#files,
      place,
      dispatch,
      url: () => this.#address,
      press: (from, customId, options) => this.#interactions.press(from, customId, options),
    });
  }

  async #listen(): Promise<void> {
    const { server } = this.#rest;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.#address = `http://127.0.0.1:${address.port}`;
    this.gateway.attach(server, this.#address.replace("http", "ws"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.gateway.close();
    this.#rest.server.closeAllConnections();
    this.#rest.server.close();
    await once(this.#rest.server, "close");
  }

  /** Host and port, for the plugin's `imageHosts`. */
  get host(): string {
    return new URL(this.#address).host;
  }

  /** Where the gateway, REST and the CDN are, for clients of other processes. */
  get address(): string {
    return this.#address;
  }

  /** For `new Client({ intents, ...discord.clientOptions })`. */
  get clientOptions(): ReturnType<typeof clientOptionsFor> {
    return clientOptionsFor(this.#address);
  }

  get requests(): readonly RestRequest[] {
    return this.#rest.requests;
  }

  /** Throws when a request went to an unknown route, or its body is not what Discord takes. */
  assertClean(): void {
    if (this.refused.length > 0)
      throw new Error(`requests that Discord would refuse:\n${this.refused.join("\n")}`);
  }

  // The line between Discord and its clients.

  /** Resolves when the client has taken everything that happened so far. */
  taken(): Promise<void> {
    return this.gateway.taken();
  }

  /** Ends connections. Sessions can be resumed unless forgotten; op 9 always forgets them. */
  kick(how: Kick, options: KickOptions = {}): void {
    this.gateway.kick(how, options);
  }

  /** Sessions that nobody has a connection to are forgotten, as after a while: `taken` waits for none of them. */
  expireSessions(): void {
    this.gateway.expire();
  }

  /** Down: cuts every connection and takes no new one. Sessions stay, and keep what happens for a resume. */
  get gatewayUp(): boolean {
    return this.gateway.isUp;
  }

  set gatewayUp(isUp: boolean) {
    this.gateway.isUp = isUp;
  }

  /** Off: who is connected stays so, and nobody else gets in; see {@link gatewayDownAnswer}. */
  set gatewayTakesCalls(takes: boolean) {
    this.gateway.takesCalls = takes;
  }

  /** What a gateway that is down does to who calls. A client that is hung up on gives up its session. */
  set gatewayDownAnswer(how: "hangs up" | "503") {
    this.gateway.downAnswer = how;
  }

  /** Off: the gateway leaves heartbeats unanswered, as on a connection that died unseen. */
  set acksHeartbeats(acks: boolean) {
    this.gateway.acksHeartbeats = acks;
  }

  /** Resolves with the next identify or resume. */
  async next(event: "identify" | "resume"): Promise<void> {
    await once(this.gateway, event);
  }

  /** The shards that are connected, in order; one that two clients run is there twice. */
  get shards(): readonly number[] {
    return this.gateway.shards;
  }

  /** Resolves when just these shards are connected. */
  async connected(shards: readonly number[]): Promise<void> {
    while (!isDeepStrictEqual(this.shards, shards)) await once(this.gateway, "change");
  }

  /** The next requests that match fail, wait, stay unanswered or are rate limited. Default: one. */
  fault(fault: Omit<Fault, "times"> & { readonly times?: number }): void {
    this.#rest.faults.push({ times: 1, ...fault });
  }

  /** From now on requests are answered as they should be. */
  clearFaults(): void {
    this.#rest.faults.length = 0;
  }

  /** From now on a route has a limit, which its answers tell. */
  rateLimit(limit: RateLimit): void {
    this.#rest.limits.limits.push(limit);
  }

  /** Requests beyond a `rateLimit`: there are none of a client that heeds what it is told. */
  get rateLimited(): number {
    return this.#rest.limits.refused;
  }

  /** Ids of channels that the bot gets 403 for, whatever their permissions say. */
  get unreadable(): Set<string> {
    return this.#channels.unreadable;
  }

  // Users who use the bot.

  /** From now on every interaction is this much older than it is. */
  lateBy(ms: number): void {
    this.#answers.lateByMs = ms;
  }

  /** From now on an answer's files may be this large, bytes each. Default: 10 MiB. */
  set attachmentSizeLimit(bytes: number) {
    this.#interactions.attachmentSizeLimit = bytes;
  }

  /** Resolves with the next request that writes commands. */
  async nextCommandWrite(): Promise<void> {
    await once(this.#writes, "commands");
  }

  /** A user calls a slash command, which must be registered. */
  call(call: CommandCall): LoopbackInteraction {
    const registered = this.commands.find(({ name }) => name === call.command);
    if (!registered) throw new Error(`the command ${call.command} is not registered`);
    return this.#interactions.call(registered, call);
  }

  /** A user picks a command, which must be registered, from the menu of a member. */
  callOn(call: MenuCall): LoopbackInteraction {
    const registered = this.commands.find(({ name }) => name === call.command);
    if (!registered) throw new Error(`the command ${call.command} is not registered`);
    return this.#interactions.callOn(registered, call);
  }

  /** An interaction as no client would make it. */
  strange(interaction: StrangeInteraction): LoopbackInteraction {
    return this.#interactions.strange(interaction);
  }

  // What Discord's REST API answers.

  #route(request: RestRequest): object | null | undefined {
    const { method, path } = request;
    const match = (pattern: RegExp): string[] | null => pattern.exec(path)?.slice(1) ?? null;
    const commands = match(/^\/applications\/(\d+)\/commands$/);
    if (commands?.[0] === this.me.id) return this.#commands(request);
    const callback = match(/^\/interactions\/\d+\/([^/]+)\/callback$/);
    if (method === "POST" && callback) return this.#answers.callback(callback[0] ?? "", request);
    const webhook = match(/^\/webhooks\/\d+\/([^/]+)(?:\/messages\/(@original|\d+))?$/);
    if (webhook) return this.#answers.webhook(webhook[0] ?? "", webhook[1], request);
    if (method !== "GET") return this.posts.answer(request);
    if (path === "/gateway/bot") {
      // As of a large bot: shards do not wait for each other.
      const limit = { total: 1_000, remaining: 999, reset_after: 0, max_concurrency: 16 };
      const url = this.#address.replace("http", "ws");
      return { url, shards: this.#recommendedShards, session_start_limit: limit };
    }
    if (path === "/applications/@me") return applicationPayload(this.me, this.ownerId, this.teamMembers);
    const user = match(/^\/users\/(\d+)$/);
    if (!user) return this.#channels.answer(request);
    const found = this.users.get(user[0] ?? "");
    if (!found) throw new RestError(404, 10013, "Unknown User");
    return found;
  }

  #commands(request: RestRequest): object | undefined {
    if (request.method === "GET") return this.commands;
    const check = (body: object): void => checkBody("ApplicationCommandCreateRequest", body);
    if (request.method === "PUT") {
      // The whole list: what is not in it goes.
      let all: RegisteredCommand[] = [];
      for (const body of commandList.parse(request.body))
        all = registerCommand(all, this.me, { ...request, body }, check).commands;
      this.#commandsWritten(all);
      return all;
    }
    if (request.method !== "POST") return undefined;
    const { made, commands } = registerCommand(this.commands, this.me, request, check);
    this.#commandsWritten(commands);
    return made;
  }

  #commandsWritten(commands: RegisteredCommand[]): void {
    this.commands = commands;
    this.commandWrites++;
    this.#writes.emit("commands");
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

/** An avatar, icon or banner: two colours that depend on the address; a head and shoulders, or hills for a guild. */
function picture(path: string): Buffer {
  const isBanner = path.startsWith("/banners/");
  const canvas = createCanvas(isBanner ? 960 : 128, isBanner ? 540 : 128);
  const context = canvas.getContext("2d");
  // All below is drawn for 128 by 128.
  context.scale(canvas.width / 128, canvas.height / 128);
  const hue = [...path].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 360, 7);
  const gradient = context.createLinearGradient(0, 0, 128, 128);
  gradient.addColorStop(0, `hsl(${hue} 70% 60%)`);
  gradient.addColorStop(1, `hsl(${(hue + 70) % 360} 70% 35%)`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, 128, 128);
  context.fillStyle = "#ffffffcc";
  const discs =
    path.startsWith("/icons/") || isBanner
      ? [
          [88, 40, 16],
          [38, 150, 72],
          [104, 156, 58],
        ]
      : [
          [64, 50, 24],
          [64, 130, 46],
        ];
  for (const [x = 0, y = 0, radius = 0] of discs) {
    // One path each: joined in one, a line would lead from the first to the second.
    context.beginPath();
    context.arc(x, y, radius, 0, Math.PI * 2);
    context.fill();
  }
  return canvas.toBuffer("image/png");
}
