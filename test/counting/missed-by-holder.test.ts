import { describe, expect, test } from "vitest";
import type { Chapter } from "../../src/counting/event-logs.ts";
import type { Happening } from "../../src/counting/happenings.ts";
import { missedByHolder } from "../../src/counting/missed-by-holder.ts";
import type { ActivityObservation, VoiceObservation } from "../../src/counting/observations.ts";
import type { GuildState } from "../../src/counting/observer.ts";
import { activityId } from "../../src/place-id.ts";
import type { OpenSessions } from "../../src/store/leases.ts";

const GUILD = "100000000000000001";
const [LOBBY, MUSIC] = ["200000000000000001", "200000000000000002"];
const ANN = "300000000000000001";
/** The holder ended then. */
const ENDED_MS = 1_000_000;

const about = { guildId: GUILD, userId: ANN, bot: false };
const voice = (channelId: string | null, sessionId = "a"): VoiceObservation => ({
  ...about,
  channelId,
  sessionId,
  state: 0,
});
const doing = (...names: string[]): ActivityObservation => ({
  ...about,
  activities: names.map((name) => ({ activityId: activityId(0, name), name, startMs: null })),
});
const seat = (channelId: string, sessionId = "a"): OpenSessions => ({
  voice: [{ ...about, channelId, sessionId, state: 0, settledMs: ENDED_MS }],
  activities: [],
});
const plays = (name: string): OpenSessions => ({
  voice: [],
  activities: [
    { ...about, activityId: activityId(0, name), uncountedSinceMs: null, endedMs: null, settledMs: ENDED_MS },
  ],
});
const nobody: OpenSessions = { voice: [], activities: [] };

/** This process heard of the guild a minute before the holder ended, and of some things since. */
function heard(
  state: Partial<GuildState>,
  ...events: readonly (readonly [sinceEndMs: number, happening: Happening])[]
): Chapter {
  return {
    sinceMs: ENDED_MS - 60_000,
    state: { guildId: GUILD, voices: [], company: [], members: 1, activities: [], ...state },
    events: events.map(([sinceEndMs, happening]) => ({ atMs: ENDED_MS + sinceEndMs, happening })),
  };
}
const moves = (channelId: string | null, sessionId?: string): Happening => ({
  kind: "voice",
  voice: voice(channelId, sessionId),
  company: [],
});
const does = (...names: string[]): Happening => ({ kind: "activities", doing: doing(...names) });
const missed = (chapter: Chapter, open: OpenSessions) =>
  missedByHolder(chapter, { atMs: ENDED_MS, heardByMs: ENDED_MS + 2_000, open }, null);

describe("what the holder had heard, and this process heard only a little later, is as it was stored", () => {
  test("that somebody had come", () => {
    expect(missed(heard({}, [300, moves(LOBBY)]), seat(LOBBY)).voices).toEqual([]);
  });

  test("that nobody was alone any more", () => {
    const company = [[LOBBY, 1]] as const;
    const comes: Happening = { kind: "voice", voice: voice(LOBBY), company: [[LOBBY, 2]] };
    expect(missed(heard({ company }, [300, comes]), seat(LOBBY)).company).toEqual([]);
    expect(missed(heard({ company }, [2_000, comes]), seat(LOBBY)).company).toEqual(company);
  });

  test("that somebody had moved, before they moved on", () => {
    const chapter = heard({ voices: [voice(LOBBY)] }, [300, moves(MUSIC)], [600, moves(LOBBY)]);
    expect(missed(chapter, seat(MUSIC)).voices).toEqual([]);
  });

  test("that somebody had left", () => {
    expect(missed(heard({ voices: [voice(LOBBY)] }, [300, moves(null)]), nobody).voices).toEqual([]);
  });

  test("what somebody did, or did no more", () => {
    expect(missed(heard({}, [300, does("Go")]), plays("Go")).activities).toEqual([]);
    expect(missed(heard({ activities: [doing("Go")] }, [300, does()]), nobody).activities).toEqual([]);
  });
});

describe("what this process had heard, and the holder had not, was so when that one ended", () => {
  test("whatever else was heard right behind", () => {
    const left = heard({ voices: [voice(LOBBY)] }, [-300, moves(null)], [300, moves(LOBBY, "b")]);
    expect(missed(left, seat(LOBBY)).voices).toEqual([voice(null)]);
    const ceased = heard({ activities: [doing("Go")] }, [-300, does()], [300, does("Chess")]);
    expect(missed(ceased, plays("Go")).activities).toEqual([doing()]);
  });

  test("also when it is as the holder had it again behind that", () => {
    const moved = heard({ voices: [voice(LOBBY)] }, [-300, moves(MUSIC)], [2_000, moves(LOBBY)]);
    expect(missed(moved, seat(LOBBY)).voices).toEqual([voice(MUSIC)]);
  });

  test("but not what is told late, when the line is back: it may have been so before", () => {
    const chapter = heard(
      { voices: [voice(LOBBY)] },
      [-300, { kind: "lost" }],
      [300, moves(MUSIC)],
      [400, { kind: "back" }],
    );
    expect(missed(chapter, nobody).voices).toEqual([]);
  });

  test("nor does it hide what else is known of them", () => {
    const chapter = heard(
      { activities: [doing("Go")] },
      [-400, does()],
      [-300, { kind: "lost" }],
      [300, moves(MUSIC)],
      [400, { kind: "back" }],
    );
    expect(missed(chapter, plays("Go")).activities).toEqual([doing()]);
  });
});
