import { type Guild, LimitedCollection } from "discord.js";
import { GuildStatsError } from "../errors.ts";

/**
 * What is said where the client drops voice states: who is in voice, and with whom, is known from there alone. `null`: it
 * keeps them.
 */
export function voiceStatesDropped({ client, voiceStates }: Guild): GuildStatsError | null {
  const dropping = [
    ...(voiceStates.cache instanceof LimitedCollection ? ["makeCache: VoiceStateManager"] : []),
    ...(client.options.sweepers?.voiceStates === undefined ? [] : ["sweepers: voiceStates"]),
  ];
  if (dropping.length === 0) return null;
  return new GuildStatsError(
    "OPTION_INVALID",
    `time in voice is not counted as it was: the client drops voice states (${dropping.join("; ")})`,
    { details: { dropping } },
  );
}
