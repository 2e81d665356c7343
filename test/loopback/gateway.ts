import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import type { Member, User, World } from "./world.ts";

/** The intent bit that an event needs (Discord's gateway documentation, "List of intents"). */
const INTENT_OF: Readonly<Record<string, number>> = {
  GUILD_CREATE: 1 << 0,
  GUILD_DELETE: 1 << 0,
  CHANNEL_CREATE: 1 << 0,
  CHANNEL_DELETE: 1 << 0,
  GUILD_MEMBER_ADD: 1 << 1,
  GUILD_MEMBER_REMOVE: 1 << 1,
  VOICE_STATE_UPDATE: 1 << 7,
  MESSAGE_CREATE: 1 << 9,
  MESSAGE_UPDATE: 1 << 9,
  MESSAGE_DELETE: 1 << 9,
};
const VOICE_STATES = 1 << 7;
const MESSAGE_CONTENT = 1 << 15;
const REPLAYED = 5_000;

const payload = z.object({ op: z.number(), d: z.unknown() });
const identify = z.object({
  token: z.string(),
  intents: z.number().int(),
  large_threshold: z.number().optional(),
});
const resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number() });
const membersRequest = z.object({
  guild_id: z.string(),
  query: z.string().optional(),
  user_ids: z.union([z.string(), z.array(z.string())]).optional(),
  nonce: z.string().optional(),
});

/** One session: it survives its socket, so that it can be resumed. */
class Session {
  readonly id = randomBytes(16).toString("hex");
  readonly intents: number;
  readonly largeThreshold: number;
  sequence = 0;
  socket: WebSocket | null = null;
  readonly sent: string[] = [];

  constructor(intents: number, largeThreshold: number) {
    this.intents = intents;
    this.largeThreshold = largeThreshold;
  }

  dispatch(event: string, body: string): void {
    this.sequence++;
    const text = `{"op":0,"t":"${event}","s":${this.sequence},"d":${body}}`;
    this.sent[this.sequence % REPLAYED] = text;
    this.socket?.send(text);
  }
}

