import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";

type Signal = "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT";

/** A script in a process of its own, as its parent sees it: it is asked, tells, and ends. Emits `change` on what it tells. */
export abstract class ReportingProcess<Report, Request extends object> extends EventEmitter<{ change: [] }> {
  /** How the process ended, once all that it told is here too. */
  readonly gone: Promise<NodeJS.Signals | number>;
  isGone = false;
  readonly #child: ChildProcess;

  /** @param parse makes a report of what came */
  constructor(script: string, parse: (message: unknown) => Report) {
    super();
    this.#child = fork(script, [], {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child.on("message", (message) => {
      this.take(parse(message));
      this.emit("change");
    });
    this.gone = this.#ended();
  }

  protected abstract take(report: Report): void;

  protected ask(request: Request): void {
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

  kill(signal: Signal): void {
    this.#child.kill(signal);
  }

  async #ended(): Promise<NodeJS.Signals | number> {
    // What it told last is read from the channel after its death.
    const [[code, signal]] = await Promise.all([once(this.#child, "exit"), once(this.#child, "disconnect")]);
    this.isGone = true;
    this.emit("change");
    return signal ?? code;
  }
}
