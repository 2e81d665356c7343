import type { MessageObservation } from "../../src/counting/observations.ts";
import type { Snowflake } from "../../src/snowflake.ts";
import type { Purge } from "../../src/store/store.ts";
import { stateBits } from "../../src/voice-state.ts";
import { GUILD, inVoice, snowflakeAt, startCounting } from "../support/counting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import type { Command } from "./commands.ts";
import { isBot, Oracle, type Presence, THREAD, THREADS_CHANNEL } from "./oracle.ts";

export const memberId = (index: number): Snowflake => String(300000000000000000n + BigInt(index));
export const placeId = (index: number): Snowflake => String(200000000000000000n + BigInt(index));

const LONGEST_GAP_MS = 24 * 3_600_000;
/** All the time in company: being alone has a property of its own. */
const COMPANY = [0, 1, 2].map((index) => [placeId(index), 3] as const);

/** A server, a bot in it over a real database, and the oracle that is told the same. */
export class Play implements AsyncDisposable {
  readonly oracle = new Oracle();
  readonly #file: string;
  readonly #clock = new ManualClock();
  /** Who is in voice, whether the bot is told or not. */
  readonly #present = new Map<number, Presence>();
  readonly #sent: MessageObservation[] = [];
  /** What a resumed gateway will tell. */
  #untold: (() => void)[] = [];
  #isAway = false;
  #sessions = 0;
  #bot: Awaited<ReturnType<typeof startCounting>>;

  private constructor(file: string, bot: Awaited<ReturnType<typeof startCounting>>, clock: ManualClock) {
    this.#file = file;
    this.#bot = bot;
    this.#clock = clock;
  }

  static async start(file: string): Promise<Play> {
    const clock = new ManualClock();
    const play = new Play(file, await startCounting(file, options(clock)), clock);
    await play.#bot.counter.rules.saveSettings(GUILD, { uncountedVoice: [] });
    return play;
  }

  get queries() {
    return this.#bot.queries;
  }

