import { stringify } from "lossless-json";

/** The key under which the cog's data lies. */
export const COG = "205192943327321000143939875896557571750";

interface ChannelData {
  total_messages: number;
  total_humans_messages: number;
  total_bots_messages: number;
  total_messages_members: Record<string, number>;
  messages: Record<string, number[]>;
  total_voice: number;
  total_humans_voice: number;
  total_bots_voice: number;
  total_voice_members: Record<string, number>;
  voice: Record<string, [number, number][]>;
}

interface MemberData {
  total_activities: number;
  total_activities_times: Record<string, number>;
}

/** The file's data; ids in lists are bigints, as they are bare numbers in the file. */
export interface RedFile {
  GLOBAL: {
    first_loading_time: number | null;
    toggle_activities_stats: boolean;
    default_state: boolean;
    ignored_users: bigint[];
  };
  GUILD: Record<
    string,
    {
      enabled?: boolean | null;
      ignored_categories?: bigint[];
      ignored_channels?: bigint[];
      ignored_activities?: string[];
    }
  >;
  TEXTCHANNEL: Record<string, ChannelData>;
  MEMBER: Record<string, Record<string, MemberData>>;
}

/** Writes settings.json as the cog does, from what happens on Discord. Instants and spans are in seconds. */
export class RedCog {
  readonly file: RedFile = {
    GLOBAL: {
      first_loading_time: 1_690_000_000,
      toggle_activities_stats: true,
      default_state: true,
      ignored_users: [],
    },
    GUILD: {},
    TEXTCHANNEL: {},
    MEMBER: {},
  };

  message(channelId: string, memberId: string, at: number, bot = false): void {
    const channel = this.channel(channelId);
    channel.total_messages += 1;
    channel[bot ? "total_bots_messages" : "total_humans_messages"] += 1;
    add(channel.total_messages_members, memberId, 1);
    own(channel.messages, memberId, []).push(at);
  }

  /** `keptInterval`: as early versions did, which alone wrote the interval down. */
  voice(
    channelId: string,
    memberId: string,
    start: number,
    end: number,
    { bot = false, keptInterval = false } = {},
  ): void {
    const channel = this.channel(channelId);
    channel.total_voice += end - start;
    channel[bot ? "total_bots_voice" : "total_humans_voice"] += end - start;
    add(channel.total_voice_members, memberId, end - start);
    if (keptInterval) own(channel.voice, memberId, []).push([start, end]);
  }

  activity(guildId: string, memberId: string, name: string, seconds: number): void {
    const member = own(own(this.file.MEMBER, guildId, {}), memberId, {
      total_activities: 0,
      total_activities_times: {},
    });
    member.total_activities += seconds;
    add(member.total_activities_times, name, seconds);
  }

  /** What `ignoreme` erases: the person, but not their part of the totals. */
  erase(memberId: string): void {
    for (const channel of Object.values(this.file.TEXTCHANNEL)) {
      delete channel.total_messages_members[memberId];
      delete channel.messages[memberId];
      delete channel.total_voice_members[memberId];
      delete channel.voice[memberId];
    }
    for (const members of Object.values(this.file.MEMBER)) delete members[memberId];
  }

  text(): string {
    return written({ [COG]: this.file });
  }

  private channel(channelId: string): ChannelData {
    return own(this.file.TEXTCHANNEL, channelId, {
      total_messages: 0,
      total_humans_messages: 0,
      total_bots_messages: 0,
      total_messages_members: {},
      messages: {},
      total_voice: 0,
      total_humans_voice: 0,
      total_bots_voice: 0,
      total_voice_members: {},
      voice: {},
    });
  }
}

/** JSON as Python writes it: whole numbers of any size bare, and nothing but ASCII. */
export function written(value: unknown): string {
  return (stringify(value) ?? "").replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function own<T>(object: Record<string, T>, key: string, initial: T): T {
  if (!Object.hasOwn(object, key)) {
    Object.defineProperty(object, key, {
      value: initial,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return object[key] ?? initial;
}

function add(object: Record<string, number>, key: string, amount: number): void {
  const value = own(object, key, 0) + amount;
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
