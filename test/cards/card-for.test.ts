import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ALT_LENGTH } from "../../src/cards/alt-text.ts";
import type { Card, Names, Subject } from "../../src/cards/card.ts";
import type { ChannelView, MembersFilter, View } from "../../src/stats/views.ts";
import { AMOUNTS, cardOf } from "../support/card-of.ts";
import { type Amount, subjects, views } from "../support/views.ts";

function find<K extends View["kind"]>(kind: K, amount: Amount): Extract<View, { kind: K }> {
  const isIt = (view: View): view is Extract<View, { kind: K }> => view.kind === kind;
  const found = views(amount).find(isIt);
  if (found === undefined) throw new Error(`no view ${kind}`);
  return found;
}

const every = AMOUNTS.flatMap((amount) => views(amount).map((view) => ({ amount, view, kind: view.kind })));

describe("alternative text", () => {
  test.each(every)("of $kind with $amount is short enough for Discord and holds every figure", ({ view }) => {
    const { alt, panels, title, subtitle, footer } = cardOf(view);
    expect(alt.length).toBeLessThanOrEqual(ALT_LENGTH);
    expect(alt).toContain(`${title}`);
    expect(alt).toContain(subtitle);
    expect(alt).toContain(footer);
    for (const panel of panels.flat()) {
      if (panel.kind === "figures") {
        for (const { label, value } of panel.rows) expect(alt).toContain(`${label}: ${value}`);
      } else {
        for (const { place, subject, value } of panel.rows) {
          expect(alt).toContain(`${place}. ${subject.name}`);
          expect(alt).toContain(value);
        }
      }
    }
  });

  test.each(every)("of the graph of $kind with $amount names what the card names", ({ view }) => {
    const { alt, panels } = cardOf(view, { mode: "graph" });
    expect(panels).toEqual([]);
    expect(alt.length).toBeLessThanOrEqual(ALT_LENGTH);
    for (const { label, value } of cardOf(view)
      .panels.flat()
      .flatMap((panel) => (panel.kind === "figures" ? panel.rows : [])))
      expect(alt).toContain(`${label}: ${value}`);
  });

  test("keeps all figures and ends the lists earlier when names are long", () => {
    const names = subjects();
    const member = (id: string): Subject => ({ ...names.member(id), name: "👨‍👩‍👧‍👦".repeat(6) });
    const { alt, panels, footer } = cardOf(find("server", "huge"), { names: { ...names, member } });
    const figures = panels.flat().flatMap((panel) => (panel.kind === "figures" ? panel.rows : []));
    for (const { label, value } of figures) expect(alt).toContain(`${label}: ${value}`);
    expect(alt).toContain("1. 👨‍👩‍👧‍👦");
    expect(alt).toContain(footer);
    expect(alt).not.toContain(`5. ${"👨‍👩‍👧‍👦".repeat(6)}, 4,561,042 h`);
  });

  test("stays in its bound and whole-charactered whatever the names", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 600 }),
        fc.constantFrom(...every),
        (name, { view }) => {
          const named =
            (kind: Subject["kind"]) =>
            (id: string): Subject => ({ id, name, imageUrl: null, kind });
          const names: Names = {
            guild: named("guild")("1"),
            member: named("member"),
            channel: named("text"),
          };
          const { alt } = cardOf(view, { names });
          expect(alt.length).toBeGreaterThan(0);
          expect(alt.length).toBeLessThanOrEqual(ALT_LENGTH);
          expect(alt).not.toMatch(/\p{Surrogate}/u);
        },
      ),
    );
  });
});

