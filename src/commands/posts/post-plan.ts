import { z } from "zod";
import { MEMBERS_FILTERS } from "../../members-filter.ts";
import { PERIODS, type Period } from "../../period.ts";
import { SERVER_CARDS } from "../../server-card.ts";
import type { PostPlan, PostTiming } from "../../store/scheduled-post.ts";
import { EVERY, WEEKDAYS } from "../admin/admin-definitions.ts";
import type { AdminCall } from "../replies.ts";

const DEFAULT_HOUR = 9;
/** As far back as from one card to the next. */
const SUITED = { day: "24h", week: "7d", month: "30d" } as const;

const planOptions = z.object({
  every: z.enum(EVERY),
  card: z.enum(SERVER_CARDS),
  hour: z.int().min(0).max(23).nullable(),
  weekday: z.enum(WEEKDAYS).nullable(),
  day: z.int().min(1).max(31).nullable(),
  period: z.enum(PERIODS).nullable(),
  members: z.enum(MEMBERS_FILTERS).nullable(),
});
type PlanOptions = z.infer<typeof planOptions>;

/** Options that do not go together, or that only another version has. */
export type PlanMistake =
  | "answer.staleCommand"
  | "schedule.bad.weekday"
  | "schedule.bad.day"
  | "schedule.bad.hour";

/** What someone asks for, the channel apart. @param usual how far back cards of the server reach */
export function planTyped(
  { options }: AdminCall,
  usual: Period,
): Omit<PostPlan, "guildId" | "channelId"> | PlanMistake {
  const typed = planOptions.safeParse({
    every: options.getString("every"),
    card: options.getString("card"),
    hour: options.getInteger("hour"),
    weekday: options.getString("weekday"),
    day: options.getInteger("day"),
    period: options.getString("period"),
    members: options.getString("members"),
  });
  if (!typed.success) return "answer.staleCommand";
  const { every, card, weekday, day, hour, period, members } = typed.data;
  if (weekday !== null && every !== "week") return "schedule.bad.weekday";
  if (day !== null && every !== "month") return "schedule.bad.day";
  if (hour !== null && every === "refresh") return "schedule.bad.hour";
  return {
    timing: timingOf(typed.data),
    card,
    period: period ?? (every === "refresh" ? usual : SUITED[every]),
    members: members ?? "humans",
  };
}

function timingOf({ every, hour, weekday, day }: PlanOptions): PostTiming {
  const at = { hour: hour ?? DEFAULT_HOUR };
  switch (every) {
    case "day":
      return { every, ...at };
    case "week":
      return { every, weekday: weekday === null ? 0 : WEEKDAYS.indexOf(weekday), ...at };
    case "month":
      return { every, monthDay: day ?? 1, ...at };
    case "refresh":
      return { every };
    default:
      return every satisfies never;
  }
}
