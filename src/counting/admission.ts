import { hkdfSync } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import PQueue from "p-queue";
import type { Snowflake } from "../snowflake.ts";
import { optOutHash } from "../store/opt-out-hash.ts";
import {
  type GuildSettings,
  type OptOutBy,
  type OptOutList,
  type Store,
  type StoreChanges,
  UNSET_SETTINGS,
} from "../store/store.ts";
import { AdmissionRules } from "./admission-rules.ts";

/**
 * Who is counted in a guild, as its settings say now. It is the same object as long as the process runs: whoever has it
 * need not ask again.
 */
export interface Gate {
  /** Whether the guild is turned on. */
  readonly isOpen: boolean;
  /** What the guild's admins keep out; `null` when nothing. */
  readonly rules: AdmissionRules | null;
}

/** Users whose refusal changed, by hash. */
export interface OptOutsTaken {
  readonly out: readonly string[];
  readonly in: readonly string[];
}

/** Who and what is counted: guilds that are not disabled, users who did not opt out. */
export class Admission {
  readonly #store: Store;
  readonly #enabledByDefault: boolean;
  #settings = new Map<Snowflake, GuildSettings>();
  readonly #gates = new Map<Snowflake, { -readonly [part in keyof Gate]: Gate[part] }>();
  #key: Uint8Array = new Uint8Array(32);
  #optedOut: Record<OptOutBy, Set<string>> = { self: new Set(), owner: new Set() };
  /**
   * Whatever moves choices between memory and store, one after another: what another process chose is read behind what
   * this one wrote, and never put back what is older.
   */
  readonly #line = new PQueue({ concurrency: 1 });

  constructor(store: Store, enabledByDefault: boolean) {
    this.#store = store;
    this.#enabledByDefault = enabledByDefault;
  }

