import { ChannelType, type Guild, type Snowflake, type VoiceState } from "discord.js";
import type { Company, VoiceObservation } from "../counting/observations.ts";
import { VOICE_STATES } from "../voice-state.ts";

/** Where a voice state puts its member, and how the time there is spent. */
export function observeVoice(state: VoiceState): VoiceObservation {
  const { guild, id: userId, channelId, sessionId } = state;
  return {
    guildId: guild.id,
    userId,
    bot: isBot(state),
    channelId,
    sessionId: sessionId ?? "",
    state: channelId === null ? 0 : bitsOf(state),
  };
}

/** Everyone who is in a voice channel of the guild. */
export function observeVoices(guild: Guild): VoiceObservation[] {
  return guild.voiceStates.cache.map(observeVoice).filter(({ channelId }) => channelId !== null);
}

/** How many people are in the channels that a change touched; nothing when the channel stayed the same. */
export function companyAfter(before: VoiceState, after: VoiceState): Company {
  if (before.channelId === after.channelId) return [];
  const people = peopleIn(after.guild);
  return [before.channelId, after.channelId]
    .filter((channelId) => channelId !== null)
    .map((channelId) => [channelId, people.get(channelId) ?? 0] as const);
}

/** A member leaves the guild, and with it the channel where this state puts them. */
export function observeLeaving(state: VoiceState): [VoiceObservation, Company] {
  const { channelId } = state;
  const left = { ...observeVoice(state), channelId: null, state: 0 };
  if (channelId === null) return [left, []];
  const people = peopleIn(state.guild).get(channelId) ?? 0;
  return [left, [[channelId, isBot(state) ? people : people - 1]]];
}

/** How many people are in each voice channel of the guild. */
export function companyOf(guild: Guild): Company {
  return [...peopleIn(guild)];
}

function peopleIn(guild: Guild): Map<Snowflake, number> {
  const people = new Map<Snowflake, number>();
  for (const state of guild.voiceStates.cache.values()) {
    if (state.channelId !== null && !isBot(state))
      people.set(state.channelId, (people.get(state.channelId) ?? 0) + 1);
  }
  return people;
}

function isBot({ id, member, client }: VoiceState): boolean {
  return member?.user.bot ?? client.users.cache.get(id)?.bot ?? false;
}

function bitsOf(state: VoiceState): number {
  const { guild, channel, channelId } = state;
  const onStage = channel?.type === ChannelType.GuildStageVoice;
  let bits = 0;
  if (channelId === guild.afkChannelId) bits |= VOICE_STATES.afk;
  if (state.selfMute) bits |= VOICE_STATES.selfMuted;
  if (state.serverMute) bits |= VOICE_STATES.serverMuted;
  if (state.selfDeaf) bits |= VOICE_STATES.selfDeafened;
  if (state.serverDeaf) bits |= VOICE_STATES.serverDeafened;
  if (state.streaming) bits |= VOICE_STATES.streaming;
  if (state.selfVideo) bits |= VOICE_STATES.camera;
  if (onStage) bits |= state.suppress ? VOICE_STATES.stageAudience : VOICE_STATES.stageSpeaker;
  return bits;
}
