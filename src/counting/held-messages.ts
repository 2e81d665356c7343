import { isOlder, type Snowflake } from "../snowflake.ts";
import type { MessageObservation } from "./observations.ts";

/** More live messages than this are not held back: the gap is given up, and they are counted. */
export const MOST_HELD = 10_000;

interface HeldGuild {
  /** By channel. */
  readonly channels: Map<Snowflake, MessageObservation[]>;
  /** Those that waited already when the guild was held anew. */
  earlier: MessageObservation[];
  /** Those that another process may have counted. */
  doubtful: ReadonlySet<MessageObservation>;
}

interface HeldChannel {
  readonly guildId: Snowflake;
  messages: MessageObservation[];
  /** Those that waited when the guild was held anew: whoever reads the channel may come to them. */
  earlier: MessageObservation[];
  /** Up to where the channel is read; `null`: nowhere yet. */
  readId: Snowflake | null;
  /** See {@link HeldMessages.timesHeldAnew}. */
  timesHeldAnew: number;
}

/**
 * Live messages of channels whose gap is being read back. They wait, so that each channel's messages are counted in
 * the order of their ids, and a crash meanwhile leaves one gap and not two: what waits is read back next time.
 */
export class HeldMessages {
  /** Guilds of which it is not known yet which channels have a gap: every message waits. */
  readonly #guilds = new Map<Snowflake, HeldGuild>();
  /** Guilds whose messages ceased to wait because there were too many. */
  readonly #crowded = new Set<Snowflake>();
  /** Channels that are being read. */
  readonly #channels = new Map<Snowflake, HeldChannel>();

  /**
   * From now on all messages of the guild wait. Those that wait already in a channel that is read are set aside: between
   * them and what comes now there may be another gap, and whoever reads the channel comes to them again.
   */
  holdGuild(guildId: Snowflake): void {
    const before = this.#guilds.get(guildId) ?? heldGuild([]);
    this.#guilds.set(guildId, heldGuild(allOf(before).slice(-MOST_HELD), before.doubtful));
    this.#crowded.delete(guildId);
    for (const channel of this.#channels.values()) {
      if (channel.guildId !== guildId) continue;
      channel.earlier = [...channel.earlier, ...channel.messages].slice(-MOST_HELD);
      channel.messages = [];
      channel.timesHeldAnew++;
    }
  }

  /** What waits in the guild may have been counted by the process that held it before. */
  doubt(guildId: Snowflake): void {
    const guild = this.#guilds.get(guildId);
    if (guild) guild.doubtful = new Set(allOf(guild));
  }

