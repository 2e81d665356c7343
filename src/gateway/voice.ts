import type { Guild, VoiceState } from "discord.js";
import type { VoiceObservation } from "../counting/observations.ts";

/** Where a voice state puts its member. The guild's AFK channel is not a place to gather time in. */
export function observeVoice(state: VoiceState): VoiceObservation {
  const { guild, id: userId, channelId } = state;
  return {
    guildId: guild.id,
    userId,
    bot: state.member?.user.bot ?? state.client.users.cache.get(userId)?.bot ?? false,
    channelId: channelId === guild.afkChannelId ? null : channelId,
  };
}

/** Everyone who is in a counted voice channel of the guild. */
export function observeVoices(guild: Guild): VoiceObservation[] {
  return guild.voiceStates.cache.map(observeVoice).filter(({ channelId }) => channelId !== null);
}
