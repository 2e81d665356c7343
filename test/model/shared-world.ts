import { setImmediate as turn } from "node:timers/promises";
import { Counter } from "../../src/counting/counter.ts";
import type { HistorySource } from "../../src/counting/history-source.ts";
import type { MessageObservation, VoiceObservation } from "../../src/counting/observations.ts";
import type { GuildState, Observer } from "../../src/counting/observer.ts";
import { GuildStatsError } from "../../src/errors.ts";
import { isOlder, type Snowflake } from "../../src/snowflake.ts";
import type { GuildLeases } from "../../src/store/leases.ts";
import type { Store } from "../../src/store/store.ts";
import { inVoice, snowflakeAt } from "../support/counting.ts";
import type { ManualClock } from "../support/manual-clock.ts";

export const GUILDS: readonly Snowflake[] = ["100000000000000001", "100000000000000002"];
export const USERS = ["300000000000000001", "300000000000000002", "300000000000000003"] as const;
export const CHANNELS = ["200000000000000001", "200000000000000002"] as const;

/** Ids of channels are the guild's own. */
const channelIn = (guild: number, channel: number): Snowflake =>
  String(BigInt(CHANNELS[channel] ?? "0") + BigInt(guild) * 1_000n);

/** A process over the world: it is told of everything, and counts what is its to count. */
export interface WorldProcess {
  readonly counter: Counter;
  readonly failures: GuildStatsError[];
  /** Since when it has missed nothing in any guild that it does not count. */
  sinceMs: number;
  /** When all it had counted was last written. */
  writtenMs: number;
  isDeaf: boolean;
  isGone: boolean;
}

interface Presence {
  readonly channel: number;
  readonly session: string;
}

/** Guilds in which something happens, and the sums that it comes to. */
export class World {
  readonly processes: WorldProcess[] = [];
  /** "guild channel user" → messages, and milliseconds in voice. */
  readonly messages = new Map<string, number>();
  readonly voiceMs = new Map<string, number>();
  readonly joins = new Map<number, number>();
  readonly #clock: ManualClock;
  readonly #makeStore: () => Store;
  readonly #idle: () => Promise<void>;
  readonly #said = new Map<Snowflake, MessageObservation[]>();
  readonly #present = new Map<string, Presence & { sinceMs: number }>();
  readonly #members = new Map<number, number>();
  #sessions = 0;

  constructor(clock: ManualClock, makeStore: () => Store, idle: () => Promise<void>) {
    this.#clock = clock;
    this.#makeStore = makeStore;
    this.#idle = idle;
  }

  get alive(): WorldProcess[] {
    return this.processes.filter(({ isGone }) => !isGone);
  }

  message(guild: number, channel: number, user: number): void {
    this.#clock.pass(1);
    const message: MessageObservation = {
      messageId: snowflakeAt(this.#clock.nowMs()),
      guildId: GUILDS[guild] ?? "",
      channelId: channelIn(guild, channel),
      parentId: null,
      userId: USERS[user] ?? "",
      bot: false,
    };
    const said = this.#said.get(message.channelId) ?? [];
    said.push(message);
    this.#said.set(message.channelId, said);
    add(this.messages, `${guild} ${channel} ${user}`, 1);
    this.#tell((observer) => observer.message(message));
  }

  /** @param channel `null`: hangs up */
  voice(guild: number, user: number, channel: number | null): void {
    this.#clock.pass(1);
    const key = `${guild} ${user}`;
    const before = this.#present.get(key);
    this.#settle(key);
    this.#present.delete(key);
    if (channel !== null) {
      const session = before?.session ?? String(++this.#sessions);
      this.#present.set(key, { channel, session, sinceMs: this.#clock.nowMs() });
    }
    const observation = this.#observation(key);
    this.#tell((observer) => observer.voice(observation, this.#company(guild)));
  }

  join(guild: number): void {
    this.#clock.pass(1);
    add(this.joins, guild, 1);
    const members = (this.#members.get(guild) ?? 10) + 1;
    this.#members.set(guild, members);
    this.#tell((observer) => observer.memberChange(GUILDS[guild] ?? "", 1, members));
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      await this.#clock.advance(Math.min(left, 500));
      await this.quiet();
    }
  }

  async quiet(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      await turn();
      await this.#idle();
    }
  }

  /** Another process begins. The others write what they have: what they counted before it came, it did not see. */
  async start(): Promise<void> {
    this.#clock.pass(1);
    const process = await this.#makeProcess();
    this.processes.push(process);
    for (const [guild] of GUILDS.entries()) process.counter.observer.arrived(this.#stateOf(guild));
    for (const other of this.alive) await this.flush(other);
    await this.quiet();
  }

  async flush(process: WorldProcess): Promise<void> {
    const nowMs = this.#clock.nowMs();
    await process.counter.flush();
    process.writtenMs = nowMs;
  }

  async stop(process: WorldProcess): Promise<void> {
    await process.counter.stop();
    process.isGone = true;
  }

  /** Whether every guild is some process's to count, and none dies with what no other one saw. */
  get isSafe(): boolean {
    const held = this.alive.reduce(
      (sum, { counter }) => sum + (counter.metrics().leases?.guildsHeld ?? 0),
      0,
    );
    return held >= GUILDS.length && this.alive.every(({ isDeaf }) => !isDeaf);
  }

  /** What is stored, as the sums have it. */
  async stored(): Promise<Pick<World, "messages" | "voiceMs" | "joins">> {
    const [messages, voiceMs, joins] = [
      new Map<string, number>(),
      new Map<string, number>(),
      new Map<number, number>(),
    ];
    const store = this.#makeStore();
    await store.open();
    for (const [guild, guildId] of GUILDS.entries()) {
      const { places, members, lifetime, population } = await store.load(guildId, {
        writer: "",
        fromHour: 0,
      });
      for (const [row, place] of lifetime.place.entries()) {
        const channel = CHANNELS.findIndex((_, at) => channelIn(guild, at) === places[place]?.id);
        const user = USERS.findIndex((id) => id === members[lifetime.member[row] ?? -1]?.id);
        add(messages, `${guild} ${channel} ${user}`, lifetime.messages[row] ?? 0);
        add(voiceMs, `${guild} ${channel} ${user}`, lifetime.durationMs[row] ?? 0);
      }
      for (const hour of population) add(joins, guild, hour.joins);
    }
    await store.close();
    return { messages, voiceMs, joins };
  }

  /** Everyone in voice is counted up to now by the sums. */
  settle(): void {
    for (const key of this.#present.keys()) this.#settle(key);
  }

  #settle(key: string): void {
    const present = this.#present.get(key);
    if (present === undefined) return;
    const [guild = "", user = ""] = key.split(" ");
    add(this.voiceMs, `${guild} ${present.channel} ${user}`, this.#clock.nowMs() - present.sinceMs);
    present.sinceMs = this.#clock.nowMs();
  }

  #tell(event: (observer: Observer) => void): void {
    for (const { counter } of this.alive) event(counter.observer);
  }

  #observation(key: string): VoiceObservation {
    const [guild = "", user = ""] = key.split(" ");
    const present = this.#present.get(key);
    const channelId = present ? channelIn(Number(guild), present.channel) : null;
    return inVoice(USERS[Number(user)] ?? "", channelId, {
      guildId: GUILDS[Number(guild)] ?? "",
      sessionId: present?.session ?? "",
    });
  }

  /** Nobody is ever alone. */
  #company(guild: number) {
    return CHANNELS.map((_, channel) => [channelIn(guild, channel), 5] as const);
  }

