import { EventEmitter, once } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { guildCreate } from "./guild-create.ts";
import { letsThrough, UNKNOWN_INTENTS, visible } from "./intents.ts";
import { type MembersRequest, memberChunks, membersRequest, unansweredBecause } from "./members-request.ts";
import type { User } from "./payloads.ts";
import { Session } from "./session.ts";
import type { World } from "./world.ts";

const payload = z.object({ op: z.number(), d: z.unknown() });
const identify = z.object({
  token: z.string(),
  intents: z.number().int(),
  large_threshold: z.number().optional(),
  shard: z.tuple([z.number().int(), z.number().int()]).default([0, 1]),
});
/** Of an event as no Discord would send it, nothing. */
const id = z.string().optional().catch(undefined);
const inGuild = z.object({ guild_id: id, id });
const resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number() });

/**
 * How connections end: by a close code, by a cut wire, by the request to reconnect and resume (op 7), or by the
 * news that the session is no more (op 9).
 */
export type Kick = number | "cut" | "op 7" | "op 9";

export interface KickOptions {
  /** Default: as `op 9` does. */
  readonly forget?: boolean;
  /** The shards that it happens to. Default: all. */
  readonly shards?: readonly number[] | null;
  /** Of several clients on these shards, the one that connected first, or last. Default: all. */
  readonly client?: "first" | "last" | null;
}

export interface GatewayOptions {
  readonly token: string;
  /** The intents that the application may ask for. */
  readonly allowedIntents: number;
  readonly heartbeatMs: number;
}

/**
 * Gateway v10, JSON, without compression. Emits `identify` and `resume` when it has answered one, and `change` on
 * whatever `taken` may wait for.
 */
export class Gateway extends EventEmitter<{ change: []; identify: []; resume: [] }> {
  /** Off: heartbeats go unanswered, as on a dead connection that nobody has closed. */
  acksHeartbeats = true;
  /** What a gateway that is down does to who calls: hangs up, or answers 503. */
  downAnswer: "hangs up" | "503" = "hangs up";
  /** Off: who is connected stays so, and nobody else gets in. */
  takesCalls = true;
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #sessions = new Map<string, Session>();
  readonly #guilds: ReadonlyMap<string, World>;
  readonly #me: User;
  readonly #options: GatewayOptions;
  readonly #refused: string[];
  #isUp = true;
  #address = "";

  /** @param refused takes the requests that Discord would leave unanswered */
  constructor(guilds: ReadonlyMap<string, World>, me: User, options: GatewayOptions, refused: string[]) {
    super();
    this.#guilds = guilds;
    this.#me = me;
    this.#options = options;
    this.#refused = refused;
  }

  attach(server: Server, address: string): void {
    this.#address = address;
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (this.#isUp && this.takesCalls)
        this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened, request));
      else if (this.downAnswer === "hangs up") socket.destroy();
      else socket.end("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  set isUp(isUp: boolean) {
    this.#isUp = isUp;
    if (!isUp) this.kick("cut");
  }

