import { setImmediate as turn } from "node:timers/promises";
import type { Client } from "discord.js";
import { GuildStatsError } from "../../src/errors.ts";
import { GuildStats } from "../../src/guild-stats.ts";
import type { GuildLeases } from "../../src/store/leases.ts";
import type { Store } from "../../src/store/store.ts";
import { VOICE_STATES } from "../../src/voice-state.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import type { User, World } from "../loopback/world.ts";
import type { PgliteDatabase } from "../store/pglite-database.ts";
import { PostgresPlaces } from "../store/postgres-places.ts";
import { connect, makeClient, PRIVILEGED_INTENTS } from "./connected-client.ts";
import { ManualClock } from "./manual-clock.ts";

/** One of several bots over one database: a client of its own on the same shard. */
export interface Process extends AsyncDisposable {
  readonly stats: GuildStats;
  readonly client: Client<true>;
  readonly failures: GuildStatsError[];
  /** Deaf: whatever others ask of it, it does not hear, and counts and writes on. */
  isDeaf: boolean;
  /** Whether the database is away for it. */
  isAway: boolean;
  /** The next writes are done, and their answers lost. */
  lostAnswers: number;
  /** Of the guilds that it sees, those that are its to count. */
  readonly held: number;
  /** Gone without a word: nothing of it reaches the database or Discord any more. */
  kill(): Promise<void>;
}

/** Channels and members of the guild. */
export const placesOf = (guild: World) => ({
  general: guild.channel("general"),
  lobby: guild.channel("Lobby"),
  music: guild.channel("Music"),
  ann: guild.user(0),
  ben: guild.user(1),
  cat: guild.user(2),
  dan: guild.user(3),
});

/** What is asked of the store's leases while this is held is answered when it is let go. */
export interface HeldAnswers {
  readonly to: "claim" | "openSessions" | "poll" | "release";
  /** Whether something was asked, and its answer is on its way. */
  readonly isAsked: boolean;
  /** From now on answers are on their way; see {@link holdAnswers}. */
  hold(): void;
  letGo(): void;
  /** What is on its way does not arrive; what is asked later is answered. */
  lose(): void;
  /** Called by the store. */
  arrive(): Promise<void>;
}

/** @param isHeld whether it is held at once; else from {@link HeldAnswers.hold} on */
export function holdAnswers(to: HeldAnswers["to"], isHeld = true): HeldAnswers {
  let holds = isHeld;
  let isAsked = false;
  let letGo = (): void => undefined;
  let lose = (_: GuildStatsError): void => undefined;
  const answered = new Promise<void>((resolve, reject) => {
    letGo = resolve;
    lose = reject;
  });
  answered.catch(() => undefined);
  return {
    to,
    letGo,
    get isAsked() {
      return isAsked;
    },
    hold() {
      holds = true;
    },
    lose() {
      holds = false;
      lose(new GuildStatsError("STORE_UNREACHABLE", "the answer was lost"));
    },
    async arrive() {
      if (!holds) return;
      isAsked = true;
      await answered;
    },
  };
}

interface ProcessOptions {
  /** Whether it hears notices of the database. Default: it asks now and then, as behind many poolers. */
  readonly hears?: boolean;
  readonly held?: HeldAnswers;
  /** Default: as the option is. */
  readonly leftGuildGraceDays?: number;
  /** Default: as the option is. */
  readonly activities?: boolean;
}

/** A Discord, a database, and processes that start, stop and die over them. */
export interface SeveralProcesses extends AsyncDisposable {
  readonly discord: LoopbackDiscord;
  readonly clock: ManualClock;
  readonly guild: World;
  start(options?: ProcessOptions): Promise<Process>;
  /** Another line to the database. */
  store(): Store;
  /** Lets time pass, a little at a time: whatever is due is done. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until something is so, for two minutes at most. */
  until(isSo: () => boolean): Promise<void>;
  /** All that happened has been taken, by all clients. */
  taken(): Promise<void>;
  /** What is stored of the guild, over all time. */
  stored(guild?: World): Promise<{
    messagesOf(user: User): number;
    /** Time in voice and with activities. */
    voiceMsOf(user: User, channel?: string): number;
    /** Of the time in voice, that without other people in the channel. */
    aloneMsOf(user: User): number;
    readonly joins: number;
    readonly leaves: number;
  }>;
}

