import { snowflakeMs } from "../../src/snowflake.ts";
import type { Channel } from "./payloads.ts";
import { snowflake } from "./snowflake.ts";

export const FORUM = 15;
export const STAGE = 13;
const VOICE = 2;

export type ChannelOptions = Partial<Channel> & { readonly name: string };

/** Announcement, public and private threads. */
export function isThread({ type }: { readonly type: number }): boolean {
  return type >= 10 && type <= 12;
}

export function makeChannel(guildId: string, position: number, channel: ChannelOptions): Channel {
  const id = channel.id ?? snowflake();
  const made = { type: 0, permission_overwrites: [], parent_id: null, ...channel, id, guild_id: guildId };
  const isVoice = made.type === VOICE || made.type === STAGE;
  const rest = {
    nsfw: false,
    rate_limit_per_user: 0,
    flags: 0,
    ...(isVoice ? { bitrate: 64_000, user_limit: 0 } : {}),
  };
  if (!isThread(made)) return { ...rest, ...{ position }, ...made };
  return {
    ...rest,
    ...{ owner_id: snowflake(), message_count: 0, member_count: 1, total_message_sent: 0 },
    ...made,
    thread_metadata: {
      archived: false,
      ...{
        locked: false,
        auto_archive_duration: 1440,
        archive_timestamp: new Date(snowflakeMs(id)).toISOString(),
      },
      ...channel.thread_metadata,
    },
  };
}
