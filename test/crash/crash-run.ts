import { setImmediate as turn } from "node:timers/promises";
import { BotProcess } from "./bot-process.ts";
import { type Fate, hasCome } from "./fate.ts";
import type { LivelyDiscord } from "./lively-discord.ts";
import { type StoredCounts, storedCounts } from "./stored-counts.ts";

/** Life between two flushes; more would only grow the history. */
const STEPS_PER_FLUSH = 30;

/** One life of the bot, and what its death left behind. */
export interface Life {
  readonly fate: Fate;
  readonly how: NodeJS.Signals | number;
  /** What the file holds after its death. */
  readonly counts: StoredCounts;
  /** What the file held once all gaps were closed and everything was written; `null`: it died before. */
  readonly whole: Whole | null;
  /** Whether it died between the batches of one flush. */
  readonly isTorn: boolean;
  readonly failures: readonly string[];
}

interface Whole {
  readonly counts: StoredCounts;
  /** What had been said by then. */
  readonly said: ReadonlyMap<string, number>;
}

/** Starts bots over one file, one after another, and has each of them die. */
export class CrashRun implements Disposable {
  readonly #lively: LivelyDiscord;
  readonly #file: string;
  /** Loads its code while another one lives. */
  #next = new BotProcess();
  #lives = 0;

  constructor(lively: LivelyDiscord, file: string) {
    this.#lively = lively;
    this.#file = file;
  }

  [Symbol.dispose](): void {
    this.#next.kill("SIGKILL");
  }

  async live(fate: Fate): Promise<Life> {
    const { ledger } = this.#lively;
    const bot = this.#next;
    const isFirst = this.#lives++ === 0;
    await bot.until(() => bot.told("loaded"));
    this.#next = new BotProcess();
    if (!isFirst) this.#lively.whisper();
    this.#begin(bot, fate);
    const whole = await this.#untilDeath(bot, fate, isFirst);
    const how = await bot.gone;
    const counts = storedCounts(this.#file);
    const { flushedAtMs } = bot;
    if (flushedAtMs !== null) ledger.flushed(flushedAtMs);
    // A bot that was asked to end has written all that it had heard.
    if (how === "SIGTERM") ledger.flushed(Number.POSITIVE_INFINITY);
    ledger.crashed(Date.now());
    const isTorn = ["batch", "flush"].indexOf(bot.reports.findLast(isWrite)?.kind ?? "flush") === 0;
    return { fate, how, counts, whole, isTorn, failures: bot.failures };
  }

  #begin(bot: BotProcess, fate: Fate): void {
    const { address, token } = this.#lively.discord;
    bot.begin({
      file: this.#file,
      address,
      token,
      dieAtBatch: fate.at === "batch" ? fate.nth : 0,
      dieWhen: fate.at === "batch" ? fate.when : "after",
      dieAtCall: null,
      leftGuildGraceDays: 30,
    });
  }

  async #untilDeath(bot: BotProcess, fate: Fate, isFirst: boolean): Promise<Whole | null> {
    const lively = this.#lively;
    const { ledger, guilds } = lively;
    const pagesBefore = this.#pages;
    const isRecovered = (): boolean => isFirst || guilds.every(({ id }) => bot.recovered.has(id));
    let whole: Whole | null = null;
    let steps = 0;
    let budget = STEPS_PER_FLUSH;
    let flushes = 0;
    while (!bot.isGone) {
      if (bot.told("ready")) await this.#heard(bot, !isRecovered());
      if (hasCome(fate, bot, this.#pages - pagesBefore, whole ? steps : -1)) {
        if ("turns" in fate) for (let left = fate.turns; left > 0 && !bot.isGone; left--) await turn();
        bot.kill(fate.at === "asked" ? "SIGTERM" : "SIGKILL");
        break;
      }
      if (bot.flushedAtMs !== null) ledger.flushed(bot.flushedAtMs);
      if (bot.flushes > flushes) {
        flushes = bot.flushes;
        budget = STEPS_PER_FLUSH;
      }
      if (whole === null && bot.told("ready") && isRecovered()) {
        if (isFirst) lively.open();
        await this.#heard(bot, false);
        if (await bot.flush()) whole = { counts: storedCounts(this.#file), said: new Map(ledger.said) };
      } else if (budget > 0 && !(isFirst && whole === null)) {
        // Before a guild was ever counted nothing counts as missed.
        budget--;
        lively.step();
        if (whole) steps++;
        await turn();
      } else {
        const before = bot.reports.length;
        if (fate.at === "recovering" && whole === null) await turn();
        else await bot.until(() => bot.reports.length > before);
      }
    }
    return whole;
  }

  /** Lets the bot take what happened so far. */
  async #heard(bot: BotProcess, waiting: boolean): Promise<void> {
    const { discord, ledger } = this.#lively;
    await Promise.race([discord.taken(), bot.gone]);
    if (!bot.isGone) ledger.heard(Date.now(), { waiting });
  }

  get #pages(): number {
    const { requests } = this.#lively.discord;
    return requests.reduce((count, { path }) => count + (path.endsWith("/messages") ? 1 : 0), 0);
  }
}

function isWrite({ kind }: { readonly kind: string }): boolean {
  return kind === "batch" || kind === "flush";
}
