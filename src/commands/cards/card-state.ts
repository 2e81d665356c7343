import { z } from "zod";
import { isSnowflake, type Snowflake } from "../../snowflake.ts";
import { MEMBERS_FILTERS, type MembersFilter, type Period } from "../../stats/views.ts";
import { FEATURES, type Payload, snowflakeNumber } from "../component-id.ts";
import { CARD_VIEWS, type CardSubject, type CardView, labelOf, type ViewChoice } from "./card-views.ts";

/** How a card is answered: with panels, with its chart alone, or in words. */
export const MODES = ["card", "graph", "text"] as const;
type Mode = (typeof MODES)[number];

/** Everything that an answered card's components must know; it travels in their ids, so that it survives restarts. */
export interface CardState {
  readonly view: CardView;
  /** Whom or what the views of a subject are about; kept while views of the server are shown, for the way back. */
  readonly subject: CardSubject | null;
  readonly period: Period;
  readonly members: MembersFilter;
  readonly mode: Mode;
  /** Of a top list, from 0. */
  readonly page: number;
  /** Who asked: who may change or close the message, beside the bot's owners. */
  readonly invokerId: Snowflake;
}

/** The card that a choice in the select of views leads to; `null` for a view that the card does not have. */
export function withView(state: CardState, choice: ViewChoice): CardState | null {
  if (labelOf(choice, state.subject) === null) return null;
  const view = CARD_VIEWS.find((each) => each === choice);
  if (view !== undefined) return { ...state, view, page: 0 };
  return {
    ...state,
    view: choice === "me" ? "subject" : "subject-activities",
    subject: { kind: "member", memberId: state.invokerId },
    // Whoever presses is a person, and would find nothing among bots.
    members: state.members === "bots" ? "humans" : state.members,
    page: 0,
  };
}

/** What a component of a card does. Their places are in ids: add at the end. */
export const CARD_ACTIONS = [
  ...MODES,
  "reload",
  "close",
  "previous",
  "next",
  "view",
  "period",
  "members",
] as const;
export type CardAction = (typeof CARD_ACTIONS)[number];

const SUBJECT_KINDS = [
  "none",
  "member",
  "channel",
  "role",
  "category",
  "activity",
  "members",
  "channels",
] as const;

/** Their places are in ids: add at the end. */
const PERIOD_PLACES = ["24h", "7d", "30d", "lifetime", "90d", "1y"] as const satisfies readonly Period[];

/** A value by its place in a list. */
const placeIn = <T>(list: readonly T[]) =>
  z.bigint().transform((place, context): T => {
    const value = list[Number(place)];
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: "no such place" });
    return z.NEVER;
  });

const cardPayload = z
  .tuple([
    z.literal(FEATURES.card),
    placeIn(CARD_ACTIONS),
    placeIn(CARD_VIEWS),
    placeIn(PERIOD_PLACES),
    placeIn(MEMBERS_FILTERS),
    placeIn(MODES),
    z.bigint().lte(1_000_000n).transform(Number),
    snowflakeNumber,
    placeIn(SUBJECT_KINDS),
  ])
  .rest(z.bigint());

/** What the id of an action on a card carries. */
export function cardPayloadOf(
  action: CardAction,
  { view, subject, period, members, mode, page, invokerId }: CardState,
): Payload {
  return [
    FEATURES.card,
    BigInt(CARD_ACTIONS.indexOf(action)),
    BigInt(CARD_VIEWS.indexOf(view)),
    BigInt(PERIOD_PLACES.indexOf(period)),
    BigInt(MEMBERS_FILTERS.indexOf(members)),
    BigInt(MODES.indexOf(mode)),
    BigInt(page),
    BigInt(invokerId),
    ...subjectNumbers(subject),
  ];
}

/** What a payload asks for; `null` when it is no card's, or says what this version does not know. */
export function parseCardPayload(
  payload: Payload,
): { readonly action: CardAction; readonly state: CardState } | null {
  const parsed = cardPayload.safeParse(payload);
  if (!parsed.success) return null;
  const [, action, view, period, members, mode, page, invokerId, kind, ...ids] = parsed.data;
  const subject = subjectOf(kind, ids);
  if (subject === undefined || (subject === null && view.startsWith("subject"))) return null;
  return { action, state: { view, subject, period, members, mode, page, invokerId } };
}

function subjectNumbers(subject: CardSubject | null): bigint[] {
  const numbers = (kind: (typeof SUBJECT_KINDS)[number], ...ids: (string | bigint)[]): bigint[] => [
    BigInt(SUBJECT_KINDS.indexOf(kind)),
    ...ids.map(BigInt),
  ];
  if (subject === null) return numbers("none");
  switch (subject.kind) {
    case "member":
      return numbers("member", subject.memberId);
    case "channel":
      return numbers("channel", subject.channelId);
    case "role":
      return numbers("role", subject.roleId);
    case "category":
      return numbers("category", subject.categoryId);
    case "activity":
      return numbers("activity", subject.hash);
    case "compare":
      return numbers(subject.of, ...subject.ids);
    default:
      return subject satisfies never;
  }
}

/** `undefined`: ids that make no subject of that kind. */
function subjectOf(
  kind: (typeof SUBJECT_KINDS)[number],
  numbers: readonly bigint[],
): CardSubject | null | undefined {
  const [first = 0n, second = 0n] = numbers;
  const [a, b] = [String(first), String(second)];
  if (kind === "none") return numbers.length === 0 ? null : undefined;
  if (kind === "activity") return numbers.length === 1 ? { kind, hash: first } : undefined;
  if (!isSnowflake(a)) return undefined;
  if (kind === "members" || kind === "channels") {
    return numbers.length === 2 && isSnowflake(b) ? { kind: "compare", of: kind, ids: [a, b] } : undefined;
  }
  if (numbers.length !== 1) return undefined;
  switch (kind) {
    case "member":
      return { kind, memberId: a };
    case "channel":
      return { kind, channelId: a };
    case "role":
      return { kind, roleId: a };
    case "category":
      return { kind, categoryId: a };
    default:
      return kind satisfies never;
  }
}