  async perform(step: Command): Promise<void> {
    switch (step.do) {
      case "message":
        return this.#tell(() => this.#message(step.member, step.place, this.#clock.nowMs() - step.agoMs));
      case "replay": {
        const again = this.#sent.at(-1 - step.back);
        if (again) this.#bot.counter.message(again);
        return;
      }
      case "voice":
        return this.#voice(step);
      case "pass":
        return this.#clock.pass(step.ms);
      case "step": {
        // A smaller step is not told from a clock that runs a little fast.
        const ms = Math.abs(step.ms) <= 1_000 ? 2_000 : step.ms;
        this.oracle.stepped(this.#clock.nowMs(), this.#clock.nowMs() + ms);
        this.#clock.step(this.#clock.nowMs() + ms);
        // Noticed whenever anything is timed, at the latest at the next flush; here at once.
        return this.#bot.counter.loseGuild("another guild");
      }
      case "flush":
        if (step.fault === "refused" || step.fault === "unanswered") this.#bot.faults.push(step.fault);
        await this.#bot.counter.flush().catch(() => undefined);
        this.#bot.faults.length = 0;
        return;
      case "look":
        this.oracle.asked(this.#clock.nowMs());
        await this.#bot.queries.server(GUILD, { period: step.period });
        return;
      case "restart":
        return await this.#restart(step.awayMs);
      case "lose":
        this.#isAway = true;
        this.#bot.counter.loseGuild(GUILD);
        return this.oracle.lost(this.#clock.nowMs());
      case "return":
        return this.#return(step.how === "resumed");
      case "forget":
        await this.#bot.counter.erasures.forget(memberId(step.member));
        return this.oracle.forget(step.member, this.#clock.nowMs());
      case "optOut":
        await this.#bot.counter.admission.optOut(memberId(step.member));
        await this.#bot.counter.erasures.forget(memberId(step.member));
        this.oracle.optedOut.add(step.member);
        return this.oracle.forget(step.member, this.#clock.nowMs());
      case "optIn":
        await this.#bot.counter.rules.optIn(memberId(step.member));
        this.oracle.optedOut.delete(step.member);
        return;
      case "purge":
        return await this.#purge(step);
      case "merge": {
        this.oracle.settle(this.#clock.nowMs());
        const { counter } = this.#bot;
        if (await succeeds(counter.stored.mergePlaces(GUILD, placeId(step.from), placeId(step.into))))
          this.oracle.merge(step.from, step.into);
        return;
      }
      case "choose":
        await this.#bot.counter.rules.saveSettings(GUILD, { uncountedVoice: step.uncounted });
        await this.#bot.counter.recount(GUILD);
        this.oracle.uncounted = stateBits(step.uncounted);
        return;
      default:
        step satisfies never;
    }
  }

  /** Everything is told, and up to now counted by the oracle. */
  finish(): void {
    if (this.#isAway) this.#return(true);
    this.oracle.settle(this.#clock.nowMs());
    this.oracle.asked(this.#clock.nowMs());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bot[Symbol.asyncDispose]();
  }

  /** Now, or when the gateway is back and remembers. */
  #tell(event: () => void): void {
    if (this.#isAway) this.#untold.push(event);
    else event();
  }

  #message(member: number, place: number, atMs: number): void {
    const message: MessageObservation = {
      messageId: snowflakeAt(atMs),
      guildId: GUILD,
      channelId: placeId(place),
      parentId: place === THREAD ? placeId(THREADS_CHANNEL) : null,
      userId: memberId(member),
      bot: isBot(member),
    };
    this.#bot.counter.message(message);
    if (!this.oracle.optedOut.has(member)) this.#sent.push(message);
    this.oracle.message(member, place, atMs);
  }

  #voice({ member, channel, state, anew }: Extract<Command, { do: "voice" }>): void {
    const before = this.#present.get(member);
    if (channel === null) this.#present.delete(member);
    else {
      const session = before && !anew ? before.session : ++this.#sessions;
      this.#present.set(member, { channel, session, state });
    }
    const now = this.#present.get(member) ?? null;
    this.#tell(() => {
      this.#bot.counter.voice(this.#observation(member, now), COMPANY);
      this.oracle.told(member, now, this.#clock.nowMs());
    });
  }

  #observation(member: number, presence: Presence | null) {
    return inVoice(memberId(member), presence === null ? null : placeId(presence.channel), {
      bot: isBot(member),
      sessionId: String(presence?.session),
      state: presence?.state ?? 0,
    });
  }

  #return(isResumed: boolean): void {
    this.#isAway = false;
    const untold = this.#untold.splice(0);
    if (isResumed) {
      for (const event of untold) event();
      this.#bot.counter.regainGuild(GUILD);
      this.oracle.regained();
      return;
    }
    this.#tellAll();
  }

  /** The list of who is in voice, as it comes with a guild. Messages of the gap are reading back's matter. */
  #tellAll(): void {
    const present = Array.from(this.#present, ([member, presence]) => this.#observation(member, presence));
    this.#bot.counter.reconcileVoice(GUILD, present, COMPANY);
    const admitted = new Map([...this.#present].filter(([member]) => !this.oracle.optedOut.has(member)));
    this.oracle.toldAll(admitted, this.#clock.nowMs(), LONGEST_GAP_MS);
  }

  async #purge({ fault, what }: Extract<Command, { do: "purge" }>): Promise<void> {
    this.oracle.settle(this.#clock.nowMs());
    if (fault === "refused" || fault === "unanswered") this.#bot.faults.push(fault);
    const purge: Purge =
      what === "all" || "metric" in what
        ? what
        : "place" in what
          ? { placeId: placeId(what.place) }
          : { memberIds: [memberId(what.member)] };
    if (await succeeds(this.#bot.counter.stored.purge(GUILD, purge))) this.oracle.purge(what);
    this.#bot.faults.length = 0;
  }

  async #restart(awayMs: number): Promise<void> {
    this.oracle.lost(this.#clock.nowMs());
    this.#isAway = false;
    this.#untold = [];
    await this.#bot[Symbol.asyncDispose]();
    this.#clock.pass(awayMs);
    this.#bot = await startCounting(this.#file, options(this.#clock));
    this.#sent.length = 0;
    this.oracle.restarted();
    this.#tellAll();
  }
}

function options(clock: ManualClock) {
  return { clock, memoryBudgetBytes: 1, batchRows: 10 };
}

function succeeds(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}
