import type { Timer } from "../clock.ts";
import { type GuildStatsError, storeFailure } from "../errors.ts";
import { unlessSilent } from "../silence.ts";
import type { Snowflake } from "../snowflake.ts";
import type { GuildWish, Release, Verdict } from "../store/leases.ts";
import type { Batch } from "../store/store.ts";
import { AwakeTime } from "./awake-time.ts";
import { InTouch } from "./in-touch.ts";
import { type ClaimingParts, type Granted, Takeover } from "./takeover.ts";

/** How often a process says that it lives, asks for what others hold, and hears what they ask of it. */
const POLL_MS = 2_000;
/** The same while it waits to be handed over something. */
const ASKING_MS = 500;
/** An older holder that has not handed over by then does not hear: longer than a poll and a large flush take. */
const PATIENCE_MS = 8_000;
/** A process that was silent for so long has ended. */
const SILENT_MS = 60_000;
/** What was handed over is left to whoever asked for it, for so long. */
const TAKE_BACK_MS = 15_000;
/** Guilds in one claim: it holds their rows. */
const MOST_WISHES = 500;
/** What happens in guilds that others count is kept for so long: one that ended was silent for less, after its last flush. */
const LOG_MS = 120_000;

export interface GuildClaimsEvents {
  /** The guild is this process's from now on. */
  taken(guildId: Snowflake): void;
  /** Guilds were handed over to another process, which asked for them. */
  handedOver(guilds: number): void;
  /** Another process took guilds, and what was not written of them was dropped. */
  fenced(guildIds: readonly Snowflake[]): void;
  failed(error: GuildStatsError): void;
}

interface Wish {
  /** When an older holder was first asked, in elapsed milliseconds; `null`: none was. */
  askedMs: number | null;
  /** Not asked for earlier, in elapsed milliseconds. */
  readonly notBeforeMs: number;
}

/**
 * Which guilds are this process's to count, of those that the gateway tells it of. It asks for all others, again and again:
 * what an older process holds is handed over, what a younger one holds is stood by for until that one is gone.
 */
export class GuildClaims {
  readonly #options: ClaimingParts;
  readonly #events: GuildClaimsEvents;
  readonly #takeover: Takeover;
  /** Guilds that the gateway tells of, and another process holds, or may. */
  readonly #wishes = new Map<Snowflake, Wish>();
  /** Guilds of which the gateway tells nothing at the moment, and since when, Unix milliseconds. */
  readonly #unheardMs = new Map<Snowflake, number>();
  /** Guilds that are being handed over, until the store has answered for it. */
  readonly #leaving = new Map<Snowflake, Release>();
  /** Since when nothing is heard of any guild, for the process ends, Unix milliseconds; `null`: it does not. */
  #endsSinceMs: number | null = null;
  readonly #touch: InTouch;
  readonly #awake: AwakeTime;
  #hasFailed = false;
  #timer: Timer | null = null;
  #round: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;
  #handingOver: Promise<void> | null = null;
  #isStopped = false;
  /** Whether guilds are wanted that were not asked for yet. */
  #isUndecided = false;
  /** Whether guilds are being asked for the first time, in this round. */
  #isDeciding = false;
  #fenced = 0;

