import type {
  Client,
  GatewayGuildCreateDispatchData,
  GatewayPresenceUpdateDispatchData,
  Guild,
} from "discord.js";
import type { ActivityObservation, SeenActivity } from "../counting/observations.ts";
import { ACTIVITY_TYPES, activityId } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";

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
 * What members do, as the gateway last told it. The client's cache alone does not know: when a gateway session is
 * lost, whoever went offline meanwhile stays online in it (discord.js 14.28), since a GUILD_CREATE only lists the
 * others.
 */
export class Presences {
  readonly #client: Client;
  /** The lists of guilds that are about to arrive. */
  readonly #listed = new Map<Snowflake, GatewayGuildCreateDispatchData["presences"]>();
  /** Whose cached presence is not true any more: guild → users. */
  readonly #outdated = new Map<Snowflake, Set<Snowflake>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** A guild is about to arrive, and lists who is not offline; one that is in an outage lists nobody. */
  arriving({ id, unavailable, presences }: GatewayGuildCreateDispatchData): void {
    if (unavailable) return;
    const listed = new Set(presences.map(({ user }) => user.id));
    const cached = this.#client.guilds.cache.get(id)?.presences.cache.keys() ?? [];
    this.#listed.set(id, presences);
    const outdated = new Set([...cached].filter((userId) => !listed.has(userId)));
    if (outdated.size > 0) this.#outdated.set(id, outdated);
    else this.#outdated.delete(id);
  }

  /**
   * What somebody does from now on; `null` for the bot's own presence. Of a user whom the client does not know, or has let
   * go of, nobody can tell whether it is a bot: nothing begins, and what was seen ends. It is the packet and not the client's
   * event that is asked: the event is not emitted when a presence is as it was in the cache, and the cache may be outdated.
   */
  observe(shown: GatewayPresenceUpdateDispatchData): ActivityObservation | null {
    const { guild_id, user } = shown;
    this.#outdated.get(guild_id)?.delete(user.id);
    if (user.id === this.#client.user?.id) return null;
    const observation = this.#observation(guild_id, user, shown);
    return observation ?? { guildId: guild_id, userId: user.id, bot: false, activities: [] };
  }

  /** What a guild's members do: of one that has just arrived, as it listed them; else as the cache has it. */
  present(guild: Guild): ActivityObservation[] {
    const listed = this.#listed.get(guild.id);
    this.#listed.delete(guild.id);
    const observations = listed
      ? listed.map((presence) => this.#observation(guild.id, presence.user, presence))
      : guild.presences.cache.map(({ userId }) => this.cached(guild, userId));
    return observations.filter((observation) => observation !== null);
  }

  /** What a member does, as the cache has it; `null` when that is not known. */
  cached(guild: Guild, userId: Snowflake): ActivityObservation | null {
    const presence = guild.presences.cache.get(userId);
    if (presence === undefined || this.#outdated.get(guild.id)?.has(userId)) return null;
    return this.#observation(guild.id, { id: userId }, presence);
  }

  #observation(
    guildId: Snowflake,
    user: { readonly id: Snowflake; readonly username?: string; readonly bot?: boolean },
    { status, activities = [] }: Shown,
  ): ActivityObservation | null {
    const { users, guilds, user: me } = this.#client;
    const known =
      users.cache.get(user.id) ??
      guilds.cache.get(guildId)?.members.cache.get(user.id)?.user ??
      (user.username === undefined ? undefined : user);
    if (known === undefined || user.id === me?.id) return null;
    const doing = status === "offline" ? [] : seen(activities);
    return { guildId, userId: user.id, bot: known.bot ?? false, activities: doing };
  }
}

/** The activities that count; a custom status ends here. */
function seen(activities: NonNullable<Shown["activities"]>): SeenActivity[] {
  const found: SeenActivity[] = [];
  for (const { type, name, timestamps } of activities) {
    if (!COUNTED.has(type) || name === "") continue;
    const id = activityId(type, name);
    // Two windows of one program are one activity.
    if (found.some((other) => other.activityId === id)) continue;
    found.push({ activityId: id, name, startMs: timestamps?.start?.valueOf() ?? null });
  }
  return found;
}
