import type { Client, Guild } from "discord.js";
import type { GuildState } from "../counting/observer.ts";
import type { Snowflake } from "../snowflake.ts";
import type { Presences } from "./presences.ts";
import type { Voices } from "./voices.ts";

/** What was told of a guild's members. */
export interface Told {
  readonly voices: Voices;
  /** `null`: activities are not counted. */
  readonly presences: Presences | null;
}

/** All that is known of a guild that counts. */
export function guildState(guild: Guild, { voices, presences }: Told): GuildState {
  return {
    guildId: guild.id,
    voices: voices.present(guild),
    company: voices.company(guild.id),
    members: guild.memberCount,
    activities: presences?.present(guild) ?? null,
  };
}

/** The same of a guild by its id; `null` when the client does not know it, or it is in an outage. */
export function clientGuildStates(client: Client, told: Told): (guildId: Snowflake) => GuildState | null {
  return (guildId) => {
    const guild = client.guilds.cache.get(guildId);
    return guild?.available ? guildState(guild, told) : null;
  };
}