  constructor(options: ClaimingParts, events: GuildClaimsEvents) {
    this.#options = options;
    this.#events = events;
    this.#touch = new InTouch(options.clock);
    this.#awake = new AwakeTime(options.clock, options.nowMs);
    this.#takeover = new Takeover(options, this.#awake, (guildId) => {
      options.handOver.caughtUp(guildId);
      events.taken(guildId);
    });
  }

  /** Makes this process known to the others. @throws `STORE_*` */
  async start(): Promise<void> {
    const { leases, writer, clock } = this.#options;
    await leases.join(writer, clock.nowMs());
    this.#touch.answered();
    this.#awake.start();
    this.#schedule();
  }

  /** Nothing is asked for any more; resolves when what was under way has ended. What is held stays so until {@link end}. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#awake.stop();
    await unlessSilent(this.#options.clock, Promise.all([this.#round, this.#next, this.#handingOver]));
  }

  /** All that is held is free: whoever asks next is granted it at once. */
  async end(): Promise<void> {
    const { leases, writer, clock } = this.#options;
    try {
      await unlessSilent(clock, leases.leave(writer));
    } catch (thrown) {
      this.#failed(thrown);
    }
  }

  /** Figures of the moment. */
  metrics(): { readonly guildsHeld: number; readonly guildsAwaited: number; readonly guildsFenced: number } {
    const { epochs } = this.#options;
    return { guildsHeld: epochs.size, guildsAwaited: this.#wishes.size, guildsFenced: this.#fenced };
  }

  /** The gateway tells of a guild that is not held: it is asked for. */
  want(guildId: Snowflake): void {
    this.#unheardMs.delete(guildId);
    // It is being handed over, and asked for again behind that: whoever still holds a guild is granted it at once, and
    // would count anew what is on its way to the store.
    if (this.#options.epochs.of(guildId) !== undefined) return;
    this.#wish(guildId);
    this.#isUndecided = true;
    void this.#soon();
  }

  /** The gateway tells nothing of a guild until it is back: whoever cannot count it does not ask for it. */
  lose(guildId: Snowflake): void {
    this.#wishes.delete(guildId);
    if (!this.#unheardMs.has(guildId)) this.#unheardMs.set(guildId, this.#options.nowMs());
  }

  /** The gateway is back, and tells of a guild that is held. */
  regain(guildId: Snowflake): void {
    this.#unheardMs.delete(guildId);
  }

  /** Nobody listens to the gateway any more, for the process ends: nothing is asked for, and what is granted let go of. */
  loseAll(): void {
    this.#wishes.clear();
    this.#endsSinceMs ??= this.#options.nowMs();
  }

  /** The bot is not in the guild any more. */
  unwant(guildId: Snowflake): void {
    this.#wishes.delete(guildId);
    this.#unheardMs.delete(guildId);
  }

  /** Looks at once at what others want or let go of; see `POLL_MS`. */
  wake(): void {
    if (!this.#isStopped) void this.#soon();
  }

  /** Resolves when it is known of all guilds that were wanted up to now whether they are held. Never rejects. */
  async decided(): Promise<void> {
    if (this.#isUndecided) await (this.#next ?? this.#round);
    else if (this.#isDeciding) await this.#round;
  }

  /** Takes a guild that nobody holds, to do something in it that is no counting. @throws `STORE_*` */
  async take(guildId: Snowflake): Promise<boolean> {
    const { epochs } = this.#options;
    if (epochs.counts(guildId)) return true;
    const [verdict] = await this.#ask([{ guildId, insists: false }]);
    // Wanted by now: it is granted anew, with all that a guild begins with which is counted.
    if (verdict?.kind !== "granted" || this.#wishes.has(guildId)) return false;
    epochs.granted(guildId, verdict.epoch);
    return true;
  }

  /** All of the guild is erased from the store, its lease included. */
  erased(guildId: Snowflake): void {
    this.#options.epochs.lost(guildId);
    if (this.#isHeard(guildId)) this.want(guildId);
  }

  /** The store refused some guilds of a batch: another process counts them. To be called within the line of writes. */
  refused(guildIds: readonly Snowflake[], { epochs: counted }: Batch): void {
    const { epochs, logs, handOver } = this.#options;
    const lost = guildIds.filter((guildId) => {
      const epoch = epochs.of(guildId);
      // Lost before, and dropped then; or granted anew since.
      return epoch !== undefined && epoch === counted?.get(guildId);
    });
    for (const guildId of lost) {
      epochs.lost(guildId);
      handOver.lose(guildId);
      this.#leaving.delete(guildId);
      logs.begin(guildId, this.#options.nowMs(), null);
      if (this.#isHeard(guildId)) this.#wish(guildId);
    }
    if (lost.length === 0) return;
    this.#fenced += lost.length;
    this.#events.fenced(lost);
  }

  /** It is asked for from the next round on. */
  #wish(guildId: Snowflake, notBeforeMs = Number.NEGATIVE_INFINITY): void {
    this.#wishes.set(guildId, { askedMs: null, notBeforeMs });
  }

  /** Whether the gateway tells of a guild: what the client knows of one while its shard is away may long be wrong. */
  #isHeard(guildId: Snowflake): boolean {
    if (this.#endsSinceMs !== null) return false;
    return !this.#unheardMs.has(guildId) && this.#options.stateOf(guildId) !== null;
  }

  /** A round that begins after this, with all that is wanted by then. */
  #soon(): Promise<void> {
    this.#next ??= this.#begin();
    return this.#next;
  }

  async #begin(): Promise<void> {
    await this.#round;
    // Guilds come by the hundred.
    await this.#options.clock.turn();
    this.#next = null;
    this.#round = this.#go();
    await this.#round;
  }

  async #go(): Promise<void> {
    if (this.#isStopped) return;
    const { leases, writer, clock } = this.#options;
    this.#touch.awake();
    try {
      const wanted = await leases.poll(writer, clock.nowMs());
      this.#touch.answered();
      // Also what could not be, or was not answered: it may be nobody's by now, or another's.
      this.#handOver([...new Set([...wanted, ...this.#leaving.keys()])]);
      // What is wanted from here on is asked for in the next round.
      this.#isDeciding = this.#isUndecided;
      this.#isUndecided = false;
      await this.#askForAll();
      this.#touch.answered();
      this.#hasFailed = false;
    } catch (thrown) {
      this.#touch.lost();
      this.#failed(thrown);
    }
    this.#isDeciding = false;
    this.#schedule();
  }

  #schedule(): void {
    this.#timer?.cancel();
    if (this.#isStopped) return;
    const isAsking = [...this.#wishes.values()].some(({ askedMs }) => askedMs !== null);
    this.#timer = this.#options.clock.after(isAsking ? ASKING_MS : POLL_MS, () => void this.#soon());
  }

  async #askForAll(): Promise<void> {
    const { clock, logs, nowMs } = this.#options;
    const elapsedMs = clock.elapsedMs();
    // A holder hears what it is asked for no sooner than the store answers.
    const heardMs = elapsedMs - this.#touch.forMs;
    const insists = (askedMs: number | null): boolean =>
      askedMs !== null && elapsedMs - Math.max(askedMs, heardMs) >= PATIENCE_MS;
    const wishes = [...this.#wishes].flatMap(([guildId, { askedMs, notBeforeMs }]): GuildWish[] =>
      notBeforeMs > elapsedMs ? [] : [{ guildId, insists: insists(askedMs) }],
    );
    for (let from = 0; from < wishes.length; from += MOST_WISHES) {
      const granted: Granted[] = [];
      for (const verdict of await this.#ask(wishes.slice(from, from + MOST_WISHES))) {
        const wish = this.#wishes.get(verdict.guildId);
        if (verdict.kind === "granted") granted.push(verdict);
        else if (wish) {
          wish.askedMs = verdict.kind === "asked" ? (wish.askedMs ?? elapsedMs) : null;
          // It may take days: what was said meanwhile is read back.
          if (verdict.kind === "held") logs.dropMessages(verdict.guildId);
        }
      }
      if (granted.length > 0) await this.#takeover.take(granted, (guildId) => this.#wishes.delete(guildId));
    }
    for (const guildId of this.#wishes.keys()) logs.trim(guildId, nowMs() - LOG_MS);
  }

  #ask(wishes: readonly GuildWish[]): Promise<readonly Verdict[]> {
    const { leases, writer, clock } = this.#options;
    this.#touch.awake();
    const nowMs = clock.nowMs();
    const aliveSinceMs = nowMs - SILENT_MS;
    return leases.claim({ writer, nowMs, aliveSinceMs, outlives: this.#touch.isLong, wishes });
  }

  #handOver(guildIds: readonly Snowflake[]): void {
    if (guildIds.length === 0 || this.#handingOver !== null) return;
    this.#handingOver = this.#leave(guildIds)
      .catch((thrown) => this.#failed(thrown))
      .finally(() => {
        this.#handingOver = null;
      });
  }

  async #leave(wanted: readonly Snowflake[]): Promise<void> {
    const { leases, writer, clock, epochs, logs, handOver } = this.#options;
    const nowMs = this.#options.nowMs();
    for (const guildId of wanted.filter((id) => epochs.counts(id))) {
      const epoch = epochs.of(guildId);
      if (epoch === undefined) continue;
      epochs.leaving(guildId);
      // While the gateway is away nothing is counted: what happens then is the next one's to count.
      const settledMs = this.#unheardMs.get(guildId) ?? this.#endsSinceMs ?? nowMs;
      this.#leaving.set(guildId, { guildId, epoch, settledMs });
      logs.begin(guildId, nowMs, null);
      handOver.end(guildId, nowMs);
    }
    // If it fails, it is tried again at the next poll.
    await handOver.write();
    for (const release of this.#leaving.values())
      if (!this.#isLeaving(release)) this.#leaving.delete(release.guildId);
    const releases = [...this.#leaving.values()];
    await leases.release(writer, releases);
    const guildIds = releases.filter((release) => this.#isLeaving(release)).map(({ guildId }) => guildId);
    await handOver.leave(guildIds);
    for (const guildId of guildIds) {
      epochs.lost(guildId);
      if (this.#isHeard(guildId)) this.#wish(guildId, clock.elapsedMs() + TAKE_BACK_MS);
    }
    for (const { guildId } of releases) this.#leaving.delete(guildId);
    if (guildIds.length > 0) this.#events.handedOver(guildIds.length);
  }

  /** Whether a guild is still being handed over: it was not lost meanwhile, or granted anew. */
  #isLeaving({ guildId, epoch }: Release): boolean {
    const { epochs } = this.#options;
    return epochs.of(guildId) === epoch && !epochs.counts(guildId);
  }

  /** Tells of the first failure of several. */
  #failed(thrown: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#events.failed(storeFailure(thrown, "which servers this process counts could not be settled"));
  }
}
