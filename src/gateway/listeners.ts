import {
  type Client,
  type ClientEvents,
  Events,
  GatewayDispatchEvents,
  type GatewayGuildCreateDispatchData,
  type GatewayGuildMemberAddDispatchData,
  type GatewayGuildMemberRemoveDispatchData,
  type GatewayPresenceUpdateDispatchData,
  type GatewayVoiceStateUpdateDispatchData,
  type Guild,
  type GuildMember,
  type Snowflake,
} from "discord.js";
import type { MessageObservation } from "../counting/observations.ts";
import type { Observer } from "../counting/observer.ts";
import { voiceStatesDropped } from "./caches.ts";
import { onArrivals } from "./guild-arrivals.ts";
import { guildState } from "./guild-state.ts";
import { onGuildsLeft } from "./left-guilds.ts";
import { observeMessage } from "./messages.ts";
import type { Presences } from "./presences.ts";
import { onRoleChanges } from "./role-changes.ts";
import { onUntoldMessages } from "./untold-messages.ts";
import type { Voices } from "./voices.ts";

/**
 * Tells an observer of the client's events. Each listener is synchronous; what it throws goes to `failed`,
 * never to the host's emitter.
 * @param presences `null`: activities are not counted
 * @returns stops listening
 */
export function listen(
  client: Client,
  observer: Observer,
  voices: Voices,
  presences: Presences | null,
  failed: (thrown: unknown) => void,
): () => void {
  const stops: (() => void)[] = [];
  const guarded =
    <Args extends readonly unknown[]>(react: (...args: Args) => void) =>
    (...args: Args): void => {
      try {
        react(...args);
      } catch (thrown) {
        failed(thrown);
      }
    };
  const on = <E extends keyof ClientEvents>(event: E, react: (...args: ClientEvents[E]) => void): void => {
    const listener = guarded(react);
    client.on(event, listener);
    stops.push(() => client.off(event, listener));
  };
  /** What the client's own events do not tell; called ahead of the client's own handling. */
  const onPacket = <Data>(event: GatewayDispatchEvents, react: (data: Data) => void): void => {
    const listener = guarded(react);
    client.ws.on(event, listener);
    stops.push(() => client.ws.off(event, listener));
  };

  on(Events.MessageCreate, (message) => {
    const observation = observeMessage(message);
    if (observation) observer.message(observation);
  });
  stops.push(
    onUntoldMessages(
      client,
      guarded((message: MessageObservation) => observer.message(message)),
    ),
  );
  onPacket(GatewayDispatchEvents.VoiceStateUpdate, (data: GatewayVoiceStateUpdateDispatchData) => {
    const change = voices.told(data);
    if (change) observer.voice(...change);
  });
  onPacket(GatewayDispatchEvents.GuildCreate, (data: GatewayGuildCreateDispatchData) => voices.listed(data));
  on(Events.VoiceStateUpdate, (before, after) => {
    const change = voices.heard(before, after);
    if (change) observer.voice(...change);
  });
  if (presences) {
    onPacket(GatewayDispatchEvents.PresenceUpdate, (data: GatewayPresenceUpdateDispatchData) => {
      const observation = presences.observe(data);
      if (observation) observer.activities(observation);
    });
    onPacket(GatewayDispatchEvents.GuildCreate, (data: GatewayGuildCreateDispatchData) =>
      presences.arriving(data),
    );
    // With the members intent only. The client's own event leaves out those who left while it was away.
    onPacket(GatewayDispatchEvents.GuildMemberRemove, (data: GatewayGuildMemberRemoveDispatchData) =>
      observer.activities(presences.departed(data.guild_id, data.user.id)),
    );
  }
  on(Events.GuildUnavailable, (guild) => observer.loseGuild(guild.id));
  stops.push(
    onGuildsLeft(
      client,
      guarded((guildId: Snowflake) => {
        voices.left(guildId);
        presences?.left(guildId);
        observer.leaveGuild(guildId);
      }),
    ),
  );
  on(Events.GuildUpdate, (before, after) => {
    if (before.afkChannelId !== after.afkChannelId)
      observer.readmitVoice(after.id, voices.present(after), voices.company(after));
  });
  const guildsOf = (shardId: number) => client.guilds.cache.filter((guild) => guild.shardId === shardId);
  const lose = (shardId: number): void => {
    for (const guildId of guildsOf(shardId).keys()) observer.loseGuild(guildId);
  };
  on(Events.ShardReconnecting, lose);
  on(Events.ShardDisconnect, (_event, shardId) => lose(shardId));
  // Emitted behind the events that were missed.
  on(Events.ShardResume, (shardId) => {
    for (const guild of guildsOf(shardId).values()) {
      // One that has an outage of its own is still not told of.
      if (!guild.available) continue;
      observer.regainGuild(guild.id);
      // The client's sum, whatever was told here of it.
      observer.memberCount(guild.id, guild.memberCount);
    }
  });
  // These come with the members intent only. The client's own events leave out those who leave and are not in its cache,
  // which is most of them, and whoever came or went while a session was resumed.
  const moved = ({ guild_id }: { readonly guild_id: Snowflake }, change: 1 | -1): void => {
    const guild = client.guilds.cache.get(guild_id);
    // One that has not come yet does not know how many it has.
    if (guild?.available) observer.memberChange(guild.id, change, guild.memberCount + change);
  };
  onPacket(GatewayDispatchEvents.GuildMemberAdd, (data: GatewayGuildMemberAddDispatchData) => moved(data, 1));
  onPacket(GatewayDispatchEvents.GuildMemberRemove, (data: GatewayGuildMemberRemoveDispatchData) => {
    moved(data, -1);
    // Discord tells behind that that they hung up, and by then the client has forgotten where.
    const guild = client.guilds.cache.get(data.guild_id);
    const change = guild && voices.departs(guild, data.user.id);
    if (change) observer.voice(...change);
  });
  // A role may decide whether the member is counted.
  stops.push(
    onRoleChanges(
      client,
      guarded(({ guild, id }: GuildMember) => {
        const voice = voices.of(guild, id);
        if (voice) observer.voice(voice, []);
        const observation = presences?.last(guild, id);
        if (observation) observer.readmitActivities(observation);
      }),
    ),
  );
  let isToldOfCaches = false;
  // A guild comes with its whole list of voice states; what was said meanwhile did not come, and is read back.
  stops.push(
    onArrivals(
      client,
      guarded((guild: Guild) => {
        observer.arrived(guildState(guild, voices, presences));
        const dropped = isToldOfCaches ? null : voiceStatesDropped(guild);
        if (dropped === null) return;
        isToldOfCaches = true;
        failed(dropped);
      }),
    ),
  );
  return () => {
    for (const stop of stops) stop();
  };
}
