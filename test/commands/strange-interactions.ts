import fc from "fast-check";
import { CARD_ACTIONS } from "../../src/commands/cards/card-state.ts";

/** What a random interaction is made of; numbers pick from what there is in the guild. */
export interface Strange {
  readonly type: 2 | 3 | 4;
  readonly who: number;
  readonly where: number;
  readonly locale: string;
  readonly without: readonly string[];
  readonly command: string;
  readonly path: readonly string[];
  readonly options: readonly StrangeOption[];
  readonly focused: number;
  readonly id: {
    readonly from: number;
    readonly how: (typeof HOW)[number];
    readonly at: number;
    readonly text: string;
  };
  readonly componentType: number;
  readonly values: readonly string[];
}

export interface StrangeOption {
  readonly name: string;
  /** Discord's number: 3 text, 4 whole number, 5 yes or no, 6 user, 7 channel, 8 role, 10 number. */
  readonly type: number;
  readonly text: string;
  readonly pick: number;
  /** Whether what it names comes along. */
  readonly isResolved: boolean;
}

const HOW = ["as it is", "as it is", "changed", "cut", "longer", "made up", "other version"] as const;
const MODE = ["private", "text", "graph"];
const WORDS = [
  ...[
    "server",
    "member",
    "role",
    "channel",
    "category",
    "messages",
    "voice",
    "activities",
    "activity",
    "top",
  ],
  ...[
    "growth",
    "rhythm",
    "compare",
    "members",
    "channels",
    "ignoreme",
    "backfill",
    "forget",
    "schedule",
    "horoscope",
  ],
];
const OPTIONS = [
  ...["member", "role", "channel", "category", "activity", "metric", "of", "first", "second", "period"],
  ...["members", "graph", "text", "private", "since", "until", "user", "never"],
  ...["every", "card", "hour", "weekday", "day", "post"],
];
const CHOICES = [
  ...["messages", "voice", "activities", "members", "channels", "roles", "humans", "bots", "both"],
  ...[
    "24h",
    "7d",
    "30d",
    "lifetime",
    "server",
    "subject",
    "me",
    "2024-01-01",
    "2024-02-31",
    "Chess",
    "#0123456789abcdef",
    "day",
    "week",
    "refresh",
    "monday",
    "1",
  ],
];
const TYPES = [3, 4, 5, 6, 7, 8, 10];

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...CHOICES, ...CARD_ACTIONS) },
  fc.constantFrom(
    "@everyone",
    "<@1>",
    "`\n`",
    "\u202e\u0000",
    "a".repeat(6_000),
    "",
    "__proto__",
    "😀".repeat(40),
  ),
  fc.string({ unit: "grapheme", maxLength: 40 }),
);

export const strange: fc.Arbitrary<Strange> = fc.record({
  type: fc.constantFrom(2, 2, 3, 3, 3, 4),
  who: fc.nat(29),
  where: fc.nat(3),
  locale: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("en-US", "en-GB", "hi", "ar", "tr") },
    fc.constantFrom("", "x", "tlh", "zz_ZZ!", "__proto__"),
  ),
  // What an older or newer Discord may leave out; without others the client itself gives up.
  without: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    fc.subarray(["locale", "guild_locale", "guild", "channel", "context", "app_permissions"], {
      maxLength: 2,
    }),
  ),
  command: fc.constantFrom(
    "guildstats",
    "guildstats",
    "guildstats",
    "guildstats-admin",
    "guildstats-owner",
    "ping",
  ),
  path: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...WORDS).map((word) => [word]) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ["compare", "members"],
        ["compare", "channels"],
        ["schedule", "add"],
        ["schedule", "list"],
        ["schedule", "remove"],
      ),
    },
    fc.array(fc.oneof(fc.constantFrom(...WORDS), text), { maxLength: 2 }),
  ),
  options: fc.array(
    fc.record({
      name: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...OPTIONS, ...MODE) }, text),
      type: fc.constantFrom(...TYPES),
      text,
      pick: fc.nat(40),
      isResolved: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  focused: fc.nat(5),
  id: fc.record({ from: fc.nat(999), how: fc.constantFrom(...HOW), at: fc.nat(200), text }),
  componentType: fc.constantFrom(2, 2, 2, 3, 3, 5, 7),
  values: fc.array(text, { maxLength: 30 }),
});

/** The id of a component, as somebody presses it, or would like to. */
export function forged({ how, at, text: some }: Strange["id"], id: string): string {
  const place = at % Math.max(1, id.length);
  switch (how) {
    case "as it is":
      return id;
    case "changed":
      return `${id.slice(0, place)}${id[place] === "A" ? "B" : "A"}${id.slice(place + 1)}`;
    case "cut":
      return id.slice(0, place);
    case "longer":
      return id + some.slice(0, 20);
    case "made up":
      return `gs2:${some}`;
    case "other version":
      return id.replace("gs2:", `gs${at}:`);
    default:
      return how satisfies never;
  }
}

/** Options that the command has, with values that fit it, so that some get through. */
export function fitting(option: StrangeOption): StrangeOption {
  const types: Readonly<Record<string, number>> = {
    ...{ member: 6, user: 6, role: 8, channel: 7, category: 7, private: 5, text: 5, graph: 5 },
    ...{ metric: 3, of: 3, period: 3, members: 3, activity: 3, since: 3, until: 3 },
    ...{ every: 3, card: 3, hour: 4, weekday: 3, day: 4, post: 3 },
  };
  return { ...option, type: types[option.name] ?? option.type, isResolved: true };
}
