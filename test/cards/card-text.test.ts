import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Card, isCharted, type Subject } from "../../src/cards/card.ts";
import { CARD_TEXT_LENGTH, cardText } from "../../src/cards/card-text.ts";
import { Words } from "../../src/cards/words.ts";
import { cardOf } from "../support/card-of.ts";
import {
  allNamed,
  cardSeenBy,
  EVERY,
  figuresOf,
  find,
  listsOf,
  MODES,
  panelsOf,
} from "../support/every-card.ts";
import { subjects } from "../support/views.ts";

/** As Discord shows it: bold is no mark, nor a backslash before one, nor what has no width. */
const shown = (text: string): string =>
  text.replace(/\*\*\u2068|\u2069\*\*|[\u2068\u2069\u200b]/g, "").replace(/\\([^0-9A-Za-z\s])/g, "$1");

/** Graphemes that mean something in markdown, and some that do not. */
const hostileName = fc
  .array(
    fc.constantFrom(
      ..."*_~`|>#-+.[]()<@&!:/\\1a é@".split("").concat("everyone", "<@1>", "https://x.y", "\n# "),
    ),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(""));

describe("a card as text", () => {
  test.each(EVERY)("holds every figure and every place of $title with $amount", ({ view }) => {
    const card = cardSeenBy(view);
    const text = shown(cardText(card));
    const words = new Words(card.locale);
    for (const figure of figuresOf(card)) expect(text).toContain(figure);
    for (const { rows } of panelsOf(card, "ranking")) {
      for (const { place, subject, note, value } of rows) {
        const name = note === "" ? subject.name : `${subject.name} (${note})`;
        expect(text).toContain(`${words.number(place)}. ${name}, ${value}`);
      }
    }
    expect(text).toContain(card.subtitle);
    expect(text).toContain(card.footer);
    if (isCharted(card)) expect(text).toContain(card.chart.title);
    else expect(text).not.toContain(card.chart.title);
    for (const { label } of card.chart.empty === null ? card.chart.series : [])
      expect(text).toContain(`${label}: `);
  });

  test.each(EVERY)(
    "has a heading for each part of $title with $amount, and nothing that is only looked at",
    ({ view }) => {
      for (const mode of MODES) {
        const card = cardSeenBy(view, { mode });
        const lines = cardText(card).split("\n");
        expect(lines[0]).toMatch(/^## \S/);
        const continued = panelsOf(card, "ranking").length - listsOf(card).length;
        const parts = card.panels.flat().length - continued + (isCharted(card) ? 1 : 0);
        expect(lines.filter((line) => line.startsWith("### "))).toHaveLength(parts);
        for (const line of lines) {
          expect(line).not.toMatch(/ {2}|\t|[▲▼█]|^\s*$/);
          // Discord would count these lines itself.
          expect(line).not.toMatch(/^\d+\. /);
        }
      }
    },
  );

  test("stays in its bound, whole-charactered, and keeps its figures, whatever the names", () => {
    const grapheme = fc.string({ unit: "grapheme", maxLength: 600 });
    fc.assert(
      fc.property(
        fc.oneof(
          grapheme,
          hostileName.map((name) => name.repeat(9)),
          fc.constant("👨‍👩‍👧‍👦".repeat(40)),
        ),
        fc.constantFrom(...EVERY),
        fc.constantFrom(...MODES),
        (name, { view }, mode) => {
          const card = cardOf(view, { names: allNamed(name), mode });
          const text = cardText(card);
          expect(text.length).toBeLessThanOrEqual(CARD_TEXT_LENGTH);
          expect(text).not.toMatch(/\p{Surrogate}/u);
          for (const figure of figuresOf(card)) expect(text).toContain(figure);
        },
      ),
    );
  });

  test("shows names as they are: they neither format nor mention", () => {
    fc.assert(
      fc.property(hostileName, (name) => {
        const card: Card = cardOf(find("server", "one"), { names: allNamed(name) });
        const text = cardText(card);
        const [row] = panelsOf(card, "ranking").flatMap(({ rows }) => rows);
        expect(shown(text)).toContain(`1. ${row?.subject.name}`);
        expect(text).not.toMatch(/@(?:everyone|here)|<[@#:/]|:\/\//);
        const written = /\u2068(.*?)\u2069/.exec(text)?.[1] ?? "";
        // Every mark stands behind a backslash of its own.
        expect(written.replace(/\\[!-/:-@[-`{-~]/g, "")).not.toMatch(/[!-/:-@[-`{-~]/);
      }),
    );
  });

  test("breaks what would ping: everyone, a member, a role, a channel, a link", () => {
    const name = "@everyone <@1> <@&2> <#3> https://x.example";
    const text = cardText(cardOf(find("server", "one"), { names: allNamed(name) }));
    expect(text).not.toMatch(/@everyone|<[@#]|:\/\//);
    expect(shown(text)).toContain(`1. ${name}, 1`);
  });

  test("sets off the viewer's place, and keeps names that are written the other way round apart", () => {
    const text = cardText(cardSeenBy(find("top", "lively")));
    expect(text).toContain("52\\. **\u2068Владимир Кузнецов\u2069** (left), 59");
    expect(text.match(/\*\*/g)).toHaveLength(2);
    expect(cardText(cardOf(find("server", "lively")))).toContain("4\\. \u2068محمد الأحمد\u2069, 757");
  });

  test("gives those who share a place the same one", () => {
    const view = find("top", "one");
    const [entry] = view.entries;
    if (entry === undefined) throw new Error("no entry");
    const tied = { ...view, entries: [entry, { ...entry, id: "300000000000000003" }] };
    const lines = cardText(cardOf(tied)).split("\n");
    expect(lines.filter((line) => line.startsWith("1\\. "))).toHaveLength(2);
  });

  test("of a graph is its highest days", () => {
    const text = cardText(cardOf(find("messages", "lively"), { mode: "graph" }));
    expect(text).toBe(
      [
        "## The Northern Lights 🌌",
        "Messages · People · Last 30 days",
        "### Last 30 days · Asia/Tokyo time",
        "- Messages: highest 226 (Feb 23)",
        "Counting for 44 days",
      ].join("\n"),
    );
  });

  test("says of a name in a member's own card that they left", () => {
    const names = subjects();
    const member = (id: string): Subject => ({ ...names.member(id), name: "A_na", kind: "departed" });
    expect(cardText(cardOf(find("member", "one"), { names: { ...names, member } }))).toContain(
      "## A\\_na (left)\n",
    );
  });
});
