import { z } from "zod";
import { isSnowflake, type Snowflake } from "../snowflake.ts";
import type { ViewRequest } from "../stats/queries.ts";
import { MEMBERS_FILTERS, type MembersFilter, PERIODS, type Period } from "../stats/views.ts";

/** Everything that an answered card's buttons must know; it travels in their ids, so that it survives restarts. */
export interface CardState {
  readonly request: ViewRequest;
  readonly period: Period;
  readonly members: MembersFilter;
  readonly mode: "card" | "graph";
  /** Who asked: the only one who may change or close the message. */
  readonly invokerId: Snowflake;
}

export const CARD_ACTIONS = ["toggle", "reload", "close"] as const;
export type CardAction = (typeof CARD_ACTIONS)[number];

/** Starts the id of each component; the number goes up when the form of the ids changes. */
export const COMPONENT_PREFIX = "gs1:";

const snowflake = z.string().refine(isSnowflake);
const metric = z.enum(["messages", "voice"]);

const cardId = z.tuple([
  z.literal("card"),
  z.enum(CARD_ACTIONS),
  z.enum(["server", "member", "channel", "messages", "voice", "top"]),
  z.string(),
  z.enum(PERIODS),
  z.enum(MEMBERS_FILTERS),
  z.enum(["card", "graph"]),
  snowflake,
]);

/** The component id for an action on a card; below Discord's bound of 100 characters. */
export function cardComponentId(
  action: CardAction,
  { request, period, members, mode, invokerId }: CardState,
): string {
  const fields = ["card", action, request.kind, targetOf(request), period, members, mode, invokerId];
  return COMPONENT_PREFIX + fields.join(":");
}

/** What a component id asks for; `null` for an id that this version did not make. Ids can be forged: check again. */
export function parseCardComponentId(
  id: string,
): { readonly action: CardAction; readonly state: CardState } | null {
  const parsed = cardId.safeParse(id.slice(COMPONENT_PREFIX.length).split(":"));
  if (!parsed.success) return null;
  const [, action, kind, target, period, members, mode, invokerId] = parsed.data;
  const request = requestOf(kind, target);
  return request && { action, state: { request, period, members, mode, invokerId } };
}

function targetOf(request: ViewRequest): string {
  switch (request.kind) {
    case "member":
      return request.memberId;
    case "channel":
      return request.channelId;
    case "top":
      return `${request.metric}-${request.of}`;
    case "server":
    case "messages":
    case "voice":
      return "";
    default:
      return request satisfies never;
  }
}

function requestOf(kind: ViewRequest["kind"], target: string): ViewRequest | null {
  switch (kind) {
    case "member":
      return isSnowflake(target) ? { kind, memberId: target } : null;
    case "channel":
      return isSnowflake(target) ? { kind, channelId: target } : null;
    case "top": {
      const parsed = z.tuple([metric, z.enum(["members", "channels"])]).safeParse(target.split("-"));
      return parsed.success ? { kind, metric: parsed.data[0], of: parsed.data[1] } : null;
    }
    case "server":
    case "messages":
    case "voice":
      return target === "" ? { kind } : null;
    default:
      return kind satisfies never;
  }
}
