import type {
  Client,
  GatewayGuildCreateDispatchData,
  GatewayPresenceUpdateDispatchData,
  Guild,
} from "discord.js";
import type { ActivityObservation, SeenActivity } from "../counting/observations.ts";
import { ACTIVITY_TYPES, activityId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import { isInOrder } from "./kept-back.ts";

/** A presence, as the client's cache holds it or as the gateway sends it. */
interface Shown {
  readonly status?: string | undefined;
  readonly activities?:
    | readonly {
        readonly type: number;
        readonly name: string;
        readonly timestamps?: { readonly start?: Date | number | null | undefined } | null | undefined;
      }[]
    | undefined;
}

const COUNTED: ReadonlySet<number> = new Set(Object.values(ACTIVITY_TYPES));

/**
 * What members do, as the gateway last told it. The client's cache alone does not know (discord.js 14.28). When a gateway
 * session is lost, whoever went offline meanwhile stays online in it, since a GUILD_CREATE only lists the others. And what comes
 * while the client logs in is taken by it behind what comes then: who began something before, and ceased to then, or left the
 * guild, would do it until heard of again.
 */
export class Presences {
  readonly #client: Client;
  /** The lists of guilds that are about to arrive. */
  readonly #listed = new Map<Snowflake, GatewayGuildCreateDispatchData["presences"]>();
  /** What was told last of those of whom the cache may say something else: guild → user. */
  readonly #told = new Map<Snowflake, Map<Snowflake, readonly SeenActivity[]>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** A guild is about to arrive, and lists who is not offline; one that is in an outage lists nobody. */
  arriving({ id, unavailable, presences }: GatewayGuildCreateDispatchData): void {
    if (unavailable) return;
    this.#listed.set(id, presences);
    const listed = new Map(presences.map((presence) => [presence.user.id, presence]));
    const cached = this.#client.guilds.cache.get(id)?.presences.cache.keys() ?? [];
    const before = this.#told.get(id) ?? new Map<Snowflake, readonly SeenActivity[]>();
    this.#told.delete(id);
    for (const userId of new Set([...cached, ...before.keys()])) {
      const presence = listed.get(userId);
      if (presence === undefined) this.#tell(id, userId, []);
      else if (before.has(userId) && !this.#isInOrder) this.#tell(id, userId, doing(presence));
    }
  }

  /**
   * What somebody does from now on; `null` for the bot's own presence. Of a user whom the client does not know, or has let
   * go of, nobody can tell whether it is a bot: nothing begins, and what was seen ends. It is the packet and not the client's
   * event that is asked: the event is not emitted when a presence is as it was in the cache, and the cache may be outdated.
   */
  observe(shown: GatewayPresenceUpdateDispatchData): ActivityObservation | null {
    const { guild_id, user } = shown;
    const activities = doing(shown);
    if (this.#isInOrder) this.#told.get(guild_id)?.delete(user.id);
    else this.#tell(guild_id, user.id, activities);
    if (user.id === this.#client.user?.id) return null;
    const observation = this.#observation(guild_id, user, activities);
    return observation ?? { guildId: guild_id, userId: user.id, bot: false, activities: [] };
  }

  /** Somebody left a guild, and does nothing there any more. */
  departed(guildId: Snowflake, userId: Snowflake): ActivityObservation {
    if (this.#isInOrder) this.#told.get(guildId)?.delete(userId);
    else this.#tell(guildId, userId, []);
    return { guildId, userId, bot: false, activities: [] };
  }

  /** The bot is in the guild no more. */
  left(guildId: Snowflake): void {
    this.#told.delete(guildId);
    this.#listed.delete(guildId);
  }

  /** What a guild's members do: of one that has just arrived, as it listed them; else as it was told since. */
  present(guild: Guild): ActivityObservation[] {
    const listed = this.#listed.get(guild.id);
    this.#listed.delete(guild.id);
    const told = this.#told.get(guild.id)?.keys() ?? [];
    const observations = listed
      ? listed.map((presence) => this.#observation(guild.id, presence.user, doing(presence)))
      : [...new Set([...guild.presences.cache.keys(), ...told])].map((userId) => this.last(guild, userId));
    return observations.filter((observation) => observation !== null);
  }

  /** What a member does, as was told last; `null` when that is not known. */
  last(guild: Guild, userId: Snowflake): ActivityObservation | null {
    const presence = guild.presences.cache.get(userId);
    const activities = this.#told.get(guild.id)?.get(userId) ?? (presence && doing(presence));
    return activities === undefined ? null : this.#observation(guild.id, { id: userId }, activities);
  }

  get #isInOrder(): boolean {
    return isInOrder(this.#client);
  }

  #tell(guildId: Snowflake, userId: Snowflake, activities: readonly SeenActivity[]): void {
    const told = this.#told.get(guildId) ?? new Map<Snowflake, readonly SeenActivity[]>();
    this.#told.set(guildId, told.set(userId, activities));
  }

  #observation(
    guildId: Snowflake,
    user: { readonly id: Snowflake; readonly username?: string; readonly bot?: boolean },
    activities: readonly SeenActivity[],
  ): ActivityObservation | null {
    const { users, guilds, user: me } = this.#client;
    const known =
      users.cache.get(user.id) ??
      guilds.cache.get(guildId)?.members.cache.get(user.id)?.user ??
      (user.username === undefined ? undefined : user);
    if (known === undefined || user.id === me?.id) return null;
    return { guildId, userId: user.id, bot: known.bot ?? false, activities };
  }
}

/** The activities that count; a custom status ends here. */
function doing({ status, activities = [] }: Shown): readonly SeenActivity[] {
  const found: SeenActivity[] = [];
  if (status === "offline") return found;
  for (const { type, name, timestamps } of activities) {
    if (!COUNTED.has(type) || name === "") continue;
    const id = activityId(type, name);
    // Two windows of one program are one activity.
    if (found.some((other) => other.activityId === id)) continue;
    found.push({ activityId: id, name, startMs: timestamps?.start?.valueOf() ?? null });
  }
  return found;
}