  /** Reads settings and opt-outs; nothing may be counted before. */
  async open(): Promise<void> {
    const [settings, optOuts]: [ReadonlyMap<Snowflake, GuildSettings>, OptOutList] = await Promise.all([
      this.#store.settings(),
      this.#store.optOuts(),
    ]);
    this.#settings = new Map(settings);
    for (const guildId of this.#gates.keys()) this.#adjust(guildId);
    this.#key = optOuts.key;
    this.#optedOut = { self: new Set(optOuts.hashes), owner: new Set(optOuts.ignored) };
  }

  /**
   * 32 bytes for one purpose, derived from the store's secret, which itself stays here: the same after a restart, other
   * ones for another store or purpose. Only after {@link open}.
   */
  derivedKey(purpose: string): Uint8Array {
    return new Uint8Array(hkdfSync("sha256", this.#key, "", purpose, 32));
  }

  isEnabled(guildId: Snowflake): boolean {
    return this.gateOf(guildId).isOpen;
  }

  settingsOf(guildId: Snowflake): GuildSettings {
    return this.#settings.get(guildId) ?? UNSET_SETTINGS;
  }

  saveSettings(guildId: Snowflake, change: Partial<GuildSettings>): Promise<GuildSettings> {
    return this.#line.add(async () => {
      const before = this.settingsOf(guildId);
      const settings = { ...before, ...change };
      await this.#store.saveSettings(guildId, settings, before);
      this.#settings.set(guildId, settings);
      this.#adjust(guildId);
      return settings;
    });
  }

  /**
   * Another process changed settings of these guilds.
   * @returns what was in force until now, of each guild that is not as it was
   */
  takeSettings(
    changes: StoreChanges,
    guildIds: readonly Snowflake[],
  ): Promise<ReadonlyMap<Snowflake, GuildSettings>> {
    return this.#line.add(async () => this.#replaceSettings(guildIds, await changes.settingsOf(guildIds)));
  }

  /**
   * Another process changed whether these users are recorded.
   * @returns who must not be from now on, and who is again
   */
  takeOptOuts(changes: StoreChanges, hashes: readonly string[]): Promise<OptOutsTaken> {
    return this.#line.add(async () => {
      const stored = await changes.optOutsOf(hashes);
      const wasRefused = new Set(hashes.filter((hash) => this.#isOut(hash)));
      for (const users of Object.values(this.#optedOut)) for (const hash of hashes) users.delete(hash);
      for (const { hash, by } of stored) this.#optedOut[by].add(hash);
      return {
        out: hashes.filter((hash) => this.#isOut(hash) && !wasRefused.has(hash)),
        in: hashes.filter((hash) => !this.#isOut(hash) && wasRefused.has(hash)),
      };
    });
  }

  /** Reads all anew, as {@link open}. @returns as {@link takeSettings} */
  takeAll(): Promise<ReadonlyMap<Snowflake, GuildSettings>> {
    return this.#line.add(async () => {
      const [settings, optOuts] = await Promise.all([this.#store.settings(), this.#store.optOuts()]);
      // Where another database was put in, its key is another one too.
      this.#key = optOuts.key;
      this.#optedOut = { self: new Set(optOuts.hashes), owner: new Set(optOuts.ignored) };
      return this.#replaceSettings([...new Set([...this.#settings.keys(), ...settings.keys()])], settings);
    });
  }

  #replaceSettings(
    guildIds: readonly Snowflake[],
    stored: ReadonlyMap<Snowflake, GuildSettings>,
  ): ReadonlyMap<Snowflake, GuildSettings> {
    const before = new Map<Snowflake, GuildSettings>();
    for (const guildId of guildIds) {
      const [old, settings] = [this.settingsOf(guildId), stored.get(guildId) ?? UNSET_SETTINGS];
      if (isDeepStrictEqual(old, settings)) continue;
      before.set(guildId, old);
      this.#settings.set(guildId, settings);
      this.#adjust(guildId);
    }
    return before;
  }

  /** The guild's settings are gone from the store. */
  dropSettings(guildId: Snowflake): void {
    this.#settings.delete(guildId);
    this.#adjust(guildId);
  }

  gateOf(guildId: Snowflake): Gate {
    return this.#gates.get(guildId) ?? this.#adjust(guildId);
  }

  /** Has a guild's gate say what its settings say. */
  #adjust(guildId: Snowflake): Gate {
    const { enabled, ignored } = this.settingsOf(guildId);
    const gate = this.#gates.get(guildId) ?? { isOpen: false, rules: null };
    gate.isOpen = enabled ?? this.#enabledByDefault;
    gate.rules = AdmissionRules.from(ignored);
    this.#gates.set(guildId, gate);
    return gate;
  }

  /** Whether the user asked not to be recorded. Costs one keyed hash, unless nobody did. */
  isOptedOut(userId: Snowflake): boolean {
    return this.#optedOut.self.size > 0 && this.#optedOut.self.has(this.hashOf(userId));
  }

  /** Whether the bot's owner keeps the user out. */
  isIgnored(userId: Snowflake): boolean {
    return this.#optedOut.owner.has(this.hashOf(userId));
  }

  /** How many users each keeps out: themselves, or the bot's owner. */
  get refusals(): { readonly [by in OptOutBy]: number } {
    return { self: this.#optedOut.self.size, owner: this.#optedOut.owner.size };
  }

  /** Whether the user must not be recorded, whoever wished it. */
  isRefused(userId: Snowflake): boolean {
    const { self, owner } = this.#optedOut;
    return self.size + owner.size > 0 && this.#isOut(this.hashOf(userId));
  }

  #isOut(hash: string): boolean {
    return this.#optedOut.self.has(hash) || this.#optedOut.owner.has(hash);
  }

  /** In force at once; an error means that it may not survive a restart, so the caller must say so. */
  async optOut(userId: Snowflake, by: OptOutBy = "self"): Promise<void> {
    const hash = this.hashOf(userId);
    this.#optedOut[by].add(hash);
    await this.#line.add(async () => {
      // Once more: what was read before this wish may have been taken in since.
      this.#optedOut[by].add(hash);
      await this.#store.addOptOut(hash, by);
    });
  }

  optIn(userId: Snowflake, by: OptOutBy = "self"): Promise<void> {
    const hash = this.hashOf(userId);
    return this.#line.add(async () => {
      await this.#store.removeOptOut(hash, by);
      this.#optedOut[by].delete(hash);
    });
  }

  /** As the store names a user: a keyed hash. Only after {@link open}. */
  hashOf(userId: Snowflake): string {
    return optOutHash(this.#key, userId);
  }
}