  #stateOf(guild: number): GuildState {
    const keys = [...this.#present.keys()].filter((key) => key.startsWith(`${guild} `));
    return {
      guildId: GUILDS[guild] ?? "",
      voices: keys.map((key) => this.#observation(key)),
      company: this.#company(guild),
      members: this.#members.get(guild) ?? 10,
      activities: null,
    };
  }

  #history(): HistorySource {
    return {
      channels: (guildId) => {
        const guild = GUILDS.indexOf(guildId);
        return CHANNELS.map((_, channel) => {
          const channelId = channelIn(guild, channel);
          const newestMessageId = this.#said.get(channelId)?.at(-1)?.messageId ?? null;
          return { channelId, parentId: null, newestMessageId };
        });
      },
      after: async (_guildId, channelId, messageId) => {
        const messages = (this.#said.get(channelId) ?? []).filter((each) =>
          isOlder(messageId, each.messageId),
        );
        const page = messages.slice(0, 3);
        return {
          messages: page,
          size: page.length,
          oldestId: page[0]?.messageId ?? null,
          newestId: page.at(-1)?.messageId ?? null,
          isLast: page.length === messages.length,
        };
      },
      before: async () => null,
      threadParents: () => [],
      archivedThreads: async () => null,
    };
  }

  async #makeProcess(): Promise<WorldProcess> {
    const failures: GuildStatsError[] = [];
    const inner = this.#makeStore();
    const nowMs = this.#clock.nowMs();
    const counter = new Counter(
      {
        store: overLine(inner, () => process),
        clock: this.#clock,
        flushIntervalMs: 30_000,
        batchRows: 4,
        memoryBudgetBytes: 1,
        enabledByDefault: true,
        hourlyRetentionDays: 400,
        dailyRetentionDays: null,
        timeZone: "UTC",
        longestGapMs: 24 * 3_600_000,
        recoverMessagesPerChannel: 2_000,
        activities: false,
        activityMinimumMs: 0,
        history: this.#history(),
        directory: { channelName: () => null, categoryOf: () => null, rolesOf: () => [] },
        stateOf: (guildId) => this.#stateOf(GUILDS.indexOf(guildId)),
      },
      {
        flushed: () => undefined,
        failed: (error) => failures.push(error),
        recovering: () => undefined,
        taken: () => undefined,
        // From then on it keeps what happens.
        handedOver: () => {
          process.sinceMs = this.#clock.nowMs();
        },
        fenced: () => {
          process.sinceMs = this.#clock.nowMs();
        },
      },
    );
    const process: WorldProcess = {
      counter,
      failures,
      sinceMs: nowMs,
      writtenMs: nowMs,
      isDeaf: false,
      isGone: false,
    };
    await inner.open();
    await counter.start();
    return process;
  }
}

/** The store, as long as the process is there; its leases, as long as it hears. */
function overLine(store: Store, processOf: () => WorldProcess): Store {
  const guarded = <T extends object>(inner: T, isCut: () => boolean): T =>
    new Proxy(inner, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...given: unknown[]): unknown =>
          isCut()
            ? Promise.reject(new GuildStatsError("STORE_UNREACHABLE", "the line is cut"))
            : Reflect.apply(member, target, given);
      },
    });
  const leases =
    store.leases && guarded<GuildLeases>(store.leases, () => processOf().isGone || processOf().isDeaf);
  const whole = guarded(store, () => processOf().isGone);
  return new Proxy(whole, {
    get: (target, name) => (name === "leases" ? leases : Reflect.get(target, name)),
  });
}

function add<Key>(sums: Map<Key, number>, key: Key, more: number): void {
  if (more > 0) sums.set(key, (sums.get(key) ?? 0) + more);
}
