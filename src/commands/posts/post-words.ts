import { formatHour, formatWeekday } from "../../i18n/format.ts";
import type { Translator } from "../../i18n/translator.ts";
import type { PostPlan, PostTiming } from "../../store/scheduled-post.ts";
import { hasFilter, periodsOf } from "../cards/card-views.ts";
import { typedCommand } from "../typed-command.ts";
import type { Obstacle } from "./obstacle.ts";

const GROUP = "command.admin-schedule.name";

/** "Server · 7 days": which card, how far back, and of whom where that is not people. */
export function cardWords({ card, period, members }: PostPlan, { say }: Translator): string {
  return [
    say(`view.${card}`),
    ...(periodsOf(card).includes(period) ? [say(`choice.${period}`)] : []),
    ...(hasFilter(card) && members !== "humans" ? [say(`choice.${members}`)] : []),
  ].join(" · ");
}

/** "weekly, Monday, 9 AM" */
export function timingWords(timing: PostTiming, { say, locale }: Translator): string {
  switch (timing.every) {
    case "day":
      return say("schedule.daily", { hour: formatHour(timing.hour, locale) });
    case "week": {
      const weekday = formatWeekday(timing.weekday, locale, "long");
      return say("schedule.weekly", { weekday, hour: formatHour(timing.hour, locale) });
    }
    case "month":
      return say("schedule.monthly", {
        day: String(timing.monthDay),
        hour: formatHour(timing.hour, locale),
      });
    case "refresh":
      return say("choice.admin-every-refresh");
    default:
      return timing satisfies never;
  }
}

/** What is in a card's way, and what to do about it. */
export function obstacleWords(obstacle: Obstacle, channelId: string, words: Translator): string {
  const { say } = words;
  switch (obstacle.kind) {
    case "disabled":
      return say("schedule.disabled", { command: typedCommand(words, ["command.admin-enable.name"]) });
    case "activitiesOff":
      return say("answer.activitiesOff");
    case "membersHidden":
      return say("schedule.membersHidden", {
        command: typedCommand(words, ["command.admin-settings.name", "command.admin-members.name"]),
      });
    case "permissions": {
      const permissions = obstacle.missing.map((each) => say(`permission.${each}`)).join(", ");
      return say("schedule.permissions", { channel: `<#${channelId}>`, permissions });
    }
    default:
      return obstacle satisfies never;
  }
}

/** An instant as Discord shows it, in the reader's own zone and language. @param how `F` in full, `R` from now */
export function instantWords(ms: number, how: "F" | "R"): string {
  return `<t:${Math.floor(ms / 1_000)}:${how}>`;
}

/** The command that schedules, lists or removes, as it is typed. */
export function scheduleCommandWords(
  words: Translator,
  what: "add" | "list" | "remove",
  id: number | null = null,
): string {
  const post = id === null ? undefined : ({ name: "option.admin-post.name", value: String(id) } as const);
  return typedCommand(words, [GROUP, `command.admin-schedule-${what}.name`], post);
}
