import { isThread } from "./channels.ts";
import { PRESENCES, VOICE_STATES } from "./intents.ts";
import type { World } from "./world.ts";

/** For whom the guild is described. */
export interface GuildReader {
  readonly userId: string;
  readonly intents: number;
  /** A guild with more members is large. */
  readonly largeThreshold: number;
}

/**
 * The body of GUILD_CREATE. Without the presence intent it lists only the bot and who is in voice; with it, all
 * members, or of a large guild those who are not offline (Discord's gateway documentation, "Guild Create"). One that has an
 * outage says no more than that.
 */
export function guildCreate(guild: World, reader: GuildReader): object {
  if (guild.isOut) return { id: guild.id, unavailable: true };
  const large = guild.members.size > reader.largeThreshold;
  const withPresences = (reader.intents & PRESENCES) !== 0;
  const members = [...guild.members.values()].filter(
    ({ user: { id } }) =>
      id === reader.userId || guild.voice.has(id) || (withPresences && (!large || guild.presences.has(id))),
  );
  const voice = (reader.intents & VOICE_STATES) === 0 ? [] : [...guild.voice.values()];
  const presences = withPresences ? [...guild.presences.values()] : [];
  return {
    id: guild.id,
    name: guild.name,
    icon: guild.icon,
    splash: null,
    discovery_splash: null,
    banner: guild.banner,
    description: null,
    owner_id: guild.ownerId,
    afk_channel_id: guild.afkChannelId,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    premium_tier: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: guild.locale,
    features: [],
    emojis: [],
    stickers: [],
    roles: guild.roles,
    joined_at: new Date(0).toISOString(),
    large,
    unavailable: false,
    member_count: guild.members.size,
    members,
    channels: guild.channels
      .filter((channel) => !isThread(channel))
      .map((each) => guild.channelPayload(each)),
    threads: guild.channels
      .filter((channel) => isThread(channel) && channel.thread_metadata?.archived !== true)
      .map((each) => guild.channelPayload(each)),
    voice_states: voice.map(({ member: _, guild_id: __, ...state }) => state),
    presences: presences.map(({ guild_id: _, ...presence }) => presence),
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
