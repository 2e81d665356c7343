import { setImmediate as turn } from "node:timers/promises";
import type Database from "better-sqlite3";
import { seededRandom } from "../../examples/demo/random.ts";
import { HOUR_MS, hourOf } from "../../src/clock.ts";
import { sqlite } from "../../src/store/sqlite/index.ts";
import { LoopbackDiscord } from "../loopback/loopback-discord.ts";
import { snowflake } from "../loopback/snowflake.ts";
import type { Channel, User, World } from "../loopback/world.ts";
import { batchOf } from "../store/batches.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { traces } from "../support/traces.ts";
import { ERASURE_CALLS, ERASURES } from "./bot-messages.ts";
import { BotProcess } from "./bot-process.ts";
import { readCopy } from "./stored-counts.ts";

/** Members who are only in the file: they make an erasure long enough to be killed in its middle. */
const STORED_MEMBERS = 1_500;
const STORED_HOURS = 12;
const MISSED_MESSAGES = 150;

/** Whom or what an attempt erases, in what, and when the process dies. */
export interface Attempt {
  readonly how: (typeof ERASURES)[number] | "left guild";
  /** Asked for while missed messages are read back. */
  readonly isRecovering: boolean;
  readonly death:
    | {
        readonly at: "call";
        readonly call: (typeof ERASURE_CALLS)[number];
        readonly when: "before" | "after" | number;
      }
    /** So many turns after it was asked for, or after it was done. */
    | { readonly at: "asked" | "done"; readonly turns: number };
}

/** @param random numbers in [0, 1) */
export function drawAttempt(random: () => number): Attempt {
  const below = (bound: number): number => Math.floor(random() * bound);
  const isGuild = below(4) === 0;
  const how = isGuild ? "left guild" : (ERASURES[below(ERASURES.length)] ?? "forget");
  const calls = ERASURE_CALLS.filter((call) =>
    isGuild
      ? call === "eraseGuild"
      : call !== "eraseGuild" && (call !== "addOptOut" || how === "opt out" || how === "ignore"),
  );
  const call = calls[below(calls.length)] ?? "forget";
  const turns = below(2 ** below(14));
  const whole = isGuild ? "eraseGuild" : "forget";
  const deaths: readonly Attempt["death"][] = [
    { at: "call", call, when: below(3) === 0 ? "before" : "after" },
    { at: "call", call: whole, when: turns },
    { at: "call", call: whole, when: turns },
    { at: "asked", turns },
    { at: "done", turns: below(20) },
  ];
  return {
    how,
    isRecovering: !isGuild && below(2) === 0,
    death: deaths[below(deaths.length)] ?? { at: "asked", turns },
  };
}

/** What an attempt left behind. */
export interface Remains {
  /** The erasure was told to be done before the process died. */
  readonly isConfirmed: boolean;
  /** The file says that it is to be done, or has been begun. */
  readonly isWished: boolean;
  /** What of the erased is in the files right behind the death. */
  readonly atDeath: readonly string[];
}

/** Bots over one file, one after another, each killed while it erases somebody. */
export class ErasureRun implements AsyncDisposable {
  readonly discord: LoopbackDiscord;
  readonly #folder = temporaryFolder();
  /** For copies of the file: none of them is to be searched. */
  readonly #copies = temporaryFolder();
  readonly #guild: World;
  readonly #random: () => number;
  #next = new BotProcess();
  #bot: BotProcess | null = null;
  readonly failures: string[] = [];

  static async start(seed: number): Promise<ErasureRun> {
    const discord = await LoopbackDiscord.start();
    const run = new ErasureRun(discord, seed);
    await run.#fill();
    return run;
  }

