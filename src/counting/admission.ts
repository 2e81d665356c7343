import { createHmac } from "node:crypto";
import type { Snowflake } from "../snowflake.ts";
import { type GuildSettings, type OptOutList, type Store, UNSET_SETTINGS } from "../store/store.ts";

import { AdmissionRules } from "./admission-rules.ts";

/** Who and what is counted: guilds that are not disabled, users who did not opt out. */
export class Admission {
  readonly #store: Store;
  readonly #enabledByDefault: boolean;
  #settings = new Map<Snowflake, GuildSettings>();
  readonly #rules = new Map<Snowflake, AdmissionRules>();
  #key: Uint8Array = new Uint8Array(32);
  #optedOut = new Set<string>();

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
    for (const [guildId, chosen] of settings) this.#setRules(guildId, chosen);
    this.#key = optOuts.key;
    this.#optedOut = new Set(optOuts.hashes);
  }

  isEnabled(guildId: Snowflake): boolean {
    return this.settingsOf(guildId).enabled ?? this.#enabledByDefault;
  }

  settingsOf(guildId: Snowflake): GuildSettings {
    return this.#settings.get(guildId) ?? UNSET_SETTINGS;
  }

  async saveSettings(guildId: Snowflake, change: Partial<GuildSettings>): Promise<GuildSettings> {
    const settings = { ...this.settingsOf(guildId), ...change };
    await this.#store.saveSettings(guildId, settings);
    this.#settings.set(guildId, settings);
    this.#setRules(guildId, settings);
    return settings;
  }

  /** What the guild's admins keep out; `null` when nothing. */
  rulesOf(guildId: Snowflake): AdmissionRules | null {
    return this.#rules.get(guildId) ?? null;
  }

  #setRules(guildId: Snowflake, { ignored }: GuildSettings): void {
    const rules = AdmissionRules.from(ignored);
    if (rules === null) this.#rules.delete(guildId);
    else this.#rules.set(guildId, rules);
  }

  /** Costs one keyed hash, unless nobody opted out. */
  isOptedOut(userId: Snowflake): boolean {
    return this.#optedOut.size > 0 && this.#optedOut.has(this.#hash(userId));
  }

  /** In force at once; an error means that it may not survive a restart, so the caller must say so. */
  async optOut(userId: Snowflake): Promise<void> {
    const hash = this.#hash(userId);
    this.#optedOut.add(hash);
    await this.#store.addOptOut(hash);
  }

  async optIn(userId: Snowflake): Promise<void> {
    const hash = this.#hash(userId);
    await this.#store.removeOptOut(hash);
    this.#optedOut.delete(hash);
  }

  #hash(userId: Snowflake): string {
    return createHmac("sha256", this.#key).update(userId).digest("hex");
  }
}
