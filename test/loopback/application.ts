import { z } from "zod";
import { makeUser } from "./members.ts";
import type { User } from "./payloads.ts";
import type { RestRequest } from "./rest-server.ts";
import { snowflake } from "./snowflake.ts";

const command = z.looseObject({ name: z.string() });
/** A command as Discord lists it. */
export type RegisteredCommand = z.infer<typeof command>;

/** Who may be what in the bot's team. */
export interface TeamMember {
  readonly user: User;
  readonly role: "admin" | "developer" | "read_only";
}

/** GET /applications/@me. An application without an owner belongs to its team. */
export function applicationPayload(me: User, ownerId: string | null, members: readonly TeamMember[]): object {
  const team = {
    id: snowflake(),
    name: "Team",
    icon: null,
    owner_user_id: members[0]?.user.id,
    members: members.map(({ user, role }) => ({ user, role, membership_state: 2, team_id: "1" })),
  };
  const owner = ownerId === null ? members[0]?.user : makeUser({ id: ownerId });
  return { id: me.id, name: "Loopback", flags: 0, owner, team: ownerId === null ? team : null };
}

/**
 * POST /applications/:id/commands: replaces the command of that name, or adds one.
 * @param check throws when the body is not a command
 */
export function registerCommand(
  commands: readonly RegisteredCommand[],
  me: User,
  { body }: RestRequest,
  check: (body: object) => void,
): { readonly made: RegisteredCommand; readonly commands: RegisteredCommand[] } {
  const given = command.parse(body);
  // The description says integer, Discord's reference says string, and discord.js sends a string: both are taken.
  const permissions = given["default_member_permissions"];
  check({
    ...given,
    ...(typeof permissions === "string" ? { default_member_permissions: Number(permissions) } : {}),
  });
  const old = commands.find(({ name }) => name === given.name);
  const made = {
    id: old?.["id"] ?? snowflake(),
    application_id: me.id,
    version: snowflake(),
    type: 1,
    default_member_permissions: null,
    nsfw: false,
    ...given,
  };
  return { made, commands: [...commands.filter((each) => each !== old), made] };
}