/** Some come to the lobby, and time passes. @returns since when they are counted there, Unix milliseconds */
export async function comeToVoice(
  { discord, guild, clock, taken, pass }: SeveralProcesses,
  users: readonly User[],
): Promise<number> {
  for (const user of users) discord.voice(guild, user, placesOf(guild).lobby);
  await taken();
  const sinceMs = clock.nowMs();
  await pass(45_000);
  return sinceMs;
}

/** Longer than any process waits for another. */
const LONGEST_WAIT_MS = 120_000;
/** No timer of a process is shorter. */
const STEP_MS = 250;

let schemas = 0;

/** @param guilds how many guilds there are beside the first */
export async function severalProcesses(database: PgliteDatabase, guilds = 0): Promise<SeveralProcesses> {
  const place = await new PostgresPlaces(() => database, `shared${++schemas}`).place();
  const discord = await LoopbackDiscord.start();
  const clock = new ManualClock();
  const channels = [{ name: "general" }, { name: "Lobby", type: 2 }, { name: "Music", type: 2 }];
  const [guild] = Array.from({ length: 1 + guilds }, () => discord.guild({ members: 6, channels }));
  if (guild === undefined) throw new Error("no guild");
  const processes: Process[] = [];
  /** Until nothing is on its way to the database, or back. */
  const quiet = async (): Promise<void> => {
    for (let round = 0; round < 12; round++) {
      await turn();
      // Waits for the last transaction.
      await database.close();
    }
  };
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await clock.advance(Math.min(left, STEP_MS));
      await quiet();
    }
  };
  return {
    discord,
    clock,
    guild,
    pass,
    store: () => place.store(),
    async start(options = {}) {
      const process = await startProcess(discord, place.store(), clock, options);
      processes.push(process);
      await quiet();
      return process;
    },
    async until(isSo) {
      await quiet();
      for (let passed = 0; !isSo(); passed += STEP_MS) {
        if (passed > LONGEST_WAIT_MS) throw new Error(`it did not come to be: ${isSo}`);
        await pass(STEP_MS);
      }
    },
    async taken() {
      await discord.taken();
      await quiet();
    },
    async stored(of = guild) {
      const store = place.store();
      await store.open();
      const { places, members, lifetime, population } = await store.load(of.id, {
        writer: "reader",
        fromHour: 0,
      });
      await store.close();
      const sum = (figures: Float64Array, user: User, isMeant: (row: number) => boolean): number =>
        figures.reduce(
          (total, figure, row) =>
            isMeant(row) && members[lifetime.member[row] ?? -1]?.id === user.id ? total + figure : total,
          0,
        );
      const isAt = (row: number, channel: string): boolean =>
        places[lifetime.place[row] ?? -1]?.id === channel;
      const isAlone = (row: number): boolean => ((lifetime.state[row] ?? 0) & VOICE_STATES.alone) !== 0;
      return {
        messagesOf: (user) => sum(lifetime.messages, user, () => true),
        voiceMsOf: (user, channel) =>
          sum(lifetime.durationMs, user, (row) => channel === undefined || isAt(row, channel)),
        aloneMsOf: (user) => sum(lifetime.durationMs, user, isAlone),
        joins: population.reduce((total, { joins }) => total + joins, 0),
        leaves: population.reduce((total, { leaves }) => total + leaves, 0),
      };
    },
    async [Symbol.asyncDispose]() {
      for (const process of processes) await process[Symbol.asyncDispose]();
      await discord[Symbol.asyncDispose]();
    },
  };
}

