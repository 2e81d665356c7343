import type { Snowflake } from "../snowflake.ts";
import type { ActivityObservation, Company, VoiceObservation } from "./observations.ts";
import type { LateObserver } from "./observer.ts";

/** What the gateway told of a guild, other than a message or all of the guild: to be counted later. */
export type Happening =
  /** How a member is in voice from then on, and how many are in the channels concerned. */
  | { readonly kind: "voice"; readonly voice: VoiceObservation; readonly company: Company }
  /** How many are in channels: what is left of one who was erased. */
  | { readonly kind: "company"; readonly company: Company }
  /** The same of all who are in voice: it was decided anew who is counted. */
  | { readonly kind: "voices"; readonly voices: readonly VoiceObservation[]; readonly company: Company }
  /** All that a member does from then on. */
  | { readonly kind: "activities"; readonly doing: ActivityObservation }
  /** The same, of which nothing counts from before. */
  | { readonly kind: "readmitted"; readonly doing: ActivityObservation }
  /** Somebody joined or left: to be counted whatever was before it, once. All others are told twice without harm. */
  | { readonly kind: "coming"; readonly change: 1 | -1; readonly members: number }
  | { readonly kind: "members"; readonly members: number }
  /** The line was lost. */
  | { readonly kind: "lost" }
  /** It is back, and all that was missed has been told. */
  | { readonly kind: "back" };

/** Tells somebody of it, at once or later. @param atMs when it happened, Unix milliseconds */
export function tell(observer: LateObserver, guildId: Snowflake, happening: Happening, atMs: number): void {
  switch (happening.kind) {
    case "voice":
      observer.voice(happening.voice, happening.company, atMs);
      break;
    case "company":
      observer.company(guildId, happening.company, atMs);
      break;
    case "voices":
      observer.readmitVoice(guildId, happening.voices, happening.company, atMs);
      break;
    case "activities":
      observer.activities(happening.doing, atMs);
      break;
    case "readmitted":
      observer.readmitActivities(happening.doing, atMs);
      break;
    case "coming":
      observer.memberChange(guildId, happening.change, happening.members, atMs);
      break;
    case "members":
      observer.memberCount(guildId, happening.members, atMs);
      break;
    case "lost":
      observer.loseGuild(guildId, atMs);
      break;
    case "back":
      observer.regainGuild(guildId);
      break;
    default:
      happening satisfies never;
  }
}

/** The same as it would be if a user had no part in it; `null`: nothing is left of it. */
export function without(happening: Happening, userId: Snowflake): Happening | null {
  switch (happening.kind) {
    case "voice":
      return happening.voice.userId === userId ? { kind: "company", company: happening.company } : happening;
    case "voices":
      return { ...happening, voices: happening.voices.filter((voice) => voice.userId !== userId) };
    case "activities":
    case "readmitted":
      return happening.doing.userId === userId ? null : happening;
    default:
      return happening;
  }
}

/** How members are in voice from then on; of a single one, or of all who are. */
export function voicesOf(happening: Happening): readonly VoiceObservation[] {
  if (happening.kind === "voices") return happening.voices;
  return happening.kind === "voice" ? [happening.voice] : [];
}

/** What a member does from then on. */
export function doingOf(happening: Happening): readonly ActivityObservation[] {
  return "doing" in happening ? [happening.doing] : [];
}

/** Whose it is. */
export function usersOf(happening: Happening): readonly Snowflake[] {
  return [...voicesOf(happening), ...doingOf(happening)].map(({ userId }) => userId);
}