  private constructor(discord: LoopbackDiscord, seed: number) {
    this.discord = discord;
    this.#random = seededRandom(seed);
    this.#guild = discord.guild({
      members: 3,
      channels: [{ name: "general" }, { name: "memes" }, { name: "Lobby", type: 2 }],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#next.kill("SIGKILL");
    this.#bot?.kill("SIGKILL");
    await Promise.all([this.#next.gone, this.#bot?.gone]);
    await this.discord[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
    this.#copies[Symbol.dispose]();
  }

  /** Someone, or a guild, is counted, and erased; the process is killed meanwhile. */
  async attempt(attempt: Attempt): Promise<Remains & { readonly erased: Erased }> {
    const { death, how, isRecovering } = attempt;
    // Counted, and in the file.
    await this.#live(null);
    const erased = this.#newcomer(how);
    await this.#sit(erased);
    this.#speak(erased, 3);
    await this.#settle();
    const { user } = erased;
    if (isRecovering) {
      await this.#kill();
      for (const channel of this.#texts(this.#guild))
        this.discord.history(this.#guild, channel, MISSED_MESSAGES, (index) => ({
          author: (index % 2 && user) || this.#guild.user(0),
        }));
      this.discord.fault({ match: /channels\/\d+\/messages/, delayMs: 20, times: 4 });
    } else if (death.at === "call") {
      await this.#kill();
    }
    const bot = await this.#live(death);
    if (isRecovering) await this.#untilReading();
    await this.#sit(erased);
    this.#speak(erased, 5);
    // Some of it may be unwritten, or even unheard.
    if (this.#random() < 0.5) await Promise.race([this.discord.taken(), bot.gone]);
    this.#fallSilent(erased);
    const isDone = bot.anew((told) => told.kind === "erased" || told.kind === "guild erased");
    if (user === undefined || how === "left guild") this.discord.removeGuild(erased.guild);
    else bot.erase({ how, userId: user.id, guildId: erased.guild.id });
    if (death.at === "done") await bot.until(isDone);
    if (death.at === "call") await bot.until(() => bot.isGone);
    else
      for (let turns = death.turns; turns > 0 && !bot.isGone; turns--) {
        if (turns % 8 === 0) this.#chat(erased);
        await turn();
      }
    await this.#kill();
    return {
      erased,
      isConfirmed: isDone(),
      isWished: this.#isWished(erased),
      atDeath: this.tracesOf(erased.ids),
    };
  }

  #newcomer(how: Attempt["how"]): Erased {
    if (how !== "left guild") {
      const user = this.discord.join(this.#guild);
      return { how, guild: this.#guild, user, ids: [user.id] };
    }
    const guild = this.discord.guild({ members: 2 });
    return { how, guild, ids: [guild, ...guild.channels, ...guild.users].map(({ id }) => id) };
  }

  /** Starts the bot again, and lets it do what it has to. @returns what of the erased is in the files then */
  async afterwards(erased: Erased): Promise<readonly string[]> {
    this.#chat(erased);
    const bot = await this.#live(null);
    await this.#settle();
    if (erased.user === undefined)
      await bot.until(() => bot.told("guild erased") || this.tracesOf(erased.ids).length === 0);
    this.#chat(erased);
    await this.#settle();
    return this.tracesOf(erased.ids);
  }

  /** Erases who was not, and is not to be: the process died before it could note the wish. */
  async again({ how, user, guild }: Erased): Promise<void> {
    const bot = await this.#live(null);
    if (user === undefined || how === "left guild") throw new Error("a left guild is erased by itself");
    const isDone = bot.anew(({ kind }) => kind === "erased");
    bot.erase({ how, userId: user.id, guildId: guild.id });
    await bot.until(isDone);
  }

  /** Ends the last bot as a host would. */
  async end(): Promise<void> {
    const bot = await this.#live(null);
    await this.#settle();
    bot.kill("SIGTERM");
    await bot.gone;
    this.failures.push(...bot.failures);
    this.#bot = null;
  }

  /** Which of them are in the files. */
  tracesOf(ids: readonly string[]): readonly string[] {
    return traces(this.#folder.path, ids);
  }

  /** How many rows of those who are only in the file are left: all, or an erasure took too much. */
  get storedRows(): number {
    return this.#read((database) =>
      Number(
        database
          .prepare(
            "SELECT count(*) FROM hourly JOIN guild ON guild.key = hourly.guild WHERE guild.id = ? AND hour < ?",
          )
          .pluck()
          .get(BigInt(this.#guild.id), hourOf(Date.now()) - 24),
      ),
    );
  }

  static readonly storedRows = STORED_MEMBERS * STORED_HOURS;

  get #file(): string {
    return this.#folder.file("stats.db");
  }

  async #fill(): Promise<void> {
    const store = sqlite(this.#file);
    await store.open();
    const members = Array.from({ length: STORED_MEMBERS }, () => snowflake());
    const place = this.#guild.channel("general").id;
    const from = hourOf(Date.now() - 10 * 24 * HOUR_MS);
    for (let hour = 0; hour < STORED_HOURS; hour++)
      await store.apply(
        batchOf(
          "before",
          hour + 1,
          members.map((member) => ({ guild: this.#guild.id, hour: from + hour, place, member, messages: 1 })),
        ),
      );
    await store.close();
  }

  /** A bot that lives and is ready; a new one if it has to die at a call. */
  async #live(death: Attempt["death"] | null): Promise<BotProcess> {
    if (this.#bot && !this.#bot.isGone) return this.#bot;
    const bot = this.#next;
    await bot.until(() => bot.told("loaded"));
    this.#next = new BotProcess();
    this.#bot = bot;
    const { address, token } = this.discord;
    bot.begin({
      file: this.#file,
      address,
      token,
      dieAtBatch: 0,
      dieWhen: "after",
      dieAtCall: death?.at === "call" ? { call: death.call, when: death.when } : null,
      leftGuildGraceDays: 0,
    });
    if (!(await bot.until(() => bot.told("ready")))) throw new Error("the bot died at its start");
    return bot;
  }

  async #settle(): Promise<void> {
    await this.discord.taken();
    if (!(await this.#bot?.settle())) throw new Error("the bot died");
  }

  async #kill(): Promise<void> {
    this.#bot?.kill("SIGKILL");
    await this.#bot?.gone;
    this.failures.push(...(this.#bot?.failures ?? []));
    this.#bot = null;
  }

  async #untilReading(): Promise<void> {
    const before = this.#pages;
    for (let turns = 5_000; this.#pages === before && turns > 0; turns--) await turn();
  }

  get #pages(): number {
    return this.discord.requests.filter(({ path }) => path.endsWith("/messages")).length;
  }

  #texts(guild: World): Channel[] {
    return guild.channels.filter(({ type }) => type === 0);
  }

  #speak({ user, guild }: Erased, count: number): void {
    for (const author of user ? [user] : guild.users)
      for (const channel of this.#texts(guild))
        for (let left = count; left > 0; left--) this.discord.message(guild, channel, author);
  }

  /** In voice, and the bot knows: who is erased before it does is found there afterwards, and counted anew. */
  async #sit({ user, guild }: Erased): Promise<void> {
    const lobby = guild.channels.find(({ type }) => type === 2);
    for (const member of user ? [user] : guild.users) if (lobby) this.discord.voice(guild, member, lobby);
    await this.discord.taken();
  }

  /** Whoever is not counted any more may go on; one who is only erased would be counted anew. */
  #fallSilent({ how, user, guild }: Erased): void {
    if (user && how !== "opt out" && how !== "ignore") this.discord.voice(guild, user, null);
  }

  /** Others write, and so do those whom nothing of may be counted any more. */
  #chat({ how, user }: Erased): void {
    const [channel] = this.#texts(this.#guild);
    if (channel === undefined) return;
    this.discord.message(this.#guild, channel, this.#guild.user(0));
    if (user && (how === "opt out" || how === "ignore")) this.discord.message(this.#guild, channel, user);
  }

  #isWished({ how }: Erased): boolean {
    // Of a guild the bot's absence says so.
    if (how === "left guild") return true;
    return this.#read((database) => database.prepare("SELECT 1 FROM erasure_wish").get() !== undefined);
  }

  #read<T>(ask: (database: Database.Database) => T): T {
    return readCopy(this.#file, this.#copies.file("stats.db"), ask);
  }
}

/** Someone, or all of a guild. */
export interface Erased {
  readonly how: Attempt["how"];
  readonly guild: World;
  readonly user?: User;
  /** All that would tell of them. */
  readonly ids: readonly string[];
}
