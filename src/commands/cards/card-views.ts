import type { MessageKey } from "../../i18n/catalogue.ts";
import { PERIODS, type Period } from "../../period.ts";
import { SERVER_CARDS, type ServerCard } from "../../server-card.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { ViewRequest } from "../../stats/queries.ts";

/** What a card of its own can be about, beside the server. An activity's name is too long for ids: its hash stands for it. */
export type CardSubject =
  | { readonly kind: "member"; readonly memberId: Snowflake }
  | { readonly kind: "channel"; readonly channelId: Snowflake }
  | { readonly kind: "role"; readonly roleId: Snowflake }
  | { readonly kind: "category"; readonly categoryId: Snowflake }
  /** `hash`: `textHash` of the folded name. */
  | { readonly kind: "activity"; readonly hash: bigint }
  | {
      readonly kind: "compare";
      readonly of: "members" | "channels";
      readonly ids: readonly [Snowflake, Snowflake];
    };

/** What a card shows: a view of the server, or one of the card's subject. At the places of `SERVER_CARDS`, and behind. */
export const CARD_VIEWS = [...SERVER_CARDS, "subject", "subject-activities"] as const;
export type CardView = (typeof CARD_VIEWS)[number];

/** What the select of views offers: "me" is a subject that everyone has. */
export const VIEW_CHOICES = [...CARD_VIEWS, "me", "me-activities"] as const;
export type ViewChoice = (typeof VIEW_CHOICES)[number];

/** The request for a view of the server. @param page of a top list, from 0 */
export function serverRequest(view: ServerCard, page: number): ViewRequest {
  switch (view) {
    case "server":
    case "messages":
    case "voice":
    case "activities":
    case "growth":
      return { kind: view };
    case "rhythm":
      return { kind: "rhythm", metric: "messages" };
    case "rhythm-voice":
      return { kind: "rhythm", metric: "voice" };
    case "top-messages-members":
      return { kind: "top", metric: "messages", of: "members", page };
    case "top-voice-members":
      return { kind: "top", metric: "voice", of: "members", page };
    case "top-activities-members":
      return { kind: "top", metric: "activities", of: "members", page };
    case "top-messages-channels":
      return { kind: "top", metric: "messages", of: "channels", page };
    case "top-voice-channels":
      return { kind: "top", metric: "voice", of: "channels", page };
    case "top-messages-roles":
      return { kind: "top", metric: "messages", of: "roles", page };
    case "top-voice-roles":
      return { kind: "top", metric: "voice", of: "roles", page };
    case "top-activities-roles":
      return { kind: "top", metric: "activities", of: "roles", page };
    case "top-activities-activities":
      return { kind: "top", metric: "activities", of: "activities", page };
    default:
      return view satisfies never;
  }
}

/** Whether a view exists only where activities are counted. */
export function isOfActivities(choice: ViewChoice): boolean {
  return choice.includes("activities");
}

/** The periods of which a growth card can be: shorter ones are on each of them. */
export const GROWTH_CHOICES = ["30d", "90d", "1y"] as const satisfies readonly Period[];

/** The periods that change what a view shows, none or several: a rhythm has weeks. */
export function periodsOf(view: CardView): readonly Period[] {
  switch (view) {
    case "growth":
      return GROWTH_CHOICES;
    case "rhythm":
    case "rhythm-voice":
      return [];
    default:
      return PERIODS;
  }
}

/** Whether it matters to a view whose activity counts. */
export function hasFilter(view: CardView): boolean {
  return view !== "growth";
}

type ViewKey = Extract<MessageKey, `view.${string}`>;

/** What the select calls a view. `null`: nothing, since the card has no such view. */
export function labelOf(choice: ViewChoice, subject: CardSubject | null): ViewKey | null {
  switch (choice) {
    case "subject":
      return subject && `view.${subject.kind}`;
    case "subject-activities":
      return subject?.kind === "member" ? "view.member-activities" : null;
    default:
      return `view.${choice}`;
  }
}
