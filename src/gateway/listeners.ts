import {
  type Client,
  type ClientEvents,
  Events,
  GatewayDispatchEvents,
  type GatewayGuildCreateDispatchData,
  type GatewayGuildMemberAddDispatchData,
  type GatewayGuildMemberRemoveDispatchData,
  type GatewayPresenceUpdateDispatchData,
  type Guild,
  type Snowflake,
} from "discord.js";
import type { MessageObservation } from "../counting/observations.ts";
import type { Observer } from "../counting/observer.ts";
import { onArrivals } from "./guild-arrivals.ts";
import { guildState, type Told } from "./guild-state.ts";
import { updateKeptBack } from "./kept-back.ts";
import { onGuildsLeft } from "./left-guilds.ts";
import { observeMessage } from "./messages.ts";
import { onRoleChanges } from "./role-changes.ts";
import { onUntoldMessages } from "./untold-messages.ts";
import { onVoiceMoves } from "./voice-moves.ts";
import type { Moved } from "./voices.ts";

/**
 * Tells an observer of the client's events. Each listener is synchronous; what it throws goes to `failed`,
 * never to the host's emitter.
 * @param told of members; it is told here
 * @returns stops listening
 */
export function listen(
  client: Client,
  observer: Observer,
  told: Told,
  failed: (thrown: unknown) => void,
): () => void {
  const { voices, presences } = told;
  // Ahead of all that listens to packets, of which it changes older ones only.
  const stops: (() => void)[] = [updateKeptBack(client)];
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
  const moved = guarded((change: Moved) => observer.voice(...change));
  stops.push(onVoiceMoves(client, voices, moved));
  onPacket(GatewayDispatchEvents.GuildCreate, (data: GatewayGuildCreateDispatchData) => voices.listed(data));
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
  const readmitVoice = (guild: Guild): void =>
    observer.readmitVoice(guild.id, voices.present(guild), voices.company(guild.id));
  on(Events.GuildUpdate, (before, after) => {
    if (before.afkChannelId !== after.afkChannelId) readmitVoice(after);
  });
  on(Events.ChannelUpdate, (before, after) => {
    if (before.isDMBased() || after.isDMBased()) return;
    // Its category may decide whether it is counted.
    if (before.parentId !== after.parentId) readmitVoice(after.guild);
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
  const counted = ({ guild_id }: { readonly guild_id: Snowflake }, change: 1 | -1): void => {
    const guild = client.guilds.cache.get(guild_id);
    // One that has not come yet does not know how many it has.
    if (guild?.available) observer.memberChange(guild.id, change, guild.memberCount + change);
  };
  onPacket(GatewayDispatchEvents.GuildMemberAdd, (data: GatewayGuildMemberAddDispatchData) =>
    counted(data, 1),
  );
  onPacket(GatewayDispatchEvents.GuildMemberRemove, (data: GatewayGuildMemberRemoveDispatchData) => {
    counted(data, -1);
    // Discord tells behind that that they hung up, and by then the client has forgotten where.
    const change = voices.departed(data.guild_id, data.user.id);
    if (change) moved(change);
  });
  // A role may decide whether the member is counted.
  stops.push(
    onRoleChanges(client, {
      ofMember: guarded((guild: Guild, userId: Snowflake) => {
        const voice = voices.of(guild, userId);
        if (voice) observer.voice(voice, []);
        const doing = presences?.last(guild, userId);
        if (doing) observer.readmitActivities(doing);
      }),
      ofAll: guarded((guild: Guild) => {
        readmitVoice(guild);
        for (const doing of presences?.present(guild) ?? []) observer.readmitActivities(doing);
      }),
    }),
  );
  // A guild comes with its whole list of voice states; what was said meanwhile did not come, and is read back.
  stops.push(
    onArrivals(
      client,
      guarded((guild: Guild) => observer.arrived(guildState(guild, told))),
    ),
  );
  return () => {
    for (const stop of stops) stop();
  };
}
