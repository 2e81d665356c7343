import type { Period } from "../period.ts";
import type { Snowflake } from "../snowflake.ts";
import type { ThemeName } from "../theme-name.ts";
import type { Visibility } from "../visibility.ts";
import type { VoiceStateName } from "../voice-state.ts";

/** What a guild's admins keep out of the counts: ids, and names of activities. */
export interface IgnoreLists {
  readonly channels: readonly Snowflake[];
  readonly categories: readonly Snowflake[];
  /** Members who have one of these roles are not counted. */
  readonly roles: readonly Snowflake[];
  readonly activities: readonly string[];
}

/** What an admin chose for one guild; `null` means the plugin's default. */
export interface GuildSettings {
  readonly enabled: boolean | null;
  /** IANA zone name in which days are cut. */
  readonly timeZone: string | null;
  /** BCP 47 tag of the language of public answers. `null`: the server's own in Discord. */
  readonly locale: string | null;
  readonly theme: ThemeName | null;
  /** Accent colour of cards, 0xRRGGBB; `"icon"`: the main colour of the guild's icon. */
  readonly accent: number | "icon" | null;
  /** States in which time in voice does not count. It is stored all the same, so that a choice reaches back. */
  readonly uncountedVoice: readonly VoiceStateName[] | null;
  /** The period of cards that are asked for without one; `null`: 30 days. */
  readonly defaultPeriod: Period | null;
  /** Who may look at whom; `null`: everyone at everyone. */
  readonly visibility: Visibility | null;
  /** Where members' commands are answered, with the threads there; empty: everywhere. */
  readonly commandChannels: readonly Snowflake[];
  /** Whether a card is for whoever asked alone, unless they say otherwise; `null`: no. */
  readonly privateByDefault: boolean | null;
  readonly ignored: IgnoreLists;
}

/** The settings of a guild in which nobody chose anything. */
export const UNSET_SETTINGS: GuildSettings = Object.freeze({
  enabled: null,
  timeZone: null,
  locale: null,
  theme: null,
  accent: null,
  uncountedVoice: null,
  defaultPeriod: null,
  visibility: null,
  commandChannels: Object.freeze([]),
  privateByDefault: null,
  ignored: Object.freeze({ channels: [], categories: [], roles: [], activities: [] }),
});
