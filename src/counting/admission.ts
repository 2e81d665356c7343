import { hkdfSync } from "node:crypto";
import type { Snowflake } from "../snowflake.ts";
import { optOutHash } from "../store/opt-out-hash.ts";
import {
  type GuildSettings,
  type OptOutBy,
  type OptOutList,
  type Store,
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

/** Who and what is counted: guilds that are not disabled, users who did not opt out. */
export class Admission {
  readonly #store: Store;
  readonly #enabledByDefault: boolean;
  #settings = new Map<Snowflake, GuildSettings>();
  readonly #gates = new Map<Snowflake, { -readonly [part in keyof Gate]: Gate[part] }>();
  #key: Uint8Array = new Uint8Array(32);
  #optedOut: Record<OptOutBy, Set<string>> = { self: new Set(), owner: new Set() };

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

  async saveSettings(guildId: Snowflake, change: Partial<GuildSettings>): Promise<GuildSettings> {
    const settings = { ...this.settingsOf(guildId), ...change };
    await this.#store.saveSettings(guildId, settings);
    this.#settings.set(guildId, settings);
    this.#adjust(guildId);
    return settings;
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
    return this.#optedOut.self.size > 0 && this.#optedOut.self.has(this.#hash(userId));
  }

  /** Whether the bot's owner keeps the user out. */
  isIgnored(userId: Snowflake): boolean {
    return this.#optedOut.owner.has(this.#hash(userId));
  }

  /** How many users each keeps out: themselves, or the bot's owner. */
  get refusals(): { readonly [by in OptOutBy]: number } {
    return { self: this.#optedOut.self.size, owner: this.#optedOut.owner.size };
  }

  /** Whether the user must not be recorded, whoever wished it. */
  isRefused(userId: Snowflake): boolean {
    const { self, owner } = this.#optedOut;
    if (self.size + owner.size === 0) return false;
    const hash = this.#hash(userId);
    return self.has(hash) || owner.has(hash);
  }

  /** In force at once; an error means that it may not survive a restart, so the caller must say so. */
  async optOut(userId: Snowflake, by: OptOutBy = "self"): Promise<void> {
    const hash = this.#hash(userId);
    this.#optedOut[by].add(hash);
    await this.#store.addOptOut(hash, by);
  }

  async optIn(userId: Snowflake, by: OptOutBy = "self"): Promise<void> {
    const hash = this.#hash(userId);
    await this.#store.removeOptOut(hash, by);
    this.#optedOut[by].delete(hash);
  }

  #hash(userId: Snowflake): string {
    return optOutHash(this.#key, userId);
  }
}
