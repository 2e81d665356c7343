import { describe, expect, test } from "vitest";
import type { Card, Names, RankingRow, Subject } from "../../src/cards/card.ts";
import { layoutOf, WIDTH } from "../../src/render/layout.ts";
import type {
  ByMetric,
  ByPeriod,
  ChannelView,
  MembersFilter,
  RankedEntry,
  View,
} from "../../src/stats/views.ts";
import { cardOf } from "../support/card-of.ts";
import { cardSeenBy, EVERY, find, MODES, panelsOf } from "../support/every-card.ts";
import { subjects, views } from "../support/views.ts";

const titled = ({ panels }: Card): string[] => panels.flat().map(({ title }) => title);
const charted = ({ chart }: Card): string[] => chart.series.map(({ role }) => role);
const rowsOf = (card: Card): RankingRow[] => panelsOf(card, "ranking").flatMap(({ rows }) => [...rows]);
const entry = (index: number, place: number): RankedEntry => ({
  id: String(300000000000000000n + BigInt(index)),
  place,
  value: 100 - place,
  share: 0.1,
});

describe("every card", () => {
  test.each(EVERY)("of $title with $amount is one picture: three panels to a row, few rows", ({ view }) => {
    const card = cardSeenBy(view);
    for (const row of card.panels) {
      const widths = row
        .map(({ kind }) => (kind === "heatmap" ? 2 : 1))
        .reduce((sum, width) => sum + width, 0);
      expect(widths).toBeGreaterThanOrEqual(1);
      expect(widths).toBeLessThanOrEqual(3);
    }
    // Discord shows what is much higher than wide too small to be read.
    expect(layoutOf(card).height).toBeLessThanOrEqual(1.2 * WIDTH);
  });

  test.each(EVERY)("of $title with $amount is the same for equal views, and within a day", ({ view }) => {
    for (const mode of MODES) {
      const at = (hour: number): Card =>
        cardSeenBy(structuredClone(view), { mode, nowMs: Date.UTC(2026, 2, 15, hour) });
      expect(at(1)).toEqual(at(23));
    }
  });

  test.each(EVERY)("of $title with $amount has numbers that can be read, in every part", ({ view }) => {
    const card = cardSeenBy(view);
    expect(JSON.stringify(card)).not.toMatch(/NaN|Infinity|undefined|\[object/);
    for (const { values } of panelsOf(card, "heatmap")) expect(values).toHaveLength(168);
    for (const { share } of [...rowsOf(card), ...panelsOf(card, "split").flatMap(({ rows }) => rows)]) {
      expect(share ?? 0).toBeGreaterThanOrEqual(0);
      expect(share ?? 0).toBeLessThanOrEqual(1);
    }
  });

  test.each(EVERY)("of $title with $amount says what to do where a list is empty", ({ view }) => {
    const card = cardSeenBy(view);
    for (const { rows } of [...panelsOf(card, "ranking"), ...panelsOf(card, "split")])
      expect(rows.length).toBeGreaterThan(0);
    for (const { text } of panelsOf(card, "note")) expect(text).toMatch(/^\S.*\.$/);
  });

  test("has the guild's banner where it is about the guild, and there alone", () => {
    const bannerUrl = "https://cdn.example/banner.png";
    const guildWide = ["server", "messages", "voice", "growth", "rhythm", "top", "activities"];
    for (const { view, kind } of EVERY)
      expect(cardOf(view, { bannerUrl }).bannerUrl).toBe(guildWide.includes(kind) ? bannerUrl : null);
  });

  test("has a direction, and a language that is spoken", () => {
    expect(cardOf(find("server", "one"), { locale: "tlh" })).toMatchObject({
      locale: "en",
      direction: "ltr",
    });
  });

  test("has a name for whoever has none, in one line", () => {
    const nameless =
      (kind: Subject["kind"]) =>
      (id: string): Subject => ({ id, name: " \n\u202e", imageUrl: null, kind, colour: null });
    const names: Names = {
      guild: nameless("guild")("1"),
      member: nameless("departed"),
      channel: nameless("gone-channel"),
      role: nameless("role"),
      category: nameless("category"),
    };
    const titles = (["server", "member", "channel", "role", "category", "compare"] as const).map(
      (kind) => cardOf(find(kind, "one"), { names }).title,
    );
    expect(titles).toEqual([
      "Unnamed server",
      "Unknown member",
      "Deleted channel",
      "Deleted role",
      "Deleted category",
      "Unknown member and Unknown member",
    ]);
    for (const { view } of EVERY)
      for (const { subject } of rowsOf(cardSeenBy(view))) expect(subject.name).not.toMatch(/\n|\t/);
  });
});

describe("a row is set off", () => {
  const everyone = (viewerId: string | null): { card: Card; view: View }[] =>
    EVERY.map(({ view }) => ({ view, card: cardOf(view, { viewerId }) }));

  test("for the viewer, and for the member whom the card is about, and for nobody else", () => {
    for (const viewerId of ["300000000000000009", "300000000000000052", null]) {
      for (const { card, view } of everyone(viewerId)) {
        const ownId = view.kind === "member" ? view.memberId : viewerId;
        for (const { subject, isOwn } of rowsOf(card)) {
          const isPerson = ["member", "bot", "departed"].includes(subject.kind);
          expect(isOwn).toBe(isPerson && subject.id === ownId);
        }
      }
    }
  });

  test("in a part of its own where the page does not show the viewer", () => {
    expect(titled(cardSeenBy(find("top", "lively")))).toEqual([
      "In all",
      "Ranking",
      "Ranking, continued",
      "Your place",
    ]);
    expect(titled(cardOf(find("top", "lively")))).toEqual(["In all", "Ranking", "Ranking, continued"]);
  });
});

describe("figures", () => {
  test("stand beside those of the period before, where there is one that is known", () => {
    const [messages, voice] = panelsOf(cardOf(find("server", "lively")), "figures");
    expect(messages?.rows.map(({ change }) => change?.spoken ?? null)).toEqual([
      "up 12%",
      "down 20%",
      "unchanged",
      null,
    ]);
    expect(voice?.rows.map(({ change }) => change?.direction ?? null)).toEqual(["down", "up", "same", null]);
    const [own] = panelsOf(cardOf(find("member", "lively")), "figures");
    expect(own?.rows.map(({ change }) => change?.spoken ?? null)).toEqual([
      "up 12%",
      "down 20%",
      null,
      null,
      null,
    ]);
  });

  test("of growth are who is here, who came, who left, and what remains", () => {
    const lively = cardOf(find("growth", "lively"));
    const panels = [...panelsOf(lively, "strip"), ...panelsOf(lively, "figures")];
    expect(panels.map(({ rows }) => rows.map(({ value }) => value))).toEqual([
      ["1,204", "+2", "+14", "+30"],
      ["4", "38", "125"],
      ["2", "24", "95"],
    ]);
    // Before anything was heard, no zero is known.
    expect(cardOf(find("growth", "none")).panels).toEqual([
      [{ kind: "note", title: "Members", text: "From now on I count who joins and who leaves." }],
    ]);
  });

  test("of growth have no colour for who left: more of that is not better", () => {
    const [joins, leaves] = panelsOf(cardOf(find("growth", "lively")), "figures");
    const judged = (panel: typeof joins) => panel?.rows.flatMap(({ change }) => change?.isJudged ?? []);
    expect(judged(joins)).toEqual([true, true]);
    expect(judged(leaves)).toEqual([false, false]);
  });

  test("that are none at all are words, set apart from figures", () => {
    const quiet = (card: Card): string[] =>
      panelsOf(card, "figures").flatMap(({ rows }) =>
        rows.flatMap(({ label, value, isAbsent }) => (isAbsent === true ? [`${label}: ${value}`] : [])),
      );
    expect(quiet(cardOf(find("member", "lively")))).toEqual(["Rank: none", "Current streak: none yet"]);
    expect(quiet(cardOf(find("messages", "lively")))).toEqual([]);
  });

  test("of one and of a billion are written as people would", () => {
    const values = (amount: "one" | "huge"): string[] => {
      const card = cardOf(find("messages", amount));
      return [...panelsOf(card, "figures"), ...panelsOf(card, "strip")].flatMap(({ rows }) =>
        rows.map(({ value, note }) => `${value}, ${note}`),
      );
    };
    expect(values("one")[3]).toBe("1, 1 member");
    expect(values("huge")[3]).toBe("1.2B, 137.2M members");
  });

  test("of a place where nobody ever spoke are no row of zeros", () => {
    const silent = (totals: { readonly messages: number }) => ({ ...totals, voice: 0 });
    const totals = (view: { readonly totals: ByPeriod<ByMetric<number>> }) => ({
      ...view.totals,
      lifetime: silent(view.totals.lifetime),
    });
    const category = find("category", "lively");
    const card = cardOf({ ...category, totals: totals(category) });
    expect(titled(card)).toEqual(["Messages", "Most active in text", "Top text channels"]);
    const compared = find("compare", "lively");
    const [one, other] = compared.sides;
    const channels: View = {
      ...compared,
      of: "channels",
      sides: [
        { ...one, totals: totals(one) },
        { ...other, totals: totals(other) },
      ],
    };
    expect(titled(cardOf(channels))).toEqual(["Messages"]);
  });

  test("of a comparison are lengths of the larger one, and no lengths for places", () => {
    const [messages] = panelsOf(cardOf(find("compare", "lively")), "comparison");
    expect(messages?.rows.map(({ shares }) => shares[0])).toEqual([1, 1, 1, 1, 0]);
    expect(messages?.rows.at(-1)).toMatchObject({ label: "Rank, 30 days", values: ["#3 of 87", "#7 of 87"] });
    const silent = find("compare", "lively");
    const day = { messages: 0, voice: 0 };
    const [one, other] = silent.sides;
    const today = [one, other].map((side) => ({ ...side, totals: { ...side.totals, "24h": day } }));
    const [quiet] = panelsOf(
      cardOf({ ...silent, sides: [today[0] ?? one, today[1] ?? other] }),
      "comparison",
    );
    expect(quiet?.rows.map(({ shares }) => shares[0])).toEqual([0, 1, 1, 1, 0]);
  });

  test("of a comparison stand beside those of the period before, each beside its own", () => {
    const [messages, voice] = panelsOf(cardOf(find("compare", "lively")), "comparison");
    const spoken = (panel: typeof messages) =>
      panel?.rows.map(({ changes }) => changes.map((change) => change?.spoken ?? null));
    expect(spoken(messages)).toEqual([
      ["down 29%", "up 13%"],
      ["up 100%", "down 20%"],
      ["unchanged", "unchanged"],
      [null, null],
      [null, null],
    ]);
    expect(spoken(voice)?.[0]).toEqual(["down 29%", "up 12%"]);
    const view = find("compare", "lively");
    const [one, other] = view.sides;
    const unknown = { ...other, previous: { ...other.previous, "24h": null, "7d": null } };
    const [half] = panelsOf(cardOf({ ...view, sides: [one, unknown] }), "comparison");
    expect(spoken(half)?.slice(0, 2)).toEqual([
      ["down 29%", null],
      ["up 100%", null],
    ]);
  });
});

describe("a member's card", () => {
  const ranked = (place: number): View => {
    const view = find("member", "lively");
    const neighbours = [-2, -1, 0, 1, 2].map((step) => entry(11 + step, place + step));
    return {
      ...view,
      ranks: { messages: { place, of: 87 }, voice: null },
      neighbours: { messages: neighbours.filter((each) => each.place <= 12), voice: [] },
    };
  };

  test("shows who is ahead and behind, for those outside of the top five", () => {
    expect(titled(cardOf(ranked(5)))).not.toContain("Place in messages");
    const places = (card: Card): number[][] =>
      panelsOf(card, "ranking")
        .filter(({ title }) => title === "Place in messages")
        .map(({ rows }) => rows.map(({ place }) => place));
    expect(places(cardOf(ranked(6)))).toEqual([[5, 6, 7]]);
    expect(places(cardOf(ranked(12)))).toEqual([[10, 11, 12]]);
    const neighbours = panelsOf(cardOf(ranked(6)), "ranking").find(
      ({ title }) => title === "Place in messages",
    );
    expect(neighbours?.rows.map(({ share }) => share)).toEqual([null, null, null]);
  });

  test("maps the week of what the member does most", () => {
    const view = find("member", "lively");
    const place = (messages: number | null, voice: number | null): string[] => {
      const rank = (at: number | null) => (at === null ? null : { place: at, of: 9 });
      return panelsOf(
        cardOf({ ...view, ranks: { messages: rank(messages), voice: rank(voice) } }),
        "heatmap",
      ).map(({ title }) => title);
    };
    expect(place(1, 2)).toEqual(["Messages by weekday and hour"]);
    expect(place(2, 1)).toEqual(["Voice time by weekday and hour"]);
    expect(place(null, 8)).toEqual(["Voice time by weekday and hour"]);
    expect(place(null, null)).toEqual(["Messages by weekday and hour"]);
  });

  test("splits voice time where there is any", () => {
    expect(titled(cardOf(find("member", "lively")))).toContain("How voice time was spent");
    expect(titled(cardOf(find("member", "none")))).not.toContain("How voice time was spent");
  });
});

describe("a channel's card", () => {
  const channel = (
    kind: Subject["kind"],
    totals: ChannelView["totals"],
    change: Partial<ChannelView> = {},
  ): Card => {
    const names = subjects();
    const none = { allMs: 0, countedMs: 0, statesMs: find("channel", "none").voiceStates.statesMs };
    const view: View = { ...find("channel", "lively"), topThreads: [], voiceStates: none, totals, ...change };
    return cardOf(view, { names: { ...names, channel: (id) => ({ ...names.channel(id), kind }) } });
  };
  const totals = (messages: number, voice: number): ChannelView["totals"] => {
    const pair = { messages, voice };
    return { "24h": pair, "7d": pair, "30d": pair, lifetime: pair };
  };

  test("of text says nothing of voice, in no part", () => {
    const shown = channel("text", totals(5, 0));
    expect(charted(shown)).toEqual(["messages"]);
    expect(titled(shown)).toEqual(["Messages", "Most active in text"]);
  });

  test("of voice shows its messages once there are any, and how its time was spent", () => {
    expect(charted(channel("voice", totals(0, 5)))).toEqual(["voice"]);
    expect(charted(channel("voice", totals(1, 5)))).toEqual(["messages", "voice"]);
    const { voiceStates } = find("channel", "lively");
    expect(titled(channel("voice", totals(0, 5), { voiceStates }))).toEqual([
      "Voice time",
      "Most active in voice",
      "How voice time was spent",
    ]);
  });

  test("of a deleted channel shows what was counted there", () => {
    expect(charted(channel("gone-channel", totals(0, 5)))).toEqual(["voice"]);
    expect(charted(channel("gone-channel", totals(0, 0)))).toEqual(["messages", "voice"]);
  });

  test("is named for what it is, with its threads; a thread has no place", () => {
    const topThreads = [entry(20, 1)];
    const text = channel("text", totals(5, 0), { topThreads });
    expect(text.subtitle).toBe("Channel statistics · People · Last 30 days");
    expect(titled(text)).toEqual(["Messages", "Most active in text", "Top threads"]);
    const forum = channel("forum", totals(5, 0));
    expect(forum.subtitle).toBe("Forum statistics · People · Last 30 days");
    expect(forum.panels.at(-1)?.at(-1)).toEqual({
      kind: "note",
      title: "Top posts",
      text: "No messages in threads yet.",
    });
    const thread = channel("thread", totals(5, 0));
    expect(thread.subtitle).toBe("Thread statistics · People · Last 30 days");
    expect(panelsOf(thread, "figures")[0]?.rows).toHaveLength(4);
    expect(panelsOf(text, "figures")[0]?.rows).toHaveLength(5);
  });
});

describe("activities", () => {
  test("have how many members did them, and their type where two have one name", () => {
    const view = find("activities", "lively");
    const [first] = view.topActivities;
    if (first === undefined) throw new Error("no activity");
    const notes = (twice: boolean): string[] => {
      const topActivities = twice ? [first, { ...first, type: "watching" as const }] : [first];
      const [panel] = panelsOf(cardOf({ ...view, topActivities }), "ranking");
      return panel?.rows.map(({ note }) => note) ?? [];
    };
    expect(notes(false)).toEqual(["109 members"]);
    expect(notes(true)).toEqual(["Playing · 109 members", "Watching · 109 members"]);
  });

  test("are said with their types: in the subtitle of one, beside each of a member's", () => {
    const view = find("activity", "lively");
    expect(cardOf({ ...view, types: ["playing", "streaming"] }).subtitle).toBe(
      "Activity statistics · Playing · Streaming · People · Last 30 days",
    );
    expect(cardOf({ ...view, types: [] }).title).toBe(view.name);
    expect(rowsOf(cardOf(find("member-activities", "lively")))[1]?.note).toBe("Listening");
  });
});

describe("a top list", () => {
  test("names what it ranks, and its page where there are several", () => {
    const tops = views("lively").filter((view) => view.kind === "top");
    expect(tops.map((view) => cardOf(view).subtitle)).toEqual([
      "Top members by messages · People · Last 30 days · Page 1 of 433",
      "Top members by voice time · People · Last 30 days · Page 2 of 433",
      "Top channels by messages · People · Last 30 days",
      "Top roles by voice time · People · Last 30 days",
      "Top activities · People · Last 30 days",
    ]);
    expect(tops.map((view) => rowsOf(cardOf(view))[0]?.subject.kind)).toEqual([
      "member",
      "member",
      "text",
      "role",
      "activity",
    ]);
  });

  test("is two columns of five, in order", () => {
    const columns = panelsOf(cardOf(find("top", "huge")), "ranking");
    expect(columns.map(({ rows }) => rows.map(({ place }) => place))).toEqual([
      [1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10],
    ]);
  });
});

describe("above a top list", () => {
  const whole = (card: Card) =>
    panelsOf(card, "strip").flatMap(({ rows }) =>
      rows.map(({ label, value, note, change }) => [label, value, note, change?.spoken ?? ""]),
    );

  test("are its total, with what changed, and how many it ranks", () => {
    const tops = views("lively").filter((view) => view.kind === "top");
    expect(tops.map((view) => whole(cardOf(view)))).toEqual([
      [
        ["Messages", "3,025", "30 days", "unchanged"],
        ["Ranked members", "4,321", "", ""],
      ],
      [
        ["Voice time", "79 h", "30 days", "unchanged"],
        ["Ranked members", "4,321", "", ""],
      ],
      [
        ["Messages", "3,025", "30 days", "unchanged"],
        ["Ranked channels", "5", "", ""],
      ],
      [
        ["Voice time", "79 h", "30 days", "unchanged"],
        ["Ranked roles", "5", "", ""],
      ],
      [
        ["Time in activities", "79 h", "30 days", "unchanged"],
        ["Ranked activities", "7", "", ""],
      ],
    ]);
    const day = whole(cardOf({ ...find("top", "lively"), period: "24h" }));
    expect(day[0]).toEqual(["Messages", "173", "24 hours", "up 12%"]);
  });

  test("is the viewer's place among them, where the page does not show it", () => {
    expect(whole(cardSeenBy(find("top", "lively"))).at(-1)).toEqual(["Your place", "#52 of 4,321", "", ""]);
  });

  test("is nothing where nothing ever happened, and the fall where everything ended", () => {
    expect(titled(cardOf(find("top", "none")))).toEqual(["Ranking"]);
    const ended = find("top", "none");
    const card = cardOf({ ...ended, previous: { ...ended.previous, "30d": 8 } });
    expect(whole(card)[0]).toEqual(["Messages", "0", "30 days", "down 100%"]);
  });
});

describe("who is new", () => {
  const newcomer = (messages: number, voice: number): Card => {
    const view = find("member", "one");
    const pair = { messages, voice };
    const none = { allMs: 0, countedMs: 0, statesMs: find("member", "none").voiceStates.statesMs };
    const totals = { "24h": pair, "7d": pair, "30d": pair, lifetime: pair };
    const onDay = (value: number): number[] => view.daily.days.map((_, day) => (day === 29 ? value : 0));
    const daily = { ...view.daily, messages: onDay(messages), voiceMs: onDay(voice) };
    return cardOf({ ...view, totals, daily, voiceStates: voice > 0 ? view.voiceStates : none });
  };

  test("has a card of what there is, and one sentence for each thing that there is not yet", () => {
    expect(newcomer(1, 0).panels.map((row) => row.map(({ title, kind }) => `${title}: ${kind}`))).toEqual([
      ["Messages: figures", "Habits: figures"],
      ["Top text channels: ranking"],
      ["Messages by weekday and hour: note", "Voice time: note"],
    ]);
    expect(titled(newcomer(0, 60_000))).toEqual([
      "Voice time",
      "How voice time was spent",
      "Habits",
      "Top voice channels",
      "Messages by weekday and hour",
      "Messages",
    ]);
    expect(
      newcomer(0, 0)
        .panels.flat()
        .map(({ kind }) => kind),
    ).toEqual(["note", "note"]);
  });

  test("has a small card: no chart of nothing, and no list beside which it is empty", () => {
    const heightOf = (card: Card): number => layoutOf(card).height;
    expect(heightOf(newcomer(0, 0))).toBeLessThan(350);
    expect(heightOf(cardOf(find("server", "none")))).toBeLessThan(350);
    for (const kind of ["server", "messages", "category", "activities"] as const) {
      const kinds = cardOf(find(kind, "one")).panels.map((row) => row.map((panel) => panel.kind));
      expect(kinds.slice(0, 2)).toEqual([["strip"], ["ranking", "ranking"]]);
    }
  });
});

describe("busy hours", () => {
  test("are listed with their shares of the week, busiest first", () => {
    const card = cardOf(find("rhythm", "lively"));
    expect(card.subtitle).toBe("Busy hours · People · Last 3 whole weeks");
    const [busiest] = panelsOf(card, "split");
    expect(busiest?.rows).toHaveLength(4);
    expect(busiest?.rows[0]?.label.replace(/\s/g, " ")).toBe("Saturday, 8 PM to 9 PM");
    const shares = busiest?.rows.map(({ share }) => share) ?? [];
    expect(shares).toEqual([...shares].sort((one, other) => other - one));
    const young = cardOf(find("rhythm", "one"));
    expect(young.subtitle).toBe("Busy hours · People");
    expect(titled(young)).toEqual(["Messages", "Messages by weekday and hour"]);
  });
});

describe("the chart", () => {
  test.each(EVERY)(
    "of $title with $amount has a value for each day, and its first series on the left",
    ({ view }) => {
      const { chart } = cardOf(view);
      expect(chart.labels).toHaveLength(30);
      expect(chart.series.length).toBeGreaterThanOrEqual(1);
      expect(chart.series.length).toBeLessThanOrEqual(3);
      expect(chart.series[0]?.axis).toBe("left");
      for (const { values, whole } of chart.series) {
        expect(values).toHaveLength(30);
        for (const value of values) {
          expect(Object.is(value, -0)).toBe(false);
          if (whole && value !== null) expect(Number.isInteger(value)).toBe(true);
        }
      }
    },
  );

  test.each(EVERY)(
    "of $title with $amount has gaps, not zeros, before counting began, and nowhere else",
    ({ view, amount }) => {
      const unknown =
        { none: 0, one: 29, lively: 4, huge: 0 }[amount] +
        (view.kind === "growth" && amount === "none" ? 30 : 0);
      for (const { values } of cardOf(view).chart.series) {
        expect(values.slice(0, unknown).every((value) => value === null)).toBe(true);
        expect(values.slice(unknown)).not.toContain(null);
      }
    },
  );

  test("leaves out what did not happen beside what did", () => {
    const view = find("member", "lively");
    const silent = { ...view, daily: { ...view.daily, voiceMs: view.daily.voiceMs.map(() => 0) } };
    expect(charted(cardOf(silent))).toEqual(["messages"]);
    const quiet = { ...view, daily: { ...view.daily, messages: view.daily.messages.map(() => 0) } };
    expect(charted(cardOf(quiet))).toEqual(["voice"]);
  });

  test("says so when nothing happened, and only then", () => {
    for (const { view, amount } of EVERY) expect(cardOf(view).chart.empty === null).toBe(amount !== "none");
    const view = find("voice", "none");
    const second = {
      ...view,
      daily: { ...view.daily, voiceMs: view.daily.voiceMs.map((_, day) => (day === 29 ? 1_000 : 0)) },
    };
    expect(cardOf(second).chart.empty).toBeNull();
  });

  test("of growth has who left below the line, and the members on an axis of their own", () => {
    const { series } = cardOf(find("growth", "lively")).chart;
    expect(series.map(({ role, shape, axis }) => [role, shape, axis])).toEqual([
      ["joins", "bars", "left"],
      ["leaves", "bars", "left"],
      ["members", "line", "right"],
    ]);
    expect(series[0]?.values.every((value) => value === null || value >= 0)).toBe(true);
    expect(series[1]?.values.every((value) => value === null || value <= 0)).toBe(true);
    expect(series[2]?.values.at(-1)).toBe(1_204);
  });

  test("of a comparison has both on one scale, and says what of", () => {
    const view = find("compare", "lively");
    const { chart } = cardOf(view);
    expect(chart.title).toBe("Messages in the last 30 days · Asia/Tokyo time");
    expect(chart.series.map(({ role, axis, shape }) => [role, axis, shape])).toEqual([
      ["first", "left", "line"],
      ["second", "left", "line"],
    ]);
    const quiet = (side: (typeof view.sides)[0]) => ({
      ...side,
      daily: { ...side.daily, messages: side.daily.messages.map(() => 0) },
    });
    const [one, other] = view.sides;
    expect(cardOf({ ...view, sides: [quiet(one), quiet(other)] }).chart.title).toBe(
      "Hours in voice in the last 30 days · Asia/Tokyo time",
    );
    expect(cardOf({ ...view, sides: [one, quiet(other)] }).chart.series).toHaveLength(2);
  });
});

describe("marks", () => {
  const notes = (kind: Subject["kind"], members: MembersFilter, name = "Ana"): string[] => {
    const names = subjects();
    const member = (id: string): Subject => ({ id, name, imageUrl: null, kind, colour: null });
    const shown = cardOf({ ...find("top", "one"), members }, { names: { ...names, member } });
    return rowsOf(shown).map(({ note }) => note);
  };

  test("are on members who left, on bots among people, and on nobody else", () => {
    expect(notes("departed", "humans")).toEqual(["left"]);
    expect(notes("bot", "both")).toEqual(["bot"]);
    expect(notes("bot", "bots")).toEqual([""]);
    expect(notes("member", "both")).toEqual([""]);
  });

  test("are not on members of whom nothing is known", () => {
    expect(notes("departed", "humans", "")).toEqual([""]);
  });

  test("are said in the alternative text, and beside the title of the member's own card", () => {
    const names = subjects();
    const member = (id: string): Subject => ({ ...names.member(id), name: "Ana", kind: "departed" });
    const { titleNote, alt } = cardOf(find("member", "one"), { names: { ...names, member } });
    expect(titleNote).toBe("left");
    expect(alt).toContain("Ana (left).");
  });
});

describe("words", () => {
  test("the footer counts whole days", () => {
    const view = find("server", "lively");
    expect(cardOf(view).footer).toBe("Counting for 44 days");
    expect(cardOf({ ...view, sinceMs: null }).footer).toBe("Counting starts now");
  });

  test("an empty list says how to fill it, or that the period is silent", () => {
    expect(cardOf(find("server", "none")).panels).toEqual([
      [
        { kind: "note", title: "Messages", text: "No messages yet. They count from now on." },
        { kind: "note", title: "Voice time", text: "No voice time yet. Join a voice channel." },
      ],
    ]);
    const member = find("member", "none");
    const seenBy = (viewerId: string): string[] =>
      panelsOf(cardOf(member, { viewerId }), "note").map(({ text }) => text);
    expect(seenBy(member.memberId)[1]).toBe("No voice time yet. Join a voice channel.");
    expect(seenBy("1")).toEqual(["No messages yet.", "No voice time yet."]);
    const quiet: View = { ...find("channel", "lively"), topMembers: { messages: [], voice: [] } };
    const lists = panelsOf(cardOf(quiet), "note");
    expect(lists.map(({ text }) => text)).toEqual([
      "No messages in this period.",
      "No voice time in this period.",
    ]);
  });
});
