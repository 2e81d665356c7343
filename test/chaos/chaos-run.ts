import { setTimeout as wait } from "node:timers/promises";
import { seededRandom } from "../../examples/demo/random.ts";
import { LivelyDiscord, STEADY } from "../crash/lively-discord.ts";
import type { User } from "../loopback/world.ts";
import type { PostgresCluster } from "../support/postgres-cluster.ts";
import { Books } from "./books.ts";
import { Comings, newMember } from "./comings.ts";
import { drawFaults, type Fault, type Lengths } from "./faults.ts";
import { Fleet, type Slot } from "./fleet.ts";
import { playOrCease } from "./pastimes.ts";
import { cutConnections, storedCounts, tablesWith } from "./stored-counts.ts";

const PROCESSES = 4;
const SHARDS_EACH = 2;
const SHARDS = Array.from({ length: PROCESSES * SHARDS_EACH }, (_, shard) => shard);
const MEMBERS = 10;
/** Some six happenings a step. */
const STEP_MS = 50;
/** So many steps for somebody who comes or leaves. */
const STEPS_PER_COMING = 2;
const CHECK_MS = 3_000;
/** An erasure that failed is asked for again after this. */
const ASK_AGAIN_MS = 500;

/** Processes over one database and one Discord, and what happens to them. */
export class ChaosRun implements AsyncDisposable {
  readonly #log: string[];
  readonly #lively: LivelyDiscord<Books>;
  readonly #comings: Comings;
  readonly #cluster: PostgresCluster;
  readonly #fleet: Fleet;
  readonly #faults: ReturnType<typeof drawFaults>;
  readonly #busy = new Set<Slot>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #beganMs = Date.now();
  readonly #erased = new Set<string>();
  #isDatabaseUp = true;

