import { type ChildProcess, fork } from "node:child_process";

/** Another process of a bench, which answers requests one by one. */
export class Far<Request extends object, Answer> {
  readonly #child: ChildProcess;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param file a module that calls {@link answering}
   * @param execArgv default: as this process was started
   */
  constructor(file: string, execArgv: readonly string[] = process.execArgv) {
    this.#child = fork(file, { execArgv: [...execArgv] });
  }

  ask(request: Request): Promise<Answer> {
    const answer = this.#last.then(
      () =>
        new Promise<Answer>((resolve, reject) => {
          const ended = (code: number | null): void =>
            reject(new Error(`a process of the bench ended: ${code}`));
          this.#child.once("exit", ended);
          // What `answering` in the other process sends.
          this.#child.once("message", (message) => {
            this.#child.off("exit", ended);
            resolve(message as Answer);
          });
          this.#child.send(request);
        }),
    );
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** The other process ends. */
  end(): void {
    this.#child.disconnect();
  }
}

/** The other end: answers each request, and ends with its parent. */
export function answering<Request, Answer>(answer: (request: Request) => Promise<Answer> | Answer): void {
  process.on("message", async (request) => {
    // What `Far.ask` in the parent sends.
    process.send?.(await answer(request as Request));
  });
  process.on("disconnect", () => process.exit());
}
