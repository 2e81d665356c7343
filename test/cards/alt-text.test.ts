import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ALT_LENGTH } from "../../src/cards/alt-text.ts";
import type { Card, Subject } from "../../src/cards/card.ts";
import { Words } from "../../src/cards/words.ts";
import { cardOf } from "../support/card-of.ts";
import { allNamed, cardSeenBy, EVERY, figuresOf, find, listsOf, MODES } from "../support/every-card.ts";
import { subjects } from "../support/views.ts";

/** How many places of each list a text tells. */
function toldPlaces(card: Card, text: string): readonly { readonly told: number; readonly of: number }[] {
  const words = new Words(card.locale);
  return listsOf(card).map(({ rows }) => {
    const isTold = rows.map(({ place, subject, note, value }) => {
      const name = note === "" ? subject.name : `${subject.name} (${note})`;
      return text.includes(`${words.number(place)}. ${name}, ${value}`);
    });
    return { told: isTold.lastIndexOf(true) + 1, of: rows.length };
  });
}

describe("alternative text", () => {
  test.each(EVERY)(
    "of $title with $amount is short enough for Discord and holds every figure",
    ({ view }) => {
      const card = cardSeenBy(view);
      const { alt, title, titleNote, subtitle, footer } = card;
      expect(alt.length).toBeLessThanOrEqual(ALT_LENGTH);
      expect(alt.startsWith(titleNote === "" ? title : `${title} (${titleNote})`)).toBe(true);
      expect(alt).toContain(subtitle);
      expect(alt).toContain(footer);
      for (const figure of figuresOf(card)) expect(alt).toContain(figure);
    },
  );

  test.each(EVERY)("of $title with $amount begins every list, and ends all of them alike", ({ view }) => {
    const card = cardSeenBy(view);
    const lists = toldPlaces(card, card.alt);
    const most = Math.max(0, ...lists.map(({ told }) => told));
    for (const { told, of } of lists) expect(told).toBe(Math.min(most, of));
    const longest = Math.max(0, ...lists.map(({ of }) => of));
    expect(most).toBeGreaterThanOrEqual(Math.min(3, longest));
    if (card.alt.length < ALT_LENGTH - 250) for (const { told, of } of lists) expect(told).toBe(of);
  });

  test.each(EVERY)(
    "of the graph of $title with $amount says what the card's says, and its sums",
    ({ view }) => {
      const { alt, panels, chart } = cardSeenBy(view, { mode: "graph" });
      expect(panels).toEqual([]);
      expect(alt.length).toBeLessThanOrEqual(ALT_LENGTH);
      for (const figure of figuresOf(cardSeenBy(view))) expect(alt).toContain(figure);
      expect(alt).toContain(`${chart.title}: `);
      for (const { label } of chart.series) if (chart.empty === null) expect(alt).toContain(`${label}: `);
    },
  );

  test("keeps all figures and ends the lists earlier when names are long", () => {
    const names = subjects();
    const member = (id: string): Subject => ({ ...names.member(id), name: "👨‍👩‍👧‍👦".repeat(6) });
    const card = cardOf(find("server", "huge"), { names: { ...names, member } });
    for (const figure of figuresOf(card)) expect(card.alt).toContain(figure);
    expect(card.alt).toContain("1. 👨‍👩‍👧‍👦");
    expect(card.alt).toContain(card.footer);
    expect(card.alt).not.toContain("5. 👨‍👩‍👧‍👦");
  });

  test("stays in its bound and whole-charactered whatever the names", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 600 }),
        fc.constantFrom(...EVERY),
        fc.constantFrom(...MODES),
        (name, { view }, mode) => {
          const { alt } = cardOf(view, { names: allNamed(name), mode });
          expect(alt.length).toBeGreaterThan(0);
          expect(alt.length).toBeLessThanOrEqual(ALT_LENGTH);
          expect(alt).not.toMatch(/\p{Surrogate}/u);
        },
      ),
    );
  });

  test("keeps every figure whatever the names", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 100, maxLength: 300 }),
        fc.constantFrom(...EVERY),
        (name, { view }) => {
          const card = cardOf(view, { names: allNamed(name) });
          for (const figure of figuresOf(card)) expect(card.alt).toContain(figure);
        },
      ),
    );
  });

  test("has no mark behind another one, however a name ends", () => {
    for (const end of ["", ".", "!", "?", "…", "。", "।", "؟", ".)", "?”"]) {
      for (const { view } of EVERY) {
        const { alt } = cardOf(view, { names: allNamed(`Ana${end}`) });
        const without = alt.replaceAll(`Ana${end}`, end === "" ? "Ana" : "Ana?");
        expect(without).not.toMatch(/[.!?…。।؟][)”]?\.|[.;:,]\s*[;:,]|\s[.;:,]|\s\s/u);
      }
    }
  });

  test("says a change in words, and the chart by its highest days", () => {
    const { alt } = cardOf(find("growth", "lively"));
    expect(alt).toContain("24 hours: 4 (up 100%)");
    expect(alt).toContain(
      "Last 30 days · Asia/Tokyo time: Joined: highest 9 (Feb 24); Left: highest 36 (Mar 8); Members: 1,204.",
    );
    expect(alt).not.toMatch(/[▲▼→]/);
    // A sum would be that of other days than the 30 of the figures: the same words for two numbers.
    expect(cardOf(find("voice", "lively")).alt).toMatch(/Hours in voice: highest \d+ h.* \(\w+ \d+\)/);
  });

  test("of a graph begins with what is drawn", () => {
    const { alt } = cardOf(find("messages", "lively"), { mode: "graph" });
    expect(alt).toMatch(
      /Last 30 days\. Last 30 days · Asia\/Tokyo time: Messages: highest .*\. Messages: 24 hours/,
    );
  });

  test("names both sides of a comparison once, before their figures", () => {
    const names = subjects();
    const member = (id: string): Subject => ({ ...names.member(id), name: id.endsWith("11") ? "Ana" : "Bo" });
    const { alt } = cardOf(find("compare", "lively"), { names: { ...names, member } });
    expect(alt).toContain("Messages, Ana and Bo: 24 hours: 173 (down 29%) and 108 (up 13%);");
    expect(alt).toContain("30 days: 3,025 (unchanged) and 1,876 (unchanged); All time: 4,321 and 2,680;");
    expect(alt).toContain("Rank, 30 days: #3 of 87 and #7 of 87");
  });

  test("reads two columns as one list, and says of a list what it is a part of", () => {
    const { alt } = cardOf(find("top", "lively"));
    expect(alt).toContain(
      "In all: Messages: 3,025 (30 days, unchanged); Ranked members: 4,321. Ranking: 1. தமிழ்ச்செல்வன், 3,025;",
    );
    expect(alt).toContain("5. さくら 🌸 桜井, 605; 6. 김민준, 505;");
    expect(alt).not.toContain("continued");
  });

  test("of who was never there is two sentences, and no zeros", () => {
    const names = subjects();
    const member = (id: string): Subject => ({ ...names.member(id), name: "Ana" });
    expect(cardOf(find("member", "none"), { names: { ...names, member } }).alt).toBe(
      "Ana. Member statistics · People · Last 30 days. Messages: No messages yet. Voice time: No voice time yet. Counting starts now.",
    );
  });
});