  /** The shards that are connected, in order; one that two clients run is there twice. */
  get shards(): number[] {
    const connected = [...this.#sessions.values()].filter(({ socket }) => socket !== null);
    return connected.map(({ shard }) => shard[0]).sort((one, other) => one - other);
  }

  /** Sends an event to every session whose intents let it through; one without a socket gets it when it resumes. */
  dispatch(event: string, body: object): void {
    const whole = JSON.stringify(body);
    const guildId = guildOf(event, body);
    for (const session of this.#sessions.values()) {
      if (!letsThrough(session.intents, event) || !session.isToldOf(guildId)) continue;
      const seen = event.startsWith("MESSAGE_") ? visible(session.intents, body, this.#me) : body;
      session.dispatch(event, seen === body ? whole : JSON.stringify(seen));
    }
  }

  dispatchGuild(guild: World): void {
    for (const session of this.#sessions.values()) this.#sendGuild(session, guild);
  }

  /**
   * Resolves when every session's client has taken all that was dispatched, which heartbeats on request tell. Waits
   * for a session that is to be resumed, not for one that is forgotten.
   */
  async taken(): Promise<void> {
    for (const session of this.#sessions.values()) {
      while (this.#sessions.has(session.id) && session.taken < session.sequence) {
        await this.drained(0);
        const changed = once(this, "change");
        session.socket?.send('{"op":1,"d":null}');
        await changed;
      }
    }
  }

  /** Resolves when no more than `bytes` wait to be sent to any client. */
  async drained(bytes: number): Promise<void> {
    for (const socket of this.#sockets.clients) {
      while (socket.readyState === socket.OPEN && socket.bufferedAmount > bytes) await turn();
    }
  }

  /** Sessions that nobody has a connection to are forgotten, as after a while. */
  expire(): void {
    for (const { id, socket } of this.#sessions.values()) if (socket === null) this.#sessions.delete(id);
  }

  /** Ends connections; sessions can be resumed unless forgotten, as op 9 forgets them. */
  kick(how: Kick, { forget = how === "op 9", shards = null, client = null }: KickOptions = {}): void {
    const kicked = new Set(shards === null && client === null ? this.#sockets.clients : []);
    const all = [...this.#sessions.values()].filter(({ shard }) => shards?.includes(shard[0]) !== false);
    const meant = client === null ? all : client === "first" ? all.slice(0, 1) : all.slice(-1);
    for (const session of meant) {
      if (session.socket) kicked.add(session.socket);
      // What happens from now on is not for this connection.
      session.socket = null;
      if (forget) this.#sessions.delete(session.id);
    }
    for (const socket of kicked) {
      if (how === "cut") socket.terminate();
      else if (how === "op 7") socket.send('{"op":7,"d":null}');
      else if (how === "op 9") socket.send('{"op":9,"d":false}');
      else socket.close(how);
    }
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
  }

  #open(socket: WebSocket, request: IncomingMessage): void {
    const query = new URL(request.url ?? "/", this.#address).searchParams;
    if (query.get("v") !== "10") {
      socket.close(4012);
      return;
    }
    let session: Session | null = null;
    socket.on("error", () => undefined);
    socket.on("close", (code) => {
      if (session?.socket !== socket) return;
      session.socket = null;
      // A client that says goodbye gives its session up.
      if (code === 1000 || code === 1001) this.#sessions.delete(session.id);
      this.emit("change");
    });
    socket.on("message", (data) => {
      const parsed = payload.safeParse(JSON.parse(String(data)));
      if (parsed.success) session = this.#receive(socket, session, parsed.data.op, parsed.data.d);
      else socket.close(4002);
    });
    socket.send(`{"op":10,"d":{"heartbeat_interval":${this.#options.heartbeatMs}}}`);
  }

  #receive(socket: WebSocket, session: Session | null, op: number, data: unknown): Session | null {
    switch (op) {
      case 1:
        if (this.acksHeartbeats) socket.send('{"op":11}');
        if (session) session.taken = z.number().nullable().parse(data) ?? 0;
        this.emit("change");
        return session;
      case 2:
        return this.#identify(socket, session, identify.parse(data));
      case 6:
        return this.#resume(socket, resume.parse(data));
      case 3:
        return session;
      case 8:
        if (session === null) socket.close(4003);
        else this.#members(session, membersRequest.parse(data));
        return session;
      default:
        socket.close(4001);
        return session;
    }
  }

  #identify(socket: WebSocket, before: Session | null, data: z.infer<typeof identify>): Session | null {
    if (before) return this.#refuse(socket, 4005);
    if (data.token !== this.#options.token) return this.#refuse(socket, 4004);
    if (data.intents >= UNKNOWN_INTENTS) return this.#refuse(socket, 4013);
    if (data.intents & ~this.#options.allowedIntents) return this.#refuse(socket, 4014);
    const { shard } = data;
    if (shard[0] < 0 || shard[0] >= shard[1]) return this.#refuse(socket, 4010);
    // A session that a new one takes the place of will not be resumed. One that is connected stays beside it.
    for (const { id, socket: line, shard: other } of this.#sessions.values())
      if (line === null && other[0] === shard[0]) this.#sessions.delete(id);
    const session = new Session(data.intents, data.large_threshold ?? 50, shard);
    session.socket = socket;
    this.#sessions.set(session.id, session);
    const ready = {
      v: 10,
      user: { ...this.#me, verified: true, mfa_enabled: false, flags: 0 },
      guilds: [...this.#guilds.keys()]
        .filter((id) => session.isToldOf(id))
        .map((id) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.#address,
      shard,
      application: { id: this.#me.id, flags: 0 },
    };
    session.dispatch("READY", JSON.stringify(ready));
    for (const guild of this.#guilds.values()) if (!guild.isOut) this.#sendGuild(session, guild);
    this.emit("identify");
    this.emit("change");
    return session;
  }

  #refuse(socket: WebSocket, code: number): null {
    socket.close(code);
    return null;
  }

  #resume(socket: WebSocket, data: z.infer<typeof resume>): Session | null {
    if (data.token !== this.#options.token) return this.#refuse(socket, 4004);
    const session = this.#sessions.get(data.session_id);
    const missed = session?.missedSince(data.seq);
    if (!session || !missed) {
      socket.send('{"op":9,"d":false}');
      return null;
    }
    for (const text of missed) socket.send(text);
    session.socket = socket;
    session.dispatch("RESUMED", "{}");
    this.emit("resume");
    this.emit("change");
    return session;
  }

  #members(session: Session, request: MembersRequest): void {
    const guild = this.#guilds.get(request.guild_id);
    if (!guild) return;
    const reason = unansweredBecause(request, session.intents);
    if (reason !== null) {
      this.#refused.push(`request guild members: ${reason}`);
      return;
    }
    for (const chunk of memberChunks(guild, request))
      session.dispatch("GUILD_MEMBERS_CHUNK", JSON.stringify(chunk));
  }

  #sendGuild(session: Session, guild: World): void {
    if (!letsThrough(session.intents, "GUILD_CREATE") || !session.isToldOf(guild.id)) return;
    const { intents, largeThreshold } = session;
    const body = guildCreate(guild, { userId: this.#me.id, intents, largeThreshold });
    session.dispatch("GUILD_CREATE", JSON.stringify(body));
  }
}

/** The guild in which an event is; `null`: in none. */
function guildOf(event: string, body: object): string | null {
  const { guild_id, id } = inGuild.parse(body);
  return guild_id ?? (event.startsWith("GUILD_") ? id : undefined) ?? null;
}
