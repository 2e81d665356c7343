import type { Client, Interaction } from "discord.js";
import type { Card, ThemeName } from "../cards/card.ts";
import type { Clock } from "../clock.ts";
import type { ErasedMeanwhile } from "../exports/guild-export.ts";
import { type Translator, translatorFor } from "../i18n/translator.ts";
import type { Metrics } from "../metrics.ts";
import type { Privacy } from "../privacy/privacy.ts";
import type { Snowflake } from "../snowflake.ts";
import type { Queries } from "../stats/queries.ts";
import type { GuildSettings, Store, StoredPlace } from "../store/store.ts";
import type { Administration } from "./admin/administration.ts";
import type { PastImports } from "./admin/past-imports.ts";
import type { Cooldowns } from "./cards/cooldowns.ts";
import type { ComponentIds } from "./component-id.ts";
import type { Schedule } from "./posts/schedule.ts";
import type { Questions } from "./questions.ts";
import type { Underway } from "./underway.ts";

/** What commands need of the plugin. */
export interface CommandContext {
  readonly client: Client<true>;
  readonly clock: Clock;
  readonly queries: Queries;
  readonly privacy: Privacy;
  readonly imports: PastImports;
  readonly administration: Administration;
  readonly schedule: Schedule;
  /** Makes and reads the ids of components. */
  readonly ids: ComponentIds;
  /** Presses that are being answered. */
  readonly presses: Underway;
  /** By user: their own data is being gathered. */
  readonly ownExports: Underway;
  /** Questions that wait for an answer. */
  readonly questions: Questions;
  /** How many cards may be asked for. */
  readonly cooldowns: Cooldowns;
  /** BCP 47 tag of cards that others may see, where a guild chose none; `null`: the one that it told Discord. */
  readonly locale: string | null;
  readonly theme: ThemeName;
  readonly accent: Card["accent"];
  readonly ownerIds: readonly Snowflake[];
  readonly countsActivities: boolean;
  /** IANA zone in which days are cut where a guild chose none. */
  readonly timeZone: string;
  isEnabled(guildId: Snowflake): boolean;
  settingsOf(guildId: Snowflake): GuildSettings;
  /** The IANA zone in which a guild's days are cut. */
  timeZoneOf(guildId: Snowflake): string;
  /** A channel as it was last stored; `null` when it never was. */
  storedChannel(guildId: Snowflake, channelId: Snowflake): Pick<StoredPlace, "name" | "parentId"> | null;
  /** The card as a PNG file's bytes. */
  render(card: Card): Promise<Buffer>;
  /** Guilds whose counts are being exported, and who was erased since that began. */
  readonly exporting: Map<Snowflake, ErasedMeanwhile>;
  /** Writes what is dirty now. @throws `STORE_*` */
  flush(): Promise<unknown>;
  /** See `Store.exportPage`. */
  exportPage: Store["exportPage"];
  /** Figures of the moment. */
  metrics(): Metrics;
  /** Takes what went wrong behind an answer; must not throw. */
  failed(thrown: unknown): void;
}

/** What only the user reads is in the user's language. Cards, which others may see: `look.ts`. */
export function wordsFor(interaction: Interaction): Translator {
  return translatorFor(interaction.locale);
}
