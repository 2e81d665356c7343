import { foldedName } from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import type { IgnoreLists } from "../store/store.ts";

/** What a guild's admins keep out of the counts, made quick to ask. What costs a lookup is only asked when it matters. */
export class AdmissionRules {
  readonly #channels: ReadonlySet<Snowflake>;
  readonly #categories: ReadonlySet<Snowflake>;
  readonly #roles: ReadonlySet<Snowflake>;
  readonly #activities: ReadonlySet<string>;

  constructor({ channels, categories, roles, activities }: IgnoreLists) {
    this.#channels = new Set(channels);
    this.#categories = new Set(categories);
    this.#roles = new Set(roles);
    this.#activities = new Set(activities.map(foldedName));
  }

  /** The rules of a guild; `null` when it ignores nothing. */
  static from(lists: IgnoreLists): AdmissionRules | null {
    return Object.values(lists).some((list: readonly string[]) => list.length > 0)
      ? new AdmissionRules(lists)
      : null;
  }

  /** A thread is ignored with its channel. */
  ignoresChannel(channelId: Snowflake, parentId: Snowflake | null): boolean {
    return this.#channels.has(channelId) || (parentId !== null && this.#channels.has(parentId));
  }

  ignoresCategory(categoryOf: () => Snowflake | null): boolean {
    if (this.#categories.size === 0) return false;
    const category = categoryOf();
    return category !== null && this.#categories.has(category);
  }

  ignoresRoles(rolesOf: () => readonly Snowflake[]): boolean {
    return this.#roles.size > 0 && rolesOf().some((role) => this.#roles.has(role));
  }

  ignoresActivity(name: string): boolean {
    return this.#activities.size > 0 && this.#activities.has(foldedName(name));
  }
}
