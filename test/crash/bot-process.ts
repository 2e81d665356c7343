import { join } from "node:path";
import { ReportingProcess } from "../support/reporting-process.ts";
import { type Beginning, type Report, type Request, report } from "./bot-messages.ts";

/** A bot in a process of its own, as its parent sees it. */
export class BotProcess extends ReportingProcess<Report, Request | Beginning> {
  readonly reports: Report[] = [];
  /** The guilds whose gaps are closed. */
  readonly recovered = new Set<string>();
  /** Up to when all that was heard is written, Unix milliseconds; `null`: no flush was written whole. */
  flushedAtMs: number | null = null;

  constructor() {
    super(join(import.meta.dirname, "crashing-bot.ts"), (message) => report.parse(message));
  }

  begin(beginning: Beginning): void {
    this.ask(beginning);
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
    this.ask({ kind: "erase", ...erasure });
  }

  async #settled(request: Request): Promise<boolean> {
    const before = this.#count("flushed on request");
    this.ask(request);
    return await this.until(() => this.#count("flushed on request") > before);
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

  protected take(told: Report): void {
    this.reports.push(told);
    if (told.kind === "flush") this.flushedAtMs = told.cutAtMs;
    if (told.kind === "recovered") this.recovered.add(told.guildId);
  }

  #count(kind: Report["kind"]): number {
    return this.reports.reduce((count, told) => count + (told.kind === kind ? 1 : 0), 0);
  }
}
