import { setTimeout as wait } from "node:timers/promises";
import type { LivelyDiscord } from "../crash/lively-discord.ts";
import type { Books } from "./books.ts";
import type { Report } from "./bot-messages.ts";
import { BotProcess } from "./bot-process.ts";

/** Whoever looks after processes waits so long before one is started again that could not start. */
const START_AGAIN_MS = 300;

/** A place for a process, with the shards that it has. */
export interface Slot {
  readonly number: number;
  shards: readonly number[];
  bot: BotProcess | null;
}

/** Several processes of one bot, each with shards of its own, over one database. */
export class Fleet implements AsyncDisposable {
  readonly slots: readonly Slot[];
  /** What went wrong that no fault explains. */
  readonly problems: string[] = [];
  readonly #lively: LivelyDiscord<Books>;
  readonly #url: string;
  readonly #shardCount: number;
  /** All that were started and have not ended. */
  readonly #alive = new Set<BotProcess>();
  /** Those whose end is no surprise. */
  readonly #doomed = new Set<BotProcess>();
  /** Loads its code while nobody needs it. */
  #next: BotProcess;

  /** @param url of the database */
  constructor(lively: LivelyDiscord<Books>, url: string, slots: number, shardsEach: number) {
    this.#lively = lively;
    this.#url = url;
    this.#shardCount = slots * shardsEach;
    this.slots = Array.from({ length: slots }, (_, number) => ({
      number,
      shards: Array.from({ length: shardsEach }, (_, shard) => number * shardsEach + shard),
      bot: null,
    }));
    this.#next = this.#make();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#alive];
    for (const bot of all) {
      this.#doomed.add(bot);
      bot.kill("SIGKILL");
    }
    await Promise.all(all.map(({ gone }) => gone));
  }

  /** Starts a process in its slot, as often as it takes. Resolves when Discord has told it of its guilds. */
  async start(slot: Slot): Promise<void> {
    for (;;) {
      const bot = await this.#begin(slot);
      slot.bot = bot;
      if (await bot.until(() => bot.told("ready"))) return;
      // Every other end is a problem, and would come again.
      if (!bot.couldNotReachStore) return;
      await wait(START_AGAIN_MS);
    }
  }

  /** Ends a process; another one may have its slot already. */
  async end(bot: BotProcess | null, how: "SIGKILL" | "SIGTERM"): Promise<void> {
    if (bot === null) return;
    this.#doomed.add(bot);
    if (how === "SIGTERM") bot.listener.stoppingMs = Date.now();
    bot.kill(how);
    await bot.gone;
  }

  async #begin({ number, shards }: Slot): Promise<BotProcess> {
    const bot = this.#next;
    this.#next = this.#make();
    await bot.until(() => bot.told("loaded"));
    const { address, token } = this.#lively.discord;
    const { ledger } = this.#lively;
    bot.hearers.add((told) => {
      ledger.told(bot.listener, told);
      if (told.kind === "failure" && !isOfStore(told))
        this.problems.push(`process ${number} failed: ${told.code}: ${told.message}`);
    });
    void bot.gone.then((how) => {
      ledger.gone(bot.listener);
      if (!this.#doomed.has(bot) && !bot.couldNotReachStore)
        this.problems.push(`process ${number} ended by itself: ${how}`);
    });
    bot.begin({ url: this.#url, address, token, shards: [...shards], shardCount: this.#shardCount });
    return bot;
  }

  #make(): BotProcess {
    const bot = new BotProcess();
    this.#alive.add(bot);
    void bot.gone.then(() => this.#alive.delete(bot));
    return bot;
  }
}

/** A store that is away, and what could not be written to it at a stop. */
function isOfStore({ code, message }: Extract<Report, { kind: "failure" }>): boolean {
  return code === "STORE_UNREACHABLE" || (code === "STORE_FAILED" && message.startsWith("stopping with "));
}
