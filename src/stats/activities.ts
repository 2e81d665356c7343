import {
  ACTIVITY_TYPE_NAMES,
  ACTIVITY_TYPES,
  type ActivityType,
  activityOf,
  foldedName,
} from "../place-id.ts";
import type { Snowflake } from "../snowflake.ts";
import { ActivityTime } from "./activity-time.ts";
import { ofAsked, periodIndex } from "./by-period.ts";
import type { Frame } from "./frame.ts";
import { LIST_LENGTH, memberCandidates, scored } from "./lists.ts";
import { previousActivityOf } from "./period-before.ts";
import { highest, rankOf } from "./ranking.ts";
import { TOP_LENGTH } from "./top.ts";
import type { ActivitiesView, ActivityEntry, ActivityView, MemberActivitiesView, Period } from "./views.ts";

/** What the guild's members do. */
export function activitiesView(frame: Frame, period: Period): ActivitiesView {
  const time = new ActivityTime(frame, period);
  const totals = time.totals();
  return {
    kind: "activities",
    ...described(frame, period, time),
    contributors: time.contributors(),
    topActivities: topActivities(frame, period, time, ofAsked(totals, period)),
    topMembers: topMembers(frame, period, time, ofAsked(totals, period)),
  };
}

/** One activity by name, however it is typed; of one type, or of all types that have the name. */
export function activityView(
  frame: Frame,
  name: string,
  type: ActivityType | null,
  period: Period,
): ActivityView {
  const { places } = frame.record;
  const folded = foldedName(name);
  const isMeant = (place: number): boolean => {
    const activity = activityOf(places.ids[place] ?? "");
    if (activity === null || foldedName(activity.name) !== folded) return false;
    return type === null || activity.type === ACTIVITY_TYPES[type];
  };
  const time = new ActivityTime(frame, period, isMeant);
  const totals = time.totals();
  // As it is spelled where most time was spent.
  const found = topActivities(frame, "lifetime", time, totals.lifetime);
  return {
    kind: "activity",
    name: found[0]?.name ?? name,
    types: found.map((entry) => entry.type),
    ...described(frame, period, time),
    contributors: time.contributors(),
    topMembers: topMembers(frame, period, time, ofAsked(totals, period)),
  };
}

/** What one member does. */
export function memberActivitiesView(
  frame: Frame,
  memberId: Snowflake,
  period: Period,
): MemberActivitiesView {
  const { members } = frame.record;
  // An index that no cell has stands for a member never counted.
  const member = members.find(memberId) ?? -1;
  const time = new ActivityTime(frame, period, () => true, member);
  return {
    kind: "member-activities",
    memberId,
    ...described(frame, period, time),
    rank: rankOf(memberCandidates(frame, period, "activities"), member),
    topActivities: topActivities(frame, period, time, ofAsked(time.totals(), period)),
  };
}

function described(frame: Frame, period: Period, time: ActivityTime) {
  return {
    ...frame.described(period),
    totals: time.totals(),
    previous: previousActivityOf(frame, time),
    daily: time.daily(),
  };
}

function topActivities(frame: Frame, period: Period, time: ActivityTime, total: number): ActivityEntry[] {
  const { places } = frame.record;
  const candidates = scored(places.ids, (place) => time.ofPlace(place, periodIndex(period)));
  return highest(candidates, TOP_LENGTH, total).map(({ id, ...entry }) => ({
    activityId: id,
    type: typeOf(id),
    name: activityOf(id)?.name ?? id,
    ...entry,
    members: time.membersOf(places.find(id) ?? -1),
  }));
}

function topMembers({ record }: Frame, period: Period, time: ActivityTime, total: number) {
  const candidates = scored(record.members.ids, (member) => time.ofMember(member, periodIndex(period)));
  return highest(candidates, LIST_LENGTH, total);
}

function typeOf(activityId: string): ActivityType {
  const type = activityOf(activityId)?.type;
  // No other type is ever counted.
  return ACTIVITY_TYPE_NAMES.find((name) => ACTIVITY_TYPES[name] === type) ?? "playing";
}
