import type { LivelyDiscord } from "../crash/lively-discord.ts";
import type { User, World } from "../loopback/world.ts";
import type { Books } from "./books.ts";

/** At most so many visitors are in a guild at once. */
const VISITORS = 4;

let members = 0;

/** The id of a user who was never seen before. */
export function newMember(): string {
  return String(1_099_511_627_776_000_000n + BigInt(members++));
}

/** Members come to a Discord's guilds and leave them: whoever comes was never there, and whoever leaves never returns. */
export class Comings {
  readonly #lively: LivelyDiscord<Books>;
  readonly #visitors = new Map<World, User[]>();

  constructor(lively: LivelyDiscord<Books>) {
    this.#lively = lively;
    for (const guild of lively.guilds) this.#note(guild);
  }

  /** Some visitor comes, or leaves. */
  step(): void {
    const guild = this.#lively.pick(this.#lively.guilds);
    const visitors = this.#visitors.get(guild) ?? [];
    const leaver = this.#lively.below(VISITORS) < visitors.length ? visitors.shift() : undefined;
    if (leaver) this.leave(guild, leaver);
    else visitors.push(this.join(guild, newMember()));
    this.#visitors.set(guild, visitors);
  }

  join(guild: World, id: string): User {
    const user = this.#lively.discord.join(guild, { id });
    this.#note(guild);
    return user;
  }

  leave(guild: World, user: User): void {
    if (guild.voice.has(user.id)) this.#lively.rise(guild, user);
    this.#lively.discord.leave(guild, user);
    this.#note(guild);
  }

  #note({ id, members: { size } }: World): void {
    this.#lively.ledger.population.counts(id, size);
  }
}