  /**
   * From now on only messages of these channels of the guild wait.
   * @param isUncounted asked of those that wait: the others are dropped
   * @returns the messages of the other channels, to be counted now
   */
  holdChannels(
    guildId: Snowflake,
    channelIds: Iterable<Snowflake>,
    isUncounted: (message: MessageObservation) => boolean,
  ): MessageObservation[] {
    const guild = this.#guilds.get(guildId) ?? heldGuild([]);
    this.#guilds.delete(guildId);
    const earlier = guild.earlier.filter(isUncounted);
    for (const channelId of channelIds) {
      const messages = (guild.channels.get(channelId) ?? []).filter(isUncounted);
      const channel = { guildId, messages, earlier: of(channelId, earlier), readId: null, timesHeldAnew: 0 };
      this.#channels.set(channelId, channel);
      guild.channels.delete(channelId);
    }
    const unread = earlier.filter(({ channelId }) => !this.#channels.has(channelId));
    return [...unread, ...[...guild.channels.values()].flat().filter(isUncounted)];
  }

  /**
   * A live message came.
   * @returns what is to be counted now: nothing while the message has to wait; all that waited, and the message, when
   *   it is one too many of its channel, or of a guild whose gaps are not known yet, but for what is in doubt there
   */
  take(message: MessageObservation): readonly MessageObservation[] {
    const { guildId, channelId } = message;
    const channel = this.#channels.get(channelId);
    const guild = this.#guilds.get(guildId);
    if (channel === undefined && guild === undefined) return [message];
    const waiting = channel?.messages ?? guild?.channels.get(channelId) ?? [];
    waiting.push(message);
    if (channel !== undefined) return waiting.length > MOST_HELD ? this.release(channelId) : [];
    guild?.channels.set(channelId, waiting);
    const lists = [...(guild?.channels.values() ?? [])];
    if (lists.reduce((sum, { length }) => sum + length, 0) <= MOST_HELD) return [];
    this.#guilds.delete(guildId);
    this.#crowded.add(guildId);
    return guild ? allOf(guild).filter((each) => !guild.doubtful.has(each)) : [];
  }

  /** The oldest message that waits in a channel; `null` when none does. */
  oldestOf(channelId: Snowflake): Snowflake | null {
    return this.#channels.get(channelId)?.messages[0]?.messageId ?? null;
  }

  /** Whether the channel is being read already. */
  isReading(channelId: Snowflake): boolean {
    return this.#channels.has(channelId);
  }

  /** The channel is read up to here. */
  read(channelId: Snowflake, readId: Snowflake): void {
    const channel = this.#channels.get(channelId);
    if (channel) channel.readId = readId;
  }

  /** How often {@link holdGuild} came since the channel is being read. */
  timesHeldAnew(channelId: Snowflake): number {
    return this.#channels.get(channelId)?.timesHeldAnew ?? 0;
  }

  /** Whether so many messages of the guild came that they ceased to wait: its gaps must not be read any more. */
  isCrowded(guildId: Snowflake): boolean {
    return this.#crowded.has(guildId);
  }

  /** The channel's gap is closed, or given up. @returns what waited and was not read, to be counted now */
  release(channelId: Snowflake): MessageObservation[] {
    const channel = this.#channels.get(channelId);
    this.#channels.delete(channelId);
    if (channel === undefined) return [];
    const { earlier, messages, readId } = channel;
    const unread = earlier.filter(({ messageId }) => readId === null || isOlder(readId, messageId));
    return [...unread, ...messages];
  }

  /** How many messages of a user wait. */
  countOf(userId: Snowflake): number {
    return this.#all().filter((message) => message.userId === userId).length;
  }

  /** Whose messages wait; some several times. */
  userIds(): Snowflake[] {
    return this.#all().map(({ userId }) => userId);
  }

  #all(): MessageObservation[] {
    const lists = Array.from(this.#guilds.values(), allOf);
    for (const { earlier, messages } of this.#channels.values()) lists.push(earlier, messages);
    return lists.flat();
  }

  /** Nothing of an erased guild waits, and none of its channels is read on. */
  forgetGuild(guildId: Snowflake): void {
    this.#guilds.delete(guildId);
    this.#crowded.delete(guildId);
    for (const [channelId, channel] of this.#channels)
      if (channel.guildId === guildId) this.#channels.delete(channelId);
  }

  /** Nothing of an erased user waits. @param guildId in this guild only; `null`: in all */
  forget(userId: Snowflake, guildId: Snowflake | null): void {
    const others = (list: MessageObservation[]): MessageObservation[] =>
      list.filter(
        (message) => message.userId !== userId || (guildId !== null && message.guildId !== guildId),
      );
    for (const guild of this.#guilds.values()) {
      guild.earlier = others(guild.earlier);
      for (const [id, list] of guild.channels) guild.channels.set(id, others(list));
    }
    for (const channel of this.#channels.values()) {
      channel.earlier = others(channel.earlier);
      channel.messages = others(channel.messages);
    }
  }

  /** Whether nothing waits anywhere, so that most messages need no lookup. */
  get isIdle(): boolean {
    return this.#guilds.size === 0 && this.#channels.size === 0;
  }
}

/** All that wait in a guild, those that came first before the others of their channel. */
function allOf({ channels, earlier }: HeldGuild): MessageObservation[] {
  return [...earlier, ...[...channels.values()].flat()];
}

function heldGuild(
  earlier: MessageObservation[],
  doubtful: ReadonlySet<MessageObservation> = new Set(),
): HeldGuild {
  return { channels: new Map(), earlier, doubtful };
}

function of(channelId: Snowflake, messages: readonly MessageObservation[]): MessageObservation[] {
  return messages.filter((message) => message.channelId === channelId);
}
