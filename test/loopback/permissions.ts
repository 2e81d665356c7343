import type { Channel, Member, Role } from "./payloads.ts";

const ADMINISTRATOR = 1n << 3n;
export const VIEW_CHANNEL = 1n << 10n;
export const SEND_MESSAGES = 1n << 11n;
export const ATTACH_FILES = 1n << 15n;
export const READ_MESSAGE_HISTORY = 1n << 16n;
const ALL = (1n << 53n) - 1n;
/** What @everyone may by default: view, send, attach, read history, connect, speak, use commands. */
const EVERYONE =
  VIEW_CHANNEL |
  SEND_MESSAGES |
  ATTACH_FILES |
  READ_MESSAGE_HISTORY |
  (1n << 20n) |
  (1n << 21n) |
  (1n << 31n);

/** A role; one whose id is the guild's is @everyone. */
export function makeRole(role: Partial<Role> & { readonly id: string; readonly position: number }): Role {
  const color = role.color ?? 0;
  return {
    ...{ name: "@everyone", permissions: String(EVERYONE), color },
    ...{ colors: { primary_color: color, secondary_color: null, tertiary_color: null } },
    ...{ hoist: false, managed: false, mentionable: false, flags: 0, icon: null, unicode_emoji: null },
    ...role,
  };
}

/**
 * Effective permissions in a channel: roles, then the overwrites of @everyone, of the roles, of the member.
 * `member` left out: someone who is not there, and may what everyone may.
 */
export function permissionsIn(channel: Channel, roles: readonly Role[], member: Member | undefined): bigint {
  const held = roles.filter(({ id }) => id === channel.guild_id || member?.roles.includes(id));
  let bits = 0n;
  for (const role of held) bits |= BigInt(role.permissions);
  if (bits & ADMINISTRATOR) return ALL;
  const apply = (ids: readonly string[]): void => {
    const overwrites = channel.permission_overwrites.filter(({ id }) => ids.includes(id));
    for (const { deny } of overwrites) bits &= ~BigInt(deny);
    for (const { allow } of overwrites) bits |= BigInt(allow);
  };
  apply([channel.guild_id]);
  apply(held.flatMap(({ id }) => (id === channel.guild_id ? [] : [id])));
  if (member) apply([member.user.id]);
  return bits;
}
