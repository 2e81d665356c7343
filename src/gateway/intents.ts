import { type Client, GatewayIntentBits } from "discord.js";
import { GuildStatsError } from "../errors.ts";

/**
 * The gateway intents without which nothing can be counted; none of them is privileged. Guilds: channels and
 * names. GuildMessages: that a message was sent, without its content. GuildVoiceStates: who is in voice.
 */
export const INTENTS = Object.freeze([
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildVoiceStates,
] as const);

/** The privileged intent without which nobody's activities are known; the client does not need it for all else. */
const ACTIVITIES_INTENT = GatewayIntentBits.GuildPresences;

/** Whether the client is told what members do. */
export function hasActivitiesIntent(client: Client): boolean {
  return client.options.intents.has(ACTIVITIES_INTENT);
}

/** What is said, once, where activities should be counted and cannot be. */
export function activitiesIntentMissing(): GuildStatsError {
  const missing = [GatewayIntentBits[ACTIVITIES_INTENT]];
  return new GuildStatsError(
    "INTENT_MISSING",
    `activities are not counted: the client lacks the gateway intent ${missing.join()}`,
    { details: { missing, option: "activities" } },
  );
}

/** @throws `INTENT_MISSING` naming the intents that the client lacks */
export function requireIntents(client: Client): void {
  const missing = INTENTS.filter((intent) => !client.options.intents.has(intent)).map(
    (intent) => GatewayIntentBits[intent],
  );
  if (missing.length > 0) {
    throw new GuildStatsError(
      "INTENT_MISSING",
      `the client lacks the gateway intents ${missing.join(", ")}; create it with GuildStats.intents`,
      { details: { missing } },
    );
  }
}
