import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";

/** How many dispatches a session keeps for a resume. */
const REPLAYED = 5_000;

/** One session: it survives its socket, so that it can be resumed. */
export class Session {
  readonly id = randomBytes(16).toString("hex");
  readonly intents: number;
  readonly largeThreshold: number;
  /** Of the last dispatch. */
  sequence = 0;
  /** Of the last dispatch that the client's heartbeats say it has taken. */
  taken = 0;
  socket: WebSocket | null = null;
  /** Its number, and how many there are. */
  readonly shard: readonly [id: number, count: number];
  readonly #sent: string[] = [];

  constructor(intents: number, largeThreshold: number, shard: readonly [id: number, count: number]) {
    this.intents = intents;
    this.largeThreshold = largeThreshold;
    this.shard = shard;
  }

  /** Whether its shard is told of a guild, as Discord shares them out. @param guildId `null`: of what is in none */
  isToldOf(guildId: string | null): boolean {
    const [id, count] = this.shard;
    if (count === 1) return true;
    return id === (guildId === null ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)));
  }

  dispatch(event: string, body: string): void {
    this.sequence++;
    const text = `{"op":0,"t":"${event}","s":${this.sequence},"d":${body}}`;
    this.#sent[this.sequence % REPLAYED] = text;
    this.socket?.send(text);
  }

  /** What the client has missed since `sequence`; `null` when that is no longer known. */
  missedSince(sequence: number): string[] | null {
    const missed = this.sequence - sequence;
    if (missed < 0 || missed >= REPLAYED) return null;
    return Array.from({ length: missed }, (_, index) => this.#sent[(sequence + 1 + index) % REPLAYED] ?? "");
  }
}
