import { type Guild, LimitedCollection } from "discord.js";
import { GuildStatsError } from "../errors.ts";

/**
 * What is said where the client drops voice states of who is there: who is in voice, and with whom, is known from there alone.
 * `null`: it keeps them, as far as can be told of this guild. To sweep those who have hung up is well and good.
 */
export function voiceStatesDropped(guild: Guild): GuildStatsError | null {
  const dropping = [
    ...(guild.voiceStates.cache instanceof LimitedCollection ? ["makeCache: VoiceStateManager"] : []),
    ...(sweepsWhoIsThere(guild) ? ["sweepers: voiceStates"] : []),
  ];
  if (dropping.length === 0) return null;
  return new GuildStatsError(
    "OPTION_INVALID",
    `time in voice is not counted as it was: the client drops voice states (${dropping.join("; ")})`,
    { details: { dropping } },
  );
}

function sweepsWhoIsThere({ client, voiceStates }: Guild): boolean {
  const sweeps = client.options.sweepers?.voiceStates?.filter() ?? null;
  if (sweeps === null) return false;
  return voiceStates.cache.some(
    (state, userId, all) => state.channelId !== null && sweeps(state, userId, all),
  );
}
