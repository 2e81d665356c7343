import { EventEmitter } from "node:events";
import {
  type Client,
  Events,
  type Guild,
  type Interaction,
  type RESTPostAPIApplicationCommandsJSONBody,
} from "discord.js";
import type { BackfillOptions } from "./backfill-options.ts";
import type { Card } from "./cards/card.ts";
import { type EventLoopWatch, watchEventLoop } from "./clock.ts";
import { Cooldowns } from "./commands/cards/cooldowns.ts";
import { ComponentIds } from "./commands/component-id.ts";
import type { CommandContext } from "./commands/context.ts";
import { commandDefinitions } from "./commands/definitions.ts";
import { ChannelPoster } from "./commands/posts/channel-poster.ts";
import { clientExportNames } from "./commands/privacy/export-names.ts";
import { Questions } from "./commands/questions.ts";
import { registerCommands } from "./commands/registration.ts";
import { route } from "./commands/router.ts";
import { Underway } from "./commands/underway.ts";
import type { BackfillProgress, BackfillReport } from "./counting/backfill.ts";
import { ChangeFollower } from "./counting/change-follower.ts";
import { Counter } from "./counting/counter.ts";
import type { FlushReport } from "./counting/flusher.ts";
import { patiently } from "./counting/patience.ts";
import type { RecoveryProgress } from "./counting/recovery.ts";
import { type RedImportProgress, RedPlacement } from "./counting/red-placement.ts";
import { usersByHash } from "./counting/user-search.ts";
import { asError, GuildStatsError } from "./errors.ts";
import { FailureTally } from "./failure-tally.ts";
import { onChannelsDeleted } from "./gateway/deleted-channels.ts";
import { departedMembers } from "./gateway/departed-members.ts";
import { clientDirectory } from "./gateway/directory.ts";
import { onArrivals } from "./gateway/guild-arrivals.ts";
import { clientGuildSource } from "./gateway/guild-source.ts";
import { clientGuildStates, type Told } from "./gateway/guild-state.ts";
import { clientHistory } from "./gateway/history.ts";
import { activitiesIntentMissing, hasActivitiesIntent, INTENTS, requireIntents } from "./gateway/intents.ts";
import { clientGuildPresence, onGuildsLeft } from "./gateway/left-guilds.ts";
import { listen } from "./gateway/listeners.ts";
import { isLoggedIn } from "./gateway/logged-in.ts";
import { Presences } from "./gateway/presences.ts";
import { hasFirstShard, shardsInAll, shardsOf } from "./gateway/shards.ts";
import { ToldRoles } from "./gateway/told-roles.ts";
import { Voices } from "./gateway/voices.ts";
import type { GuildStatsEvents } from "./guild-stats-events.ts";
import { logFailure } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import {
  type GuildStatsOptions,
  type ResolvedOptions,
  requireBackfill,
  requireGuildSettings,
  resolveOptions,
} from "./options.ts";
import { OthersChanges } from "./others-changes.ts";
import { ScheduledPosts } from "./posts/scheduled-posts.ts";
import { LeftGuilds } from "./privacy/left-guilds.ts";
import { Privacy } from "./privacy/privacy.ts";
import { Upkeep } from "./privacy/upkeep.ts";
import { requirePurge, requireSnowflake } from "./purge-argument.ts";
import { Renderer } from "./render/renderer.ts";
import { drainOnSignals } from "./signals.ts";
import { unlessSilent } from "./silence.ts";
import type { Snowflake } from "./snowflake.ts";
import { Queries } from "./stats/queries.ts";
import type { RedPlacingReport } from "./store/red-past.ts";
import type { ScheduledPost } from "./store/scheduled-post.ts";
import type { GuildSettings, Purge, Purgeable, StoreChanges } from "./store/store.ts";

/**
 * The plugin. Creating it touches nothing; {@link start} opens the store and listens, {@link stop} writes what
 * is left.
 *
 * @example
 * const stats = new GuildStats(client, { store: sqlite("guildstats.db") });
 * await stats.start();
 * await client.login(token);
 */
