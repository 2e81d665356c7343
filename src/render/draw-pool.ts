import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import { GuildStatsError } from "../errors.ts";
import { DrawThread } from "./draw-thread.ts";
import type { Painter, PictureFile } from "./painter.ts";

/** A bot is seldom asked for more at once, and each thread takes memory. */
const MOST_THREADS = 2;
/** Threads that may end without having drawn a card: after so many, something here lets none run. */
const MOST_FAILED_STARTS = 3;

/** Two threads draw so many cards in about two seconds; whoever comes then had better come again. */
const MOST_WAITING = 64;

export interface DrawPoolOptions {
  /** Cards that may wait for those being drawn; default 64. */
  readonly waiting?: number;
  /** Threads at most; 0 draws all cards on the caller's, one at a time. */
  readonly threads?: number;
  readonly newThread?: () => DrawThread;
}

/**
 * Draws cards on threads of their own, so that the event loop stays free. There are never more canvases than threads:
 * the other cards wait, up to a bound. A thread starts when a card finds none idle. A card whose thread ends before it is drawn is
 * drawn on the caller's.
 */
export class DrawPool {
  readonly #newThread: () => DrawThread;
  readonly #threads = new Set<DrawThread>();
  readonly #idle: DrawThread[] = [];
  readonly #queue: PQueue;
  readonly #mostWaiting: number;
  #startsLeft: number;
  #here: Promise<Painter> | null = null;
  #drawnOnCaller = 0;

  constructor({
    threads = Math.min(MOST_THREADS, availableParallelism()),
    waiting = MOST_WAITING,
    newThread = () => new DrawThread(),
  }: DrawPoolOptions = {}) {
    this.#newThread = newThread;
    this.#mostWaiting = waiting;
    this.#startsLeft = threads === 0 ? 0 : MOST_FAILED_STARTS;
    this.#queue = new PQueue({ concurrency: Math.max(threads, 1) });
  }

  /** A card as a PNG. @param key the card as JSON. @throws what drawing threw, `RENDER_BUSY` when too many wait */
  async paint(key: string, files: readonly PictureFile[]): Promise<Buffer> {
    if (this.#queue.size >= this.#mostWaiting) {
      throw new GuildStatsError("RENDER_BUSY", `${this.#queue.size} cards wait to be drawn`);
    }
    return await this.#queue.add(async () => {
      const reply = await this.#onThread(key, files);
      if (reply === null) return await this.#onCaller(key, files);
      if (reply.kind === "failed") throw reply.error;
      return Buffer.from(reply.png.buffer, reply.png.byteOffset, reply.png.byteLength);
    });
  }

  /** Lets decoded pictures go. */
  forget(): void {
    for (const thread of this.#threads) thread.forget();
    void this.#here?.then((painter) => painter.forget());
  }

  /** Ends the threads. Cards that are not drawn yet, and later ones, are drawn on the caller's. */
  async stop(): Promise<void> {
    this.#startsLeft = 0;
    await Promise.all(Array.from(this.#threads, (thread) => thread.end()));
    this.#threads.clear();
  }

  metrics(): { readonly threads: number; readonly drawnOnCaller: number } {
    return { threads: this.#threads.size, drawnOnCaller: this.#drawnOnCaller };
  }

  async #onThread(key: string, files: readonly PictureFile[]) {
    const thread = this.#living() ?? this.#start();
    if (thread === null) return null;
    const reply = await thread.paint(key, files);
    if (!thread.ended) this.#idle.push(thread);
    else {
      this.#threads.delete(thread);
      if (!thread.hasDrawn) this.#startsLeft--;
    }
    return reply;
  }

  #living(): DrawThread | null {
    let thread = this.#idle.pop();
    while (thread?.ended) {
      this.#threads.delete(thread);
      thread = this.#idle.pop();
    }
    return thread ?? null;
  }

  async #onCaller(key: string, files: readonly PictureFile[]): Promise<Buffer> {
    this.#drawnOnCaller++;
    // Not before it is needed: Chart.js and the fonts' tables take memory, and the threads have them already.
    this.#here ??= import("./painter.ts").then(({ Painter }) => new Painter());
    return await (await this.#here).paint(key, files);
  }

  #start(): DrawThread | null {
    if (this.#startsLeft <= 0) return null;
    try {
      const thread = this.#newThread();
      this.#threads.add(thread);
      return thread;
    } catch {
      this.#startsLeft = 0;
      return null;
    }
  }
}
