import { join } from "node:path";
import { ReportingProcess } from "../support/reporting-process.ts";
import { type Beginning, type Report, type Request, report } from "./bot-messages.ts";
import { Listener } from "./listener.ts";

/** A bot in a process of its own, as its parent sees it. */
export class BotProcess extends ReportingProcess<Report, Request | Beginning> {
  readonly listener = new Listener();
  /** Who is told what it tells. */
  readonly hearers = new Set<(told: Report) => void>();
  /** It ended at its start, since the store was away. */
  couldNotReachStore = false;
  readonly #told = new Set<Report["kind"]>();

  constructor() {
    super(join(import.meta.dirname, "chaos-bot.ts"), (message) => report.parse(message));
  }

  begin(beginning: Beginning): void {
    this.ask(beginning);
  }

  /** Whether it ever told such a thing. */
  told(kind: Report["kind"]): boolean {
    return this.#told.has(kind);
  }

  /** @returns whether it lived to say that it was done */
  async erase(how: "forget" | "opt out", userId: string): Promise<boolean> {
    const answer = await this.answer(
      { kind: "erase", how, userId },
      (told) => told.kind === "erasure" && told.userId === userId,
    );
    return answer?.kind === "erasure" && answer.error === null;
  }

  /** Asks, and waits until that is told. @returns what was told; `null` when it died before */
  async answer(request: Request, isAnswer: (told: Report) => boolean): Promise<Report | null> {
    const answers: Report[] = [];
    const hear = (told: Report): void => {
      if (isAnswer(told)) answers.push(told);
    };
    this.hearers.add(hear);
    this.ask(request);
    await this.until(() => answers.length > 0);
    this.hearers.delete(hear);
    return answers[0] ?? null;
  }

  protected take(told: Report): void {
    this.#told.add(told.kind);
    if (told.kind === "failure" && told.code === "STORE_UNREACHABLE" && !this.told("ready"))
      this.couldNotReachStore = true;
    for (const hear of this.hearers) hear(told);
  }
}
