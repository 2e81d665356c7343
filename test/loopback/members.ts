import type { Member, User } from "./payloads.ts";
import { snowflake } from "./snowflake.ts";

export function makeUser(user: Partial<User> = {}): User {
  const id = user.id ?? snowflake();
  return {
    username: `user${id.slice(-4)}`,
    global_name: null,
    avatar: null,
    ...{ discriminator: "0", public_flags: 0 },
    ...user,
    id,
  };
}

/** What a guild may say of its member. */
export interface MemberOptions {
  readonly nick?: string | null;
  /** Role ids. */
  readonly roles?: readonly string[];
  /** Default: long ago. */
  readonly joinedAtMs?: number;
}

export function makeMember(user: User, { nick = null, roles = [], joinedAtMs = 0 }: MemberOptions): Member {
  return {
    user,
    nick,
    roles,
    ...{ joined_at: new Date(joinedAtMs).toISOString(), premium_since: null, avatar: null },
    ...{ deaf: false, mute: false, flags: 0, pending: false, communication_disabled_until: null },
  };
}