describe("the chart", () => {
  const channel = (kind: Subject["kind"], totals: ChannelView["totals"]): Card => {
    const names = subjects();
    const view: View = { ...find("channel", "lively"), totals };
    return cardOf(view, { names: { ...names, channel: (id) => ({ ...names.channel(id), kind }) } });
  };
  const totals = (messages: number, voice: number): ChannelView["totals"] => {
    const pair = { messages, voice };
    return { "24h": pair, "7d": pair, "30d": pair, lifetime: pair };
  };
  const charted = ({ chart }: Card): string[] => chart.series.map(({ metric }) => metric);
  const titled = ({ panels }: Card): string[] => panels.flat().map(({ title }) => title);

  test("of a text channel says nothing of voice, nor do its panels", () => {
    const shown = channel("text", totals(5, 0));
    expect(charted(shown)).toEqual(["messages"]);
    expect(titled(shown)).toEqual(["Messages", "Most active in text"]);
  });

  test("of a voice channel shows its messages once there are any", () => {
    expect(charted(channel("voice", totals(0, 5)))).toEqual(["voice"]);
    expect(charted(channel("voice", totals(1, 5)))).toEqual(["messages", "voice"]);
  });

  test("of a deleted channel shows what was counted there", () => {
    expect(charted(channel("gone-channel", totals(0, 5)))).toEqual(["voice"]);
    expect(charted(channel("gone-channel", totals(0, 0)))).toEqual(["messages", "voice"]);
  });

  test("leaves out what did not happen beside what did", () => {
    const view = find("member", "lively");
    const silent = { ...view, daily: { ...view.daily, voiceMs: view.daily.voiceMs.map(() => 0) } };
    expect(charted(cardOf(silent))).toEqual(["messages"]);
    const quiet = { ...view, daily: { ...view.daily, messages: view.daily.messages.map(() => 0) } };
    expect(charted(cardOf(quiet))).toEqual(["voice"]);
  });

  test("has gaps, not zeros, before counting began", () => {
    const { chart } = cardOf(find("server", "lively"));
    for (const { values } of chart.series) {
      expect(values.slice(0, 4)).toEqual([null, null, null, null]);
      expect(values.slice(4)).not.toContain(null);
    }
  });

  test("says so when nothing happened, and only then", () => {
    for (const { view, amount } of every)
      expect(cardOf(view).chart.empty === null).toBe(amount === "lively" || amount === "huge");
  });
});

describe("marks", () => {
  const notes = (kind: Subject["kind"], members: MembersFilter, name = "Ana"): string[] => {
    const names = subjects();
    const member = (id: string): Subject => ({ id, name, imageUrl: null, kind });
    const shown = cardOf({ ...find("top", "one"), members }, { names: { ...names, member } });
    return shown.panels
      .flat()
      .flatMap((panel) => (panel.kind === "ranking" ? panel.rows.map(({ note }) => note) : []));
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
    const member = (id: string): Subject => ({ id, name: "Ana", imageUrl: null, kind: "departed" });
    const { titleNote, alt } = cardOf(find("member", "one"), { names: { ...names, member } });
    expect(titleNote).toBe("left");
    expect(alt).toContain("Ana (left).");
  });
});

describe("words", () => {
  test("equal views make equal cards within a day, and the footer counts whole days", () => {
    const view = find("server", "lively");
    const at = (hour: number): Card => cardOf(view, { nowMs: Date.UTC(2026, 2, 15, hour) });
    expect(at(1)).toEqual(at(23));
    expect(at(1).footer).toBe("Counting for 44 days");
    expect(cardOf({ ...view, sinceMs: null }).footer).toBe("Counting starts now");
  });

  test("an empty list says how to fill it", () => {
    const [messages, voice] = cardOf(find("server", "none")).panels.map(([, ranking]) => ranking);
    expect(messages).toMatchObject({ rows: [], empty: "No messages yet. They count from now on." });
    expect(voice).toMatchObject({ rows: [], empty: "No voice time yet. Join a voice channel." });
    const quiet: View = { ...find("channel", "lively"), topMembers: { messages: [], voice: [] } };
    expect(cardOf(quiet).panels[1]).toMatchObject([
      { rows: [], empty: "No messages in this period." },
      { rows: [], empty: "No voice time in this period." },
    ]);
  });

  test("a nameless member or channel still has a name", () => {
    const nameless =
      (kind: Subject["kind"]) =>
      (id: string): Subject => ({ id, name: " ", imageUrl: null, kind });
    const names: Names = {
      guild: nameless("guild")("1"),
      member: nameless("departed"),
      channel: nameless("gone-channel"),
    };
    expect(cardOf(find("member", "one"), { names }).title).toBe("Unknown member");
    expect(cardOf(find("channel", "one"), { names }).title).toBe("Deleted channel");
  });
});
