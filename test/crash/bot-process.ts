import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import { type Beginning, type Report, type Request, report } from "./bot-messages.ts";

/** A bot in a process of its own, as its parent sees it. */
export class BotProcess extends EventEmitter<{ change: [] }> {
  readonly reports: Report[] = [];
  /** The guilds whose gaps are closed. */
  readonly recovered = new Set<string>();
  /** When the last flush that was written whole was cut, Unix milliseconds; `null`: there was none. */
  flushedAtMs: number | null = null;
  /** How the process ended, once all that it told is here too. */
  readonly gone: Promise<NodeJS.Signals | number>;
  isGone = false;
  readonly #child: ChildProcess;

  constructor() {
    super();
    this.#child = fork(join(import.meta.dirname, "crashing-bot.ts"), [], {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child.on("message", (message) => this.#take(report.parse(message)));
    this.gone = this.#ended();
  }

  begin(beginning: Beginning): void {
    this.#child.send(beginning);
  }

  /** Writes what is dirty. @returns whether it lived to do so */
  async flush(): Promise<boolean> {
    return await this.#settled({ kind: "flush" });
  }

  /** Closes all gaps, and writes what is dirty. @returns whether it lived to do so */
  async settle(): Promise<boolean> {
    return await this.#settled({ kind: "settle" });
  }

  /** Asks for an erasure, and does not wait for it: the bot tells `erased`. */
  erase(erasure: Omit<Extract<Request, { kind: "erase" }>, "kind">): void {
    this.#ask({ kind: "erase", ...erasure });
  }

  async #settled(request: Request): Promise<boolean> {
    const before = this.#count("flushed on request");
    this.#ask(request);
    return await this.until(() => this.#count("flushed on request") > before);
  }

  #ask(request: Request): void {
    // The channel of a process that is being killed may be closed already.
    this.#child.send(request, () => undefined);
  }

  /** @returns whether the condition came true; `false` when the process ended before */
  async until(condition: () => boolean): Promise<boolean> {
    while (!condition()) {
      if (this.isGone) return false;
      await once(this, "change");
    }
    return true;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("the process did not start");
    return this.#child.pid;
  }

  /** What it said went wrong, codes first. */
  get failures(): readonly string[] {
    return this.reports.flatMap((told) => (told.kind === "failure" ? [told.message] : []));
  }

  /** Tells later whether it has told such a thing from now on. */
  anew(isSuch: (told: Report) => boolean): () => boolean {
    const from = this.reports.length;
    return () => this.reports.slice(from).some(isSuch);
  }

  told(kind: Report["kind"]): boolean {
    return this.#count(kind) > 0;
  }

  /** How many batches it has written. */
  get batches(): number {
    return this.#count("batch");
  }

  /** How many flushes it has written whole. */
  get flushes(): number {
    return this.#count("flush");
  }

  kill(signal: "SIGKILL" | "SIGTERM"): void {
    this.#child.kill(signal);
  }

  #count(kind: Report["kind"]): number {
    return this.reports.reduce((count, told) => count + (told.kind === kind ? 1 : 0), 0);
  }

  #take(told: Report): void {
    this.reports.push(told);
    if (told.kind === "flush") this.flushedAtMs = told.cutAtMs;
    if (told.kind === "recovered") this.recovered.add(told.guildId);
    this.emit("change");
  }

  async #ended(): Promise<NodeJS.Signals | number> {
    // What it told last is read from the channel after its death.
    const [[code, signal]] = await Promise.all([once(this.#child, "exit"), once(this.#child, "disconnect")]);
    this.isGone = true;
    this.emit("change");
    return signal ?? code;
  }
}