async function startProcess(
  discord: LoopbackDiscord,
  inner: Store,
  clock: ManualClock,
  { hears = false, held, ...options }: ProcessOptions,
): Promise<Process> {
  const client = makeClient(discord, PRIVILEGED_INTENTS);
  let end: (why: Error) => void = () => undefined;
  const never = new Promise<never>((_, reject) => {
    end = reject;
  });
  never.catch(() => undefined);
  const line = { isCut: false, isAway: false, isDeaf: false, lostAnswers: 0, held: held ?? null, never };
  const stats = new GuildStats(client, {
    store: overLine(inner, line, hears),
    clock,
    imageHosts: [discord.host],
    drainOnSignals: false,
    registerCommands: false,
    ...options,
  });
  const failures: GuildStatsError[] = [];
  stats.on("failure", (error) => failures.push(error));
  await stats.start();
  const ready = await connect(client, discord);
  return {
    stats,
    client: ready,
    failures,
    get isDeaf() {
      return line.isDeaf;
    },
    set isDeaf(isDeaf) {
      line.isDeaf = isDeaf;
    },
    get isAway() {
      return line.isAway;
    },
    set isAway(isAway) {
      line.isAway = isAway;
    },
    get lostAnswers() {
      return line.lostAnswers;
    },
    set lostAnswers(lost) {
      line.lostAnswers = lost;
    },
    get held() {
      return stats.metrics().leases?.guildsHeld ?? 0;
    },
    async kill() {
      line.isCut = true;
      await client.destroy();
    },
    async [Symbol.asyncDispose]() {
      line.isDeaf = false;
      line.isAway = false;
      end(new GuildStatsError("STORE_UNREACHABLE", "nobody listens any more"));
      if (!line.isCut) await stats.stop().catch(() => undefined);
      await client.destroy();
    },
  };
}

interface Line {
  isCut: boolean;
  isAway: boolean;
  isDeaf: boolean;
  lostAnswers: number;
  readonly held: HeldAnswers | null;
  /** What a deaf process waits for. */
  readonly never: Promise<never>;
}

/** The store, and a line to it that can be cut. */
function overLine(store: Store, line: Line, hears: boolean): Store {
  const cut = (): Promise<never> =>
    Promise.reject(new GuildStatsError("STORE_UNREACHABLE", "nothing reaches the database"));
  const isCut = (): boolean => line.isCut || line.isAway;
  const leases =
    store.leases &&
    guarded<GuildLeases>(slowToAnswer(store.leases, line.held), () =>
      isCut() ? cut() : line.isDeaf ? line.never : null,
    );
  const whole = guarded<Store>(store, () => (isCut() ? cut() : null));
  return new Proxy(whole, {
    get(target, name) {
      if (name === "leases") return leases;
      if (name === "changes" && target.changes && !hears)
        return { ...target.changes, listen: () => () => Promise.resolve() };
      if (name !== "apply") return Reflect.get(target, name);
      return async (...given: Parameters<Store["apply"]>) => {
        const answer = await target.apply(...given);
        if (line.lostAnswers === 0) return answer;
        line.lostAnswers--;
        throw new GuildStatsError("STORE_UNREACHABLE", "the answer was lost");
      };
    },
  });
}

function slowToAnswer(leases: GuildLeases, held: HeldAnswers | null): GuildLeases {
  return new Proxy(leases, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...given: unknown[]): Promise<unknown> => {
        const answer: unknown = await Reflect.apply(member, target, given);
        if (name === held?.to) await held.arrive();
        return answer;
      };
    },
  });
}

/** @param instead an answer that takes the place of a call; `null`: the call is made */
function guarded<T extends object>(inner: T, instead: () => Promise<never> | null): T {
  return new Proxy(inner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function" || name === "metrics") {
        return typeof member === "function" ? member.bind(target) : member;
      }
      return (...given: unknown[]): unknown => instead() ?? Reflect.apply(member, target, given);
    },
  });
}
