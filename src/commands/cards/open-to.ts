import type { Snowflake } from "../../snowflake.ts";

/** What a channel's overwrite says of seeing it. */
export type Word = "allow" | "deny";

/** A channel's overwrites that speak of seeing it, by role or member. @everyone has the guild's own id. */
export interface Viewing {
  readonly roles: ReadonlyMap<Snowflake, Word>;
  readonly members: ReadonlyMap<Snowflake, Word>;
}

/** A role that people may have. */
interface ViewingRole {
  readonly id: Snowflake;
  /** Whether it lets see channels whose overwrites do not speak of it. */
  readonly views: boolean;
}

/** What decides who sees which channel in a guild. Its owner and its administrators see all, and are left out. */
export interface ViewingRules {
  readonly everyone: ViewingRole;
  readonly roles: readonly ViewingRole[];
}

/** Roles that are alike for two channels. */
interface Kind {
  readonly views: boolean;
  /** Of the first channel and of the second. */
  readonly words: readonly [Word | undefined, Word | undefined];
}

/**
 * Whether everyone who sees one channel sees another one too, whoever has which roles. Who has them is not asked: the
 * bot knows few members, and they change. So a combination of roles that nobody has counts like any other.
 *
 * Who sees the first and not the second needs at most one role to see the first and one that hides the second: a third
 * one shows nothing that the first does not, and hides nothing that the second does not. So pairs tell it all.
 */
export function isOpenToAll(rules: ViewingRules, here: Viewing, there: Viewing): boolean {
  const { everyone } = rules;
  const channels = [here, there] as const;
  const kinds = kindsOf(rules, channels);
  const sees = (at: 0 | 1, held: readonly Kind[], own: Word | undefined): boolean => {
    if (own !== undefined) return own === "allow";
    const words = held.map((kind) => kind.words[at]);
    if (words.includes("allow")) return true;
    if (words.includes("deny")) return false;
    const word = channels[at].roles.get(everyone.id);
    if (word !== undefined) return word === "allow";
    return everyone.views || held.some(({ views }) => views);
  };
  const own = ownWordsOf(channels);
  const sets = [[], ...kinds.flatMap((one, index) => kinds.slice(index).map((other) => [one, other]))];
  return sets.every((held) => own.every(([first, second]) => !sees(0, held, first) || sees(1, held, second)));
}

/** What overwrites say of single members, each pair once; of most they say nothing. */
function ownWordsOf([here, there]: readonly [Viewing, Viewing]): readonly Kind["words"][] {
  const pairs = new Map<string, Kind["words"]>([["", [undefined, undefined]]]);
  for (const id of [...here.members.keys(), ...there.members.keys()]) {
    const words = [here.members.get(id), there.members.get(id)] as const;
    pairs.set(words.join(), words);
  }
  return [...pairs.values()];
}

/** One of each kind: most roles have no overwrite in either channel, and are of two kinds at most. */
function kindsOf({ roles }: ViewingRules, [here, there]: readonly [Viewing, Viewing]): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  for (const { id, views } of roles) {
    const words = [here.roles.get(id), there.roles.get(id)] as const;
    kinds.set(`${views} ${words[0]} ${words[1]}`, { views, words });
  }
  return [...kinds.values()];
}