/** Gateway v10, JSON, without compression. Emits `heartbeat` with the sequence that the client has taken. */
export class Gateway extends EventEmitter<{
  heartbeat: [sequence: number | null];
  identify: [];
  resume: [];
}> {
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #sessions = new Map<string, Session>();
  readonly #guilds: ReadonlyMap<string, World>;
  readonly #me: User;
  readonly #token: string;
  readonly #allowedIntents: number;
  #address = "";

  constructor(guilds: ReadonlyMap<string, World>, me: User, token: string, allowedIntents: number) {
    super();
    this.#guilds = guilds;
    this.#me = me;
    this.#token = token;
    this.#allowedIntents = allowedIntents;
  }

  attach(server: Server, address: string): void {
    this.#address = address;
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened, request));
    });
  }

  /** Sends an event to every session whose intents let it through. */
  dispatch(event: string, body: object): void {
    const needed = INTENT_OF[event];
    const whole = JSON.stringify(body);
    for (const session of this.#sessions.values()) {
      if (needed !== undefined && !(session.intents & needed)) continue;
      session.dispatch(event, event.startsWith("MESSAGE_") ? this.#content(session, body, whole) : whole);
    }
  }

  dispatchGuild(guild: World): void {
    for (const session of this.#sessions.values()) this.#sendGuild(session, guild);
  }

  /** Resolves when every connected client has taken all that was dispatched: a heartbeat on request echoes it. */
  async taken(): Promise<void> {
    for (const session of this.#sessions.values()) {
      for (let taken = -1; taken < session.sequence; ) {
        if (session.socket === null) await once(this, "resume");
        await this.drained(0);
        const [sequence] = await this.#heartbeat(session);
        taken = sequence ?? -1;
      }
    }
  }

  /** Resolves when no more than `bytes` wait to be sent to any client. */
  async drained(bytes: number): Promise<void> {
    for (const socket of this.#sockets.clients) while (socket.bufferedAmount > bytes) await turn();
  }

  /** Ends every connection with a close code, or cuts it; sessions can be resumed unless forgotten. */
  kick(how: number | "cut", { forget = false } = {}): void {
    if (forget) this.#sessions.clear();
    for (const socket of this.#sockets.clients) {
      if (how === "cut") socket.terminate();
      else socket.close(how);
    }
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
  }

  async #heartbeat(session: Session): Promise<[number | null]> {
    const answered = once(this, "heartbeat") as Promise<[number | null]>;
    session.socket?.send('{"op":1,"d":null}');
    return await answered;
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
    });
    socket.on("message", (data) => {
      const parsed = payload.safeParse(JSON.parse(String(data)));
      if (!parsed.success) {
        socket.close(4002);
        return;
      }
      session = this.#receive(socket, session, parsed.data.op, parsed.data.d);
    });
    socket.send('{"op":10,"d":{"heartbeat_interval":41250}}');
  }

  #receive(socket: WebSocket, session: Session | null, op: number, data: unknown): Session | null {
    switch (op) {
      case 1:
        socket.send('{"op":11}');
        this.emit("heartbeat", z.number().nullable().parse(data));
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
    if (data.token !== this.#token) return this.#refuse(socket, 4004);
    if (data.intents >= 1 << 26) return this.#refuse(socket, 4013);
    if (data.intents & ~this.#allowedIntents) return this.#refuse(socket, 4014);
    const session = new Session(data.intents, data.large_threshold ?? 50);
    session.socket = socket;
    this.#sessions.set(session.id, session);
    const ready = {
      v: 10,
      user: { ...this.#me, verified: true, mfa_enabled: false, flags: 0 },
      guilds: Array.from(this.#guilds.keys(), (id) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.#address,
      shard: [0, 1],
      application: { id: this.#me.id, flags: 0 },
    };
    session.dispatch("READY", JSON.stringify(ready));
    for (const guild of this.#guilds.values()) this.#sendGuild(session, guild);
    this.emit("identify");
    return session;
  }

  #refuse(socket: WebSocket, code: number): null {
    socket.close(code);
    return null;
  }

  #resume(socket: WebSocket, data: z.infer<typeof resume>): Session | null {
    const session = this.#sessions.get(data.session_id);
    if (data.token !== this.#token) return this.#refuse(socket, 4004);
    if (!session || session.sequence - data.seq >= REPLAYED) {
      socket.send('{"op":9,"d":false}');
      return null;
    }
    for (let missed = data.seq + 1; missed <= session.sequence; missed++)
      socket.send(session.sent[missed % REPLAYED] ?? "");
    session.socket = socket;
    session.dispatch("RESUMED", "{}");
    this.emit("resume");
    return session;
  }

  #members(session: Session, data: z.infer<typeof membersRequest>): void {
    const guild = this.#guilds.get(data.guild_id);
    if (!guild) return;
    const ids = data.user_ids === undefined ? null : [data.user_ids].flat();
    const found: Member[] = [];
    for (const [id, member] of guild.members) if (ids === null || ids.includes(id)) found.push(member);
    const chunks = Math.max(1, Math.ceil(found.length / 1_000));
    for (let index = 0; index < chunks; index++) {
      const chunk = {
        guild_id: guild.id,
        members: found.slice(index * 1_000, (index + 1) * 1_000),
        chunk_index: index,
        chunk_count: chunks,
        not_found: ids?.filter((id) => !guild.members.has(id)) ?? [],
        nonce: data.nonce,
      };
      session.dispatch("GUILD_MEMBERS_CHUNK", JSON.stringify(chunk));
    }
  }

  #sendGuild(session: Session, guild: World): void {
    const withVoice = (session.intents & VOICE_STATES) !== 0;
    const body = guild.guildCreate(this.#me.id, session.largeThreshold, withVoice);
    session.dispatch("GUILD_CREATE", JSON.stringify(body));
  }

  /** Without the privileged intent, what others write does not come along. */
  #content(session: Session, body: object, whole: string): string {
    if (session.intents & MESSAGE_CONTENT || !("content" in body)) return whole;
    return JSON.stringify({ ...body, content: "", embeds: [], attachments: [], components: [] });
  }
}