export class GuildStats extends EventEmitter<GuildStatsEvents> implements AsyncDisposable {
  /** The gateway intents to give the client; none is privileged. */
  static readonly intents = INTENTS;

  /** The commands as JSON, for a bot that registers its own (`registerCommands: false`). */
  static get commands(): readonly RESTPostAPIApplicationCommandsJSONBody[] {
    return commandDefinitions();
  }

  /** Clients that one of these listens to. */
  static readonly #heard = new WeakSet<Client>();

  /** Numbers, typed; valid between `start` and `stop`. */
  readonly query: Queries;
  /** Opting out and being forgotten; valid between `start` and `stop`. */
  readonly privacy: Privacy;
  readonly #client: Client;
  readonly #options: ResolvedOptions;
  readonly #counter: Counter;
  readonly #voices: Voices;
  /** `null`: activities are not counted. */
  readonly #presences: Presences | null;
  readonly #toldRoles = new ToldRoles((guildId) => this.#ignoresRoles(guildId));
  readonly #redPlacement: RedPlacement;
  readonly #renderer: Renderer;
  readonly #leftGuilds: LeftGuilds;
  readonly #upkeep: Upkeep;
  readonly #posts: ScheduledPosts;
  readonly #follower: ChangeFollower;
  readonly #presses = new Underway();
  readonly #ownExports = new Underway();
  readonly #questions: Questions;
  readonly #cooldowns: Cooldowns;
  readonly #failures = new FailureTally();
  #eventLoop: EventLoopWatch | null = null;
  /** `null` until the store is open, which has the key. */
  #ids: ComponentIds | null = null;
  readonly #exporting: CommandContext["exporting"] = new Map();
  readonly #undo: (() => void)[] = [];
  /** Ends with the last change of settings. */
  #configured: Promise<unknown> = Promise.resolve();
  #state: "new" | "starting" | "running" | "stopped" = "new";
  #stopping: Promise<void> | null = null;

