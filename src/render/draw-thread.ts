import { extname } from "node:path";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { PictureFile } from "./painter.ts";

export type DrawRequest =
  | { readonly kind: "paint"; readonly key: string; readonly files: readonly PictureFile[] }
  | { readonly kind: "forget" };

/** The answer to a `paint`. */
export type DrawReply =
  | { readonly kind: "drawn"; readonly png: Uint8Array }
  | { readonly kind: "failed"; readonly error: Error };

// The worker lies beside this file, in sources and in a built package.
const EXTENSION = extname(new URL(import.meta.url).pathname);
const WORKER = new URL(`./draw-worker${EXTENSION}`, import.meta.url);

/** Many times what a card takes. A thread that fills more ends alone; without a bound, the bot might with it. */
const LIMITS: WorkerOptions = { resourceLimits: { maxOldGenerationSizeMb: 256 } };

/** A thread that draws one card at a time. Idle, it does not keep the process alive. */
export class DrawThread {
  readonly #worker: Worker;
  #answer: ((reply: DrawReply | null) => void) | null = null;
  #ended = false;
  #hasDrawn = false;

  /** @param url the code that it runs; another one is for tests */
  constructor(url: URL = WORKER) {
    this.#worker = url.pathname.endsWith(".ts") ? fromSource(url) : new Worker(url, LIMITS);
    this.#worker.unref();
    this.#worker.on("message", (reply: DrawReply) => this.#settle(reply));
    // What broke it is of no use to the caller, who gets the card from elsewhere. `exit` follows.
    this.#worker.on("error", () => undefined);
    this.#worker.on("exit", () => {
      this.#ended = true;
      this.#settle(null);
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether it has answered before. */
  get hasDrawn(): boolean {
    return this.#hasDrawn;
  }

  /** Draws a card, and only one at a time; `null`: the thread ended before it was drawn. */
  paint(key: string, files: readonly PictureFile[]): Promise<DrawReply | null> {
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#answer = resolve;
      // The process must not end before a card that someone waits for.
      this.#worker.ref();
      this.#worker.postMessage({ kind: "paint", key, files } satisfies DrawRequest);
    });
  }

  /** Lets its decoded pictures go, after the card that it draws. */
  forget(): void {
    this.#worker.postMessage({ kind: "forget" } satisfies DrawRequest);
  }

  /** Ends it at once. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: DrawReply | null): void {
    this.#hasDrawn ||= reply !== null;
    this.#worker.unref();
    this.#answer?.(reply);
    this.#answer = null;
  }
}

/** Node 20 reads no TypeScript, and a worker has none of the loaders of its parent. Who has the sources has this one. */
function fromSource(url: URL): Worker {
  const code = `import(${JSON.stringify(import.meta.resolve("tsx/esm/api"))}).then(({ register }) => {
    register();
    return import(${JSON.stringify(url.href)});
  });`;
  return new Worker(code, { ...LIMITS, eval: true });
}
