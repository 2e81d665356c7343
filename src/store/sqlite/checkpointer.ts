import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";

/** Batches between two checkpoints; the log stays at some megabytes. */
const BATCHES = 64;

// A worker of plain JavaScript in a string runs alike from TypeScript sources and from a built package.
const CODE = `
const { parentPort, workerData } = require("node:worker_threads");
const Database = require(workerData.library);
const database = new Database(workerData.path, { timeout: 1000 });
parentPort.on("message", (message) => {
  if (message === "checkpoint") {
    // What fails here is done by the next checkpoint, at the latest by closing.
    try { database.pragma("wal_checkpoint(PASSIVE)"); } catch {}
  } else {
    database.close();
    parentPort.close();
  }
});
`;

/** Moves the write-ahead log into the file, beside the event loop: a checkpoint waits for the disk. */
export class Checkpointer {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #batches = 0;

  constructor(path: string) {
    const library = createRequire(import.meta.url).resolve("better-sqlite3");
    this.#worker = new Worker(CODE, { eval: true, workerData: { library, path } });
    this.#worker.unref();
    this.#ended = new Promise((resolve) => {
      this.#worker.once("exit", () => resolve());
      // Without its worker the log only grows until the file is closed: counting must go on.
      this.#worker.once("error", () => resolve());
    });
  }

  /** Counts a written batch; every so often a checkpoint follows. */
  written(): void {
    this.#batches++;
    if (this.#batches % BATCHES === 0) this.#worker.postMessage("checkpoint");
  }

  async close(): Promise<void> {
    this.#worker.ref();
    this.#worker.postMessage("close");
    await this.#ended;
  }
}