  /** Everyone is there, has been counted, and is in the store. @param log is told what is done, in order */
  static async start(
    cluster: PostgresCluster,
    seed: number,
    lengths: Lengths,
    log: string[],
  ): Promise<ChaosRun> {
    // The same people everywhere, so that an erasure concerns all processes.
    const members = Array.from({ length: MEMBERS }, () => ({ id: newMember() }));
    const lively = await LivelyDiscord.with(
      new Books(),
      SHARDS.map((shard) => ({ id: idOn(shard), members })),
      seed,
    );
    const run = new ChaosRun(lively, cluster, seed, lengths, log);
    await Promise.all(run.#fleet.slots.map((slot) => run.#fleet.start(slot)));
    lively.open();
    await run.calm();
    return run;
  }

  private constructor(
    lively: LivelyDiscord<Books>,
    cluster: PostgresCluster,
    seed: number,
    lengths: Lengths,
    log: string[],
  ) {
    this.#log = log;
    this.#lively = lively;
    this.#comings = new Comings(lively);
    this.#cluster = cluster;
    this.#fleet = new Fleet(lively, cluster.url, PROCESSES, SHARDS_EACH);
    // Drawn apart from what people do meanwhile: how much that is depends on the machine.
    this.#faults = drawFaults(seededRandom(seed), PROCESSES, lengths);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fleet[Symbol.asyncDispose]();
    await this.#lively[Symbol.asyncDispose]();
  }

  /** Life, and faults, for a while. @returns what was wrong meanwhile, or a process said was */
  async live(forMs: number): Promise<string[]> {
    const untilMs = Date.now() + forMs;
    const errors: string[] = [];
    const life = setInterval(() => this.#step(), STEP_MS);
    let checkedMs = Date.now();
    while (Date.now() < untilMs && errors.length === 0) {
      const { fault, afterMs } = this.#faults.next().value;
      await wait(afterMs);
      const done = this.#perform(fault).catch((thrown: unknown) => void errors.push(String(thrown)));
      this.#underWay.add(done);
      void done.then(() => this.#underWay.delete(done));
      if (Date.now() > checkedMs + CHECK_MS && this.#isDatabaseUp) {
        checkedMs = Date.now();
        errors.push(...(await this.#errors(false)));
      }
    }
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    clearInterval(life);
    return [...errors, ...this.#fleet.problems];
  }

  #step(): void {
    this.#lively.step();
    playOrCease(this.#lively);
    if (this.#lively.below(STEPS_PER_COMING) === 0) this.#comings.step();
  }

  /** Everyone may finish. @returns what is wrong with the store then */
  async calm(): Promise<string[]> {
    this.#note("everyone may finish");
    const { discord } = this.#lively;
    // A process that stood still until now does not know yet that its line was cut.
    await discord.connected(SHARDS);
    const bots = this.#fleet.slots.flatMap(({ bot }) => bot ?? []);
    await Promise.all(bots.map((bot) => bot.answer({ kind: "connect" }, ({ kind }) => kind === "connected")));
    this.#note("all are connected");
    discord.expireSessions();
    await discord.taken();
    this.#note("all is heard");
    await Promise.all(bots.map((bot) => bot.answer({ kind: "settle" }, ({ kind }) => kind === "settled")));
    discord.assertClean();
    this.#note("all is written");
    const { heardLate } = this.#lively.ledger;
    const gone = [...this.#erased].filter((userId) => !heardLate.has(userId));
    return [
      ...(await this.#errors(true)),
      ...(await tablesWith(this.#cluster.url, gone)).map((table) => `erased users are in ${table}`),
      ...this.#fleet.problems,
    ];
  }

  async #errors(isCalm: boolean): Promise<string[]> {
    try {
      const { ledger } = this.#lively;
      const least = isCalm ? ledger.least() : null;
      const stored = await storedCounts(this.#cluster.url);
      return ledger.errors(stored, least);
    } catch (thrown) {
      // It may have been stopped, or cut the connection, just then.
      if (isCalm) throw thrown;
      return [];
    }
  }

  async #perform(fault: Fault): Promise<void> {
    const slots = this.#slotsOf(fault);
    if (slots === null || (fault.kind === "database" && !this.#isDatabaseUp)) return;
    for (const slot of slots) this.#busy.add(slot);
    this.#note(`${JSON.stringify(fault)}${slots.map(({ number }) => ` process ${number}`).join()}`);
    await this.#act(fault, slots);
    for (const slot of slots) this.#busy.delete(slot);
    this.#note(`done: ${fault.kind}${slots.map(({ number }) => ` process ${number}`).join()}`);
  }

  /** Those that the fault is about, or others if something happens to them already; `null`: too much is happening. */
  #slotsOf(fault: Fault): Slot[] | null {
    const free = (wanted: number, isFit = (_: Slot): boolean => true): Slot | undefined => {
      const { slots } = this.#fleet;
      const order = [...slots.slice(wanted), ...slots.slice(0, wanted)];
      return order.find((slot) => !this.#busy.has(slot) && isFit(slot));
    };
    switch (fault.kind) {
      case "kill":
      case "stop":
      case "pause":
      case "roll": {
        const slot = free(fault.slot);
        return slot ? [slot] : null;
      }
      case "move": {
        // Nobody is left without a shard.
        const from = free(fault.from, ({ shards }) => shards.length > 1);
        const to = free(fault.to, (slot) => slot !== from);
        return from && to ? [from, to] : null;
      }
      case "database":
      case "connections":
      case "lines":
      case "erase":
        return [];
      default:
        return fault satisfies never;
    }
  }

  async #act(fault: Fault, [slot, other]: readonly Slot[]): Promise<void> {
    switch (fault.kind) {
      case "kill":
      case "stop":
        if (!slot) return;
        await this.#fleet.end(slot.bot, fault.kind === "kill" ? "SIGKILL" : "SIGTERM");
        await wait(fault.awayMs);
        return await this.#fleet.start(slot);
      case "pause":
        return slot && (await this.#pause(slot, fault));
      case "database":
        this.#isDatabaseUp = false;
        await this.#cluster.stop(fault.how);
        await wait(fault.forMs);
        await this.#cluster.start();
        this.#isDatabaseUp = true;
        return;
      case "connections":
        return this.#isDatabaseUp
          ? await cutConnections(this.#cluster.url).catch(() => undefined)
          : undefined;
      case "move": {
        if (!slot || !other) return;
        const before = fault.isRolling ? [slot.bot, other.bot] : [];
        if (!fault.isRolling)
          await Promise.all([slot.bot, other.bot].map((bot) => this.#fleet.end(bot, fault.how)));
        other.shards = [...other.shards, ...slot.shards.slice(-1)];
        slot.shards = slot.shards.slice(0, -1);
        await Promise.all([slot, other].map((each) => this.#fleet.start(each)));
        await Promise.all(before.map((bot) => this.#fleet.end(bot, fault.how)));
        return;
      }
      case "roll":
        return slot && (await this.#roll(slot, fault));
      case "erase":
        return await this.#erase(fault);
      case "lines":
        this.#kick(fault.how, null, fault.how === "op 9");
        return;
      default:
        return fault satisfies never;
    }
  }

  async #roll(slot: Slot, { how, before, forMs }: Extract<Fault, { kind: "roll" }>): Promise<void> {
    const { bot } = slot;
    if (before === "stands still") bot?.kill("SIGSTOP");
    await this.#fleet.start(slot);
    if (before === "stands still") {
      // Whatever it has counted and not written is refused then.
      await slot.bot?.until(() => slot.bot?.told("caught up") ?? true);
      bot?.kill("SIGCONT");
    }
    await wait(forMs);
    await this.#fleet.end(bot, how);
  }

  async #pause(slot: Slot, { forMs, lines }: Extract<Fault, { kind: "pause" }>): Promise<void> {
    slot.bot?.kill("SIGSTOP");
    await wait(forMs / 2);
    if (lines !== "kept") this.#kick("cut", slot.shards, lines === "forgotten");
    await wait(forMs / 2);
    slot.bot?.kill("SIGCONT");
  }

  /** Somebody is erased by whichever process can be asked, and another member comes. */
  async #erase({ how, slot }: Extract<Fault, { kind: "erase" }>): Promise<void> {
    const { guilds, ledger } = this.#lively;
    const isEverywhere = ({ id }: User): boolean => guilds.every(({ members }) => members.has(id));
    const users =
      guilds[0]?.users.slice(STEADY).filter((user) => isEverywhere(user) && !ledger.leaving.has(user.id)) ??
      [];
    const user = users[this.#erased.size % users.length];
    if (user === undefined) return;
    this.#erased.add(user.id);
    ledger.leaves(user.id);
    // Whoever only wants to be forgotten would be counted anew. Who opts out goes on, and is not.
    if (how === "forget") for (const guild of guilds) this.#comings.leave(guild, user);
    for (let attempt = 0; ; attempt++) {
      const bot = this.#fleet.slots[(slot + attempt) % PROCESSES]?.bot;
      if (bot?.told("ready") && (await bot.erase(how, user.id))) break;
      await wait(ASK_AGAIN_MS);
    }
    ledger.erase(user.id, how);
    const newcomer = newMember();
    for (const guild of guilds) this.#comings.join(guild, newcomer);
  }

  #kick(
    how: Extract<Fault, { kind: "lines" }>["how"],
    shards: readonly number[] | null,
    forget: boolean,
  ): void {
    this.#lively.discord.kick(how, { shards, forget });
  }

  #note(what: string): void {
    this.#log.push(`${((Date.now() - this.#beganMs) / 1_000).toFixed(1)} s: ${what}`);
  }
}

/** A guild's id, of the guilds that a shard is told of. */
function idOn(shard: number): string {
  return String(((500_000_000_000n + BigInt(shard)) << 22n) + 1n);
}