  /** @throws `OPTION_INVALID` naming the option, its bound and the value received */
  constructor(client: Client, options: GuildStatsOptions) {
    super();
    this.#client = client;
    this.#options = resolveOptions(options);
    const { clock, imageHosts } = this.#options;
    const activities = this.#options.activities && hasActivitiesIntent(client);
    this.#voices = new Voices(client);
    this.#presences = activities ? new Presences(client) : null;
    const directory = clientDirectory(client, this.#toldRoles);
    this.#counter = new Counter(
      {
        ...this.#options,
        changesSeen: () => this.#follower.seen,
        upToDate: () => this.#follower.now(),
        activities,
        longestGapMs: this.#options.recoverWithinMs,
        directory,
        history: clientHistory(client, (guildId) => this.#ignoresRoles(guildId)),
        stateOf: clientGuildStates(client, this.#told),
      },
      {
        flushed: (report) => this.#flushed(report),
        failed: (error) => this.#failed(error),
        recovering: (progress) => this.#recovering(progress),
        taken: (guildId) => this.#guildTaken(guildId),
        handedOver: (guilds) => this.#handedOver(guilds),
        fenced: (guildIds) => this.#fenced(guildIds),
      },
    );
    this.#redPlacement = new RedPlacement(
      this.#options.store,
      clientGuildSource(client),
      clock,
      (placing) => this.#counter.stored.placeRed(placing),
      { placed: (report) => this.#redPlaced(report), failed: (error) => this.#failed(error) },
    );
    this.#renderer = new Renderer({
      clock,
      fetchTimeoutMs: this.#options.imageFetchTimeoutMs,
      cacheEntries: this.#options.imageCacheEntries,
      cacheBytes: this.#options.imageCacheBytes,
      cacheTtlMs: this.#options.imageCacheTtlMs,
      allowImageUrl: (url) => URL.canParse(url) && imageHosts.includes(new URL(url).host),
    });
    this.#questions = new Questions(clock);
    this.#cooldowns = new Cooldowns(clock, this.#options.cooldowns);
    this.query = new Queries(this.#counter, clock, this.#options.timeZone, directory);
    const { store } = this.#options;
    this.privacy = new Privacy(this.#counter, store, clock, clientExportNames(client), {
      forgotten: (userId, guildId) => {
        // Drawn cards and fetched avatars may show the user, and cannot be searched for one.
        this.#renderer.clear();
        for (const erased of this.#exporting.values()) erased.userIds.add(userId);
        this.#posts.outdated(guildId);
        this.#options.logger.info({ event: "user_erased" }, "a user was erased");
        this.#tell("forgotten", userId, guildId);
      },
      failed: (error) => this.#failed(error),
      anew: (userId) => this.#anew(userId),
    });
    this.#leftGuilds = new LeftGuilds(
      store,
      clock,
      this.#options.leftGuildGraceDays,
      clientGuildPresence(client),
      (guildId, isGone) => this.#counter.erasures.eraseGuild(guildId, isGone),
      { erased: (guildId, rows) => this.#guildErased(guildId, rows), failed: (error) => this.#failed(error) },
    );
    this.#posts = new ScheduledPosts(
      store,
      clock,
      new ChannelPoster(
        client,
        () => (isLoggedIn(client) ? this.#commandContext(client) : null),
        (guildId) => isLoggedIn(client) && this.#counter.counts(guildId),
      ),
      (guildId) => this.#timeZoneOf(guildId),
      {
        posted: (post, lateMs) => this.#posted(post, lateMs),
        removed: (post, what) => this.#postRemoved(post, what),
        failed: (error) => this.#failed(error),
      },
    );
    const others = store.changes && this.#others(store.changes);
    this.#follower = new ChangeFollower(store.changes, clock, async (since) => await others?.take(since), {
      heard: () => this.#counter.claims?.wake(),
      failed: (error) => this.#failed(error),
      recovered: () =>
        this.#options.logger.info({ event: "changes_heard" }, "changes of other processes are heard again"),
    });
    this.#upkeep = new Upkeep(clock, async () => {
      await this.privacy.finishErasures();
      await this.#leftGuilds.sweep();
    });
  }

  /**
   * Checks intents, opens and migrates the store, listens, and registers the commands once the client is ready.
   * Call it before `client.login`, so that nothing passes unseen. After an error it may be called again.
   * @throws `STATE_INVALID`, also while another one listens to the client: commands would be answered twice; `INTENT_MISSING`,
   *   `STORE_*`
   */
  async start(): Promise<void> {
    if (this.#state !== "new") {
      throw new GuildStatsError("STATE_INVALID", `start() was called on a GuildStats that is ${this.#state}`);
    }
    if (GuildStats.#heard.has(this.#client)) {
      throw new GuildStatsError("STATE_INVALID", "another GuildStats listens to this client: stop it first");
    }
    requireIntents(this.#client);
    this.#state = "starting";
    GuildStats.#heard.add(this.#client);
    try {
      await this.#options.store.open();
      await this.#follower.open();
      await this.#redPlacement.open();
      await this.#leftGuilds.open();
      await this.#posts.open();
      await this.#counter.start();
    } catch (thrown) {
      this.#state = "new";
      GuildStats.#heard.delete(this.#client);
      throw thrown;
    }
    this.#state = "running";
    this.#follower.start();
    // Before anything shows up again of whom an erasure was cut off.
    await this.privacy.finishErasures();
    if (this.#options.activities && this.#presences === null) {
      this.#failed(activitiesIntentMissing());
    }
    this.#eventLoop = watchEventLoop();
    this.#undo.push(
      this.#toldRoles.listen(this.#client),
      listen(this.#client, this.#counter.observer, this.#told, (thrown) => this.#failed(thrown)),
    );
    // Where several processes share the store: as each guild is taken.
    if (this.#counter.claims === null)
      this.#undo.push(onArrivals(this.#client, ({ id }) => this.#guildTaken(id)));
    this.#undo.push(onArrivals(this.#client, ({ id }) => this.#leftGuilds.arrived(id)));
    this.#undo.push(onGuildsLeft(this.#client, (guildId) => this.#leftGuilds.left(guildId)));
    this.#whenReady(() => this.#leftGuilds.ready());
    this.#undo.push(onChannelsDeleted(this.#client, (channelId) => this.#posts.channelGone(channelId)));
    this.#whenReady(() => this.#posts.ready());
    this.#upkeep.start();
    this.#answerInteractions();
    this.#whenReady((client) => this.#askForOwners(client));
    if (this.#options.registerCommands) {
      // Of several processes one writes them: an older version that is started again would else put its own back.
      this.#whenReady((client) => {
        if (hasFirstShard(client)) this.#register(client);
      });
    }
    if (this.#options.drainOnSignals) this.#undo.push(drainOnSignals(() => this.stop()));
    this.#options.logger.info({ event: "started" }, "GuildStats is counting");
  }

  /**
   * Stops listening, writes what is left and closes the store. Idempotent.
   * @throws `STORE_FAILED` when the last write failed repeatedly; `details.rows` says what was not written
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** As {@link stop}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Writes what is dirty now. @throws `STORE_*`; nothing is lost, and the next flush tries again */
  flush(): Promise<FlushReport> {
    return this.#counter.flush();
  }

  /** The card as a PNG file's bytes, 1200 pixels wide. @throws `RENDER_FAILED`, `RENDER_BUSY` when too many are waiting */
  render(card: Card): Promise<Buffer> {
    return this.#renderer.render(card);
  }

  /** What an admin chose for a guild; `null` fields mean the plugin's options. */
  settings(guildId: Snowflake): GuildSettings {
    return this.#counter.admission.settingsOf(guildId);
  }

  /**
   * Changes a guild's settings; in the middle of time in voice or in an activity only what was allowed is counted. What is
   * `undefined` stays as it is.
   * @throws `ARGUMENT_INVALID` for an id, time zone, language, theme or accent that is none, `STORE_*`
   */
  async configure(guildId: Snowflake, change: Partial<GuildSettings>): Promise<GuildSettings> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    requireGuildSettings(guildId, given);
    return (await this.#change(guildId, () => given)).after;
  }

  /** One change after another: two at once would each save what the other one changes, as it was. */
  #change(guildId: Snowflake, decide: (now: GuildSettings) => Partial<GuildSettings>) {
    const next = this.#configured.then(async () => {
      // What another process changed a moment ago is not to be taken back.
      await this.#follower.now();
      const before = this.settings(guildId);
      const change = decide(before);
      requireGuildSettings(guildId, change);
      return { before, after: await this.#configure(guildId, change) };
    });
    this.#configured = next.catch(() => undefined);
    return next;
  }

  async #configure(guildId: Snowflake, change: Partial<GuildSettings>): Promise<GuildSettings> {
    const before = this.settings(guildId);
    const settings = await this.#counter.rules.saveSettings(guildId, change);
    // Not before it is saved: where that fails, whoever is in voice is counted on.
    if (!this.#counter.admission.isEnabled(guildId)) this.#counter.leaveGuild(guildId);
    await this.#reconcile(guildId, before);
    return settings;
  }

  /** A guild's settings are not what they were. */
  async #reconcile(guildId: Snowflake, before: GuildSettings): Promise<void> {
    const { visibility, uncountedVoice } = this.settings(guildId);
    this.#posts.changed(guildId);
    if (visibility !== before.visibility) this.#posts.outdated(guildId);
    const guild = this.#client.guilds.cache.get(guildId);
    if (guild !== undefined && this.#listens) this.#lookAtAll(guild);
    if (uncountedVoice?.join() !== before.uncountedVoice?.join()) await this.#counter.recount(guildId);
  }

  #lookAtAll(guild: Guild): void {
    const { observer } = this.#counter;
    // In an outage the client may know of nobody; whoever may be counted is looked for when it is over.
    if (guild.available)
      observer.readmitVoice(guild.id, this.#voices.present(guild), this.#voices.company(guild.id));
    for (const observation of this.#presences?.present(guild) ?? []) observer.activities(observation);
  }

  /** Whether it is known how members are now; while the last counts are written they may leave unheard. */
  get #listens(): boolean {
    return this.#state === "running";
  }

  /** It was decided anew whether a user is counted: what they do now is looked at again. */
  #anew(userId: Snowflake): void {
    if (!this.#listens) return;
    for (const guild of this.#client.guilds.cache.values()) {
      const voice = this.#voices.of(guild, userId);
      if (voice) this.#counter.observer.voice(voice, []);
      const activities = this.#presences?.last(guild, userId);
      if (activities) this.#counter.observer.activities(activities);
    }
  }

  #others(changes: StoreChanges): OthersChanges {
    return new OthersChanges(changes, this.#counter, this.#posts, {
      configured: async (guildId, before) => {
        if (!this.#counter.admission.isEnabled(guildId)) this.#counter.leaveGuild(guildId);
        this.#counter.rules.readmit(guildId, before);
        await this.#reconcile(guildId, before);
      },
      erased: (found) => {
        this.#strangersErased();
        for (const { userId } of found) this.#anew(userId);
      },
      optedIn: async (hashes) => {
        await this.#counter.rules.optedIn(hashes);
        const doing = this.#client.guilds.cache.map(({ presences }) => [...presences.cache.keys()]);
        const here = [...this.#voices.userIds(), ...doing.flat()];
        const { admission } = this.#counter;
        const hashOf = (userId: Snowflake): string => admission.hashOf(userId);
        const users = await usersByHash(here, new Set(hashes), hashOf, this.#options.clock);
        for (const userId of users.values()) this.#anew(userId);
      },
      guildsErased: (guildIds) => {
        this.#renderer.clear();
        for (const guildId of guildIds) this.#leftGuilds.erasedElsewhere(guildId);
      },
      everythingAnew: async () => {
        this.#strangersErased();
        for (const guildId of this.#client.guilds.cache.keys())
          await this.#reconcile(guildId, this.settings(guildId));
      },
    });
  }

  #strangersErased(): void {
    // Drawn cards and fetched avatars may show them, and cannot be searched for whom nobody knows.
    this.#renderer.clear();
    for (const erased of this.#exporting.values()) erased.strangers++;
  }

  /**
   * Deletes counts of one guild for good: of a channel with its threads or an activity (`{ placeId }`), of members
   * (`{ memberIds }`), of one figure (`{ metric }`), or `"all"`. Settings stay. What happens from now on is counted,
   * also of members who are in voice. It is no erasure: `privacy.forget` also scrubs the file.
   * @returns how many stored rows were deleted or changed
   * @throws `ARGUMENT_INVALID`, `STORE_*`; nothing was deleted then
   */
  async purge(guildId: Snowflake, what: Purge): Promise<{ readonly rows: number }> {
    requireSnowflake("guildId", guildId);
    requirePurge(what);
    return await this.#counter.stored.purge(guildId, what);
  }

  /** What the same purge would take now: rows, members, and since when. @throws `ARGUMENT_INVALID`, `STORE_*` */
  async purgeable(guildId: Snowflake, what: Purge): Promise<Purgeable> {
    requireSnowflake("guildId", guildId);
    requirePurge(what);
    return await this.#counter.stored.purgeable(guildId, what);
  }

  /**
   * Adds a deleted channel's counts to another's, for good; its threads become the other's.
   * @returns how many stored rows were moved
   * @throws `ARGUMENT_INVALID` when either was never counted, both are one, or a channel with threads would go into
   * a thread; `STORE_*`
   */
  async mergeChannels(
    guildId: Snowflake,
    from: Snowflake,
    into: Snowflake,
  ): Promise<{ readonly rows: number }> {
    requireSnowflake("guildId", guildId);
    requireSnowflake("from", from);
    requireSnowflake("into", into);
    return await this.#counter.stored.mergePlaces(guildId, from, into);
  }

  /** Everyone who has stored counts in a guild, also those who left it. @throws `ARGUMENT_INVALID`, `STORE_*` */
  async memberIds(guildId: Snowflake): Promise<readonly Snowflake[]> {
    requireSnowflake("guildId", guildId);
    return await this.#options.store.memberIds(guildId);
  }

  /**
   * Those of {@link memberIds} who have left the guild, for `purge(guildId, { memberIds })`. Until then they stay in
   * totals, and lists mark them. It takes about a second per 1,000 members.
   * @throws `ARGUMENT_INVALID`, also for a guild that the bot is not in; `MEMBERS_UNKNOWN`, `STORE_*`
   */
  async departedMembers(guildId: Snowflake): Promise<readonly Snowflake[]> {
    const userIds = await this.memberIds(guildId);
    const guild = this.#client.guilds.cache.get(guildId);
    if (!guild) {
      throw new GuildStatsError("ARGUMENT_INVALID", `the bot is in no guild ${guildId}`, {
        details: { argument: "guildId" },
      });
    }
    return await departedMembers(guild, userIds);
  }

  /**
   * Imports what was said in a guild before it was counted, from the newest message back, with threads. What is
   * counted already is left out, so an import may be repeated: one that was called off, or ended with the process, is
   * continued. Who opted out and what is ignored now is not counted. It takes about a second per 100 messages.
   * @returns what was imported, and which channels could not be read to their beginning
   * @throws `ARGUMENT_INVALID`, `STATE_INVALID` before `start`, after `stop` and in a guild that is turned off,
   *   `BACKFILL_RUNNING` when one of the guild runs already, `STORE_*`
   */
  async backfill(guildId: Snowflake, options: BackfillOptions = {}): Promise<BackfillReport> {
    const { channelId = null, sinceMs = null, untilMs = null, signal, onProgress } = options;
    requireBackfill({ guildId, channelId, sinceMs, untilMs });
    if (this.#state !== "running") {
      throw new GuildStatsError(
        "STATE_INVALID",
        `backfill() was called on a GuildStats that is ${this.#state}`,
      );
    }
    const tell = (progress: BackfillProgress): void => {
      try {
        onProgress?.(progress);
      } catch (thrown) {
        this.#failed(thrown);
      }
    };
    return await this.#counter.backfill.run({ guildId, channelId, sinceMs, untilMs }, tell, signal);
  }

  /** Figures of the moment, frozen, for logs and dashboards; for Prometheus see `guildstats/prometheus`. */
  metrics(): Metrics {
    const { rss, heapUsed } = process.memoryUsage();
    return Object.freeze({
      ...this.#counter.metrics(),
      images: Object.freeze(this.#renderer.metrics()),
      memory: Object.freeze({ rssBytes: rss, heapUsedBytes: heapUsed }),
      eventLoopDelay: this.#eventLoop?.read() ?? null,
      store: this.#options.store.metrics(),
      ...this.#failures.metrics(),
      shards: Object.freeze(shardsOf(this.#client)),
      shardsInAll: shardsInAll(this.#client),
    });
  }

  /** What of an import from the Red cog still waits for the bot to see its guild. @throws `STORE_*` */
  redImport(): Promise<RedImportProgress> {
    return this.#redPlacement.progress();
  }

  async #stop(): Promise<void> {
    const wasRunning = this.#state === "running";
    if (this.#state !== "new") GuildStats.#heard.delete(this.#client);
    this.#state = "stopped";
    for (const undo of this.#undo.splice(0)) undo();
    this.#counter.loseAll();
    try {
      await this.#redPlacement.stop();
      await unlessSilent(
        this.#options.clock,
        Promise.all([
          this.#follower.stop(),
          this.#upkeep.stop(),
          this.#leftGuilds.settled(),
          this.#posts.stop(),
        ]),
      );
      if (wasRunning) await this.#counter.stop();
    } finally {
      this.#eventLoop?.stop();
      this.#eventLoop = null;
      await this.#renderer.stop();
      if (wasRunning && !(await unlessSilent(this.#options.clock, this.#options.store.close())))
        this.#failed(new GuildStatsError("STORE_FAILED", "the store does not answer, and was left open"));
    }
    if (!wasRunning) return;
    const { rowsWritten } = this.#counter.metrics();
    this.#options.logger.info({ event: "stopped", rowsWritten }, "GuildStats has stopped");
  }

  #answerInteractions(): void {
    const answer = (interaction: Interaction): void => {
      const { client } = interaction;
      if (isLoggedIn(client)) void route(this.#commandContext(client), interaction);
    };
    this.#client.on(Events.InteractionCreate, answer);
    this.#undo.push(() => this.#client.off(Events.InteractionCreate, answer));
  }

  #commandContext(client: Client<true>): CommandContext {
    this.#ids ??= new ComponentIds(this.#counter.admission.derivedKey("ids of components"));
    const { clock, locale, theme, accent, ownerIds, timeZone } = this.#options;
    return {
      client,
      clock,
      locale,
      theme,
      accent,
      ownerIds,
      timeZone,
      ids: this.#ids,
      schedule: this.#posts,
      presses: this.#presses,
      ownExports: this.#ownExports,
      questions: this.#questions,
      cooldowns: this.#cooldowns,
      countsActivities: this.#presences !== null,
      queries: this.query,
      privacy: this.privacy,
      imports: {
        channels: (request) => this.#counter.backfill.countChannels(request),
        start: (request, onProgress) => this.#counter.backfill.run(request, onProgress),
        progressOf: (guildId) => this.#counter.backfill.progressOf(guildId),
        cancel: (guildId) => this.#counter.backfill.cancel(guildId),
      },
      administration: {
        change: (guildId, decide) => this.#change(guildId, decide),
        purgeable: (guildId, what) => this.purgeable(guildId, what),
        purge: (guildId, what) => this.purge(guildId, what),
        departedMembers: async (guildId) => {
          // Whoever was counted and left within one period of flushes is among them, too.
          await this.flush();
          return await this.departedMembers(guildId);
        },
        countedChannels: (guildId) => this.query.countedChannels(guildId),
        merge: (guildId, from, into) => this.mergeChannels(guildId, from, into),
      },
      timeZoneOf: (guildId) => this.#timeZoneOf(guildId),
      isEnabled: (guildId) => this.#counter.admission.isEnabled(guildId),
      settingsOf: (guildId) => this.settings(guildId),
      storedChannel: (guildId, channelId) => this.#counter.reader.storedChannel(guildId, channelId),
      render: (card) => this.render(card),
      exporting: this.#exporting,
      flush: () => this.flush(),
      exportPage: (...page) => this.#options.store.exportPage(...page),
      metrics: () => this.metrics(),
      failed: (thrown) => this.#failed(thrown),
    };
  }

  get #told(): Told {
    return { voices: this.#voices, presences: this.#presences };
  }

  #ignoresRoles(guildId: Snowflake): boolean {
    return this.settings(guildId).ignored.roles.length > 0;
  }

  #timeZoneOf(guildId: Snowflake): string {
    return this.settings(guildId).timeZone ?? this.#options.timeZone;
  }

  #register(client: Client<true>): void {
    registerCommands(client).then(
      (written) => {
        this.#options.logger.info(
          { event: "commands_registered", written },
          "the slash commands are registered",
        );
        this.#tell("registered", written);
      },
      (thrown) => this.#failed(thrown),
    );
  }

  /** Who owns the bot is known at once then, when someone presses a button. */
  #askForOwners(client: Client<true>): void {
    const asking = new AbortController();
    this.#undo.push(() => asking.abort());
    // A connection may be cut just then, and nobody would ask again.
    patiently(this.#options.clock, asking.signal, () => client.application.fetch()).catch((thrown) =>
      this.#failed(thrown),
    );
  }

  #whenReady(act: (client: Client<true>) => void): void {
    if (isLoggedIn(this.#client)) {
      act(this.#client);
      return;
    }
    this.#client.once(Events.ClientReady, act);
    this.#undo.push(() => this.#client.off(Events.ClientReady, act));
  }

  #recovering(progress: RecoveryProgress): void {
    if (progress.isDone)
      this.#options.logger.info({ ...progress, event: "recovered" }, "missed messages were read back");
    this.#tell("recovery", progress);
  }

  /** The guild is this process's to count. */
  #guildTaken(guildId: Snowflake): void {
    this.#redPlacement.begin(guildId);
    this.#posts.arrived(guildId);
    if (this.#counter.claims === null) return;
    this.#options.logger.debug?.(
      { event: "guild_taken", guildId },
      "this process counts a server from now on",
    );
  }

  #handedOver(guilds: number): void {
    this.#options.logger.info(
      { event: "guilds_handed_over", guilds },
      "servers were handed over to another process",
    );
  }

  #fenced(guildIds: readonly Snowflake[]): void {
    this.#options.logger.warn(
      { event: "guilds_fenced", guildIds },
      "another process counts these servers; what was not written here was dropped, and is counted there",
    );
  }

  #flushed(report: FlushReport): void {
    this.#options.logger.debug?.({ ...report, event: "flushed" }, "what was dirty is written");
    this.#tell("flush", report);
  }

  #redPlaced(report: RedPlacingReport): void {
    this.#options.logger.info({ ...report, event: "red_placed" }, "imported counts of a guild were placed");
    this.#tell("redPlaced", report);
  }

  #posted({ guildId, channelId, id }: ScheduledPost, lateMs: number): void {
    const fields = { event: "post_made", guildId, channelId, id, lateMs } as const;
    this.#options.logger.debug?.(fields, "a scheduled card was posted");
  }

  #postRemoved({ guildId, channelId, id }: ScheduledPost, what: "channel" | "message"): void {
    const fields = { event: "post_removed", guildId, channelId, id, what } as const;
    this.#options.logger.info(fields, `a scheduled card comes no more: its ${what} was deleted`);
  }

  #guildErased(guildId: Snowflake, rows: number): void {
    this.#posts.guildErased(guildId);
    this.#options.logger.info(
      { event: "guild_erased", guildId, rows },
      "all of a guild that the bot left was erased",
    );
    // Cards of the guild are among those kept.
    this.#renderer.clear();
    this.#tell("guildErased", guildId);
  }

  #failed(thrown: unknown): void {
    const cause = asError(thrown);
    const error =
      cause instanceof GuildStatsError ? cause : new GuildStatsError("UNEXPECTED", cause.message, { cause });
    // Found by what a stop did not wait for, and told by that: it said what could not be written.
    if (error.code === "STORE_CLOSED" && this.#state === "stopped") return;
    this.#note(error);
    // Named so that an unheard one does nothing, where an unheard "error" event would end the process.
    this.#tell("failure", error);
  }

  #note(error: GuildStatsError): void {
    this.#failures.add(error, this.#options.clock.nowMs());
    logFailure(this.#options.logger, error);
  }

  /** Emits an event. What a host's listener throws, or rejects with, is a failure of its own: it is no answer to what was done here. */
  #tell<Name extends keyof GuildStatsEvents>(name: Name, ...told: GuildStatsEvents[Name]): void {
    const stumbled = (thrown: unknown): void => {
      const cause = asError(thrown);
      const message = `a listener of "${name}" threw: ${cause.message}`;
      const error = new GuildStatsError("UNEXPECTED", message, { cause, details: { event: name } });
      // To listeners of failures it would come again and again.
      if (name === "failure") this.#note(error);
      else this.#failed(error);
    };
    for (const listener of this.rawListeners(name)) {
      try {
        const answer: unknown = Reflect.apply(listener, this, told);
        if (answer instanceof Promise) answer.catch(stumbled);
      } catch (thrown) {
        stumbled(thrown);
      }
    }
  }
}
