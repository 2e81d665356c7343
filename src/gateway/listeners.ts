import { type Client, type ClientEvents, Events } from "discord.js";
import type { Counter } from "../counting/counter.ts";
import { observeMessage } from "./messages.ts";
import { observeVoice, observeVoices } from "./voice.ts";

/**
 * Feeds the counter from the client's events. Each listener is synchronous; what it throws goes to `failed`,
 * never to the host's emitter.
 * @returns stops listening
 */
export function listen(client: Client, counter: Counter, failed: (thrown: unknown) => void): () => void {
  const stops: (() => void)[] = [];
  const on = <E extends keyof ClientEvents>(event: E, react: (...args: ClientEvents[E]) => void): void => {
    const listener = (...args: ClientEvents[E]): void => {
      try {
        react(...args);
      } catch (thrown) {
        failed(thrown);
      }
    };
    client.on(event, listener);
    stops.push(() => client.off(event, listener));
  };

  on(Events.MessageCreate, (message) => {
    const observation = observeMessage(message);
    if (observation) counter.message(observation);
  });
  on(Events.VoiceStateUpdate, (_before, after) => counter.voice(observeVoice(after)));
  // After an outage the guild comes back with its whole list of voice states.
  on(Events.GuildAvailable, (guild) => counter.reconcileVoice(guild.id, observeVoices(guild)));
  on(Events.GuildCreate, (guild) => counter.reconcileVoice(guild.id, observeVoices(guild)));
  on(Events.GuildUnavailable, (guild) => counter.leaveGuild(guild.id));
  on(Events.GuildDelete, (guild) => counter.leaveGuild(guild.id));
  // Guilds that arrived before the listeners did.
  for (const guild of client.guilds.cache.values()) {
    if (guild.available) counter.reconcileVoice(guild.id, observeVoices(guild));
  }
  return () => {
    for (const stop of stops) stop();
  };
}
