import type { Client, Guild } from "discord.js";
import type { GuildState } from "../counting/observer.ts";
import type { Snowflake } from "../snowflake.ts";
import type { Presences } from "./presences.ts";
import type { Voices } from "./voices.ts";

/** All that the client knows of a guild that counts. @param presences `null`: activities are not counted */
export function guildState(guild: Guild, voices: Voices, presences: Presences | null): GuildState {
  return {
    guildId: guild.id,
    voices: voices.present(guild),
    company: voices.company(guild),
    members: guild.memberCount,
    activities: presences?.present(guild) ?? null,
  };
}

/** The same of a guild by its id; `null` when the client does not know it, or it is in an outage. */
export function clientGuildStates(
  client: Client,
  voices: Voices,
  presences: Presences | null,
): (guildId: Snowflake) => GuildState | null {
  return (guildId) => {
    const guild = client.guilds.cache.get(guildId);
    return guild?.available ? guildState(guild, voices, presences) : null;
  };
}
