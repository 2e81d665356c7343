import { Locale } from "discord.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cardMessage } from "../../../src/commands/cards/card-message.ts";
import { MODES } from "../../../src/commands/cards/card-state.ts";
import { CARD_VIEWS, type CardSubject, VIEW_CHOICES } from "../../../src/commands/cards/card-views.ts";
import { translatorFor } from "../../../src/i18n/translator.ts";
import { MEMBERS_FILTERS, PERIODS } from "../../../src/stats/views.ts";
import { componentViolations, flattened } from "../../loopback/components-v2.ts";
import { violations } from "../../loopback/contract.ts";
import type { Component } from "../../loopback/payloads.ts";
import { serverCard } from "../../support/card-of.ts";

const id = "300000000000000001";
const subjects: readonly CardSubject[] = [
  { kind: "member", memberId: id },
  { kind: "channel", channelId: id },
  { kind: "role", roleId: id },
  { kind: "category", categoryId: id },
  { kind: "activity", hash: 1n },
  { kind: "compare", of: "members", ids: [id, "300000000000000002"] },
];

/** Where cards are sent. */
const MESSAGES = [
  "IncomingWebhookUpdateForInteractionCallbackRequestPartial",
  "MessageCreateRequest",
  "MessageEditRequestPartial",
] as const;

/** Those of Discord, and what a server may choose beside them. */
const LANGUAGES = [...Object.values(Locale), "ar"];

describe("a card's message", () => {
  test("is one that Discord takes, whatever it shows, in every language", () => {
    const card = serverCard();
    const any = fc.record({
      view: fc.constantFrom(...CARD_VIEWS),
      subject: fc.constantFrom(...subjects),
      period: fc.constantFrom(...PERIODS),
      members: fc.constantFrom(...MEMBERS_FILTERS),
      mode: fc.constantFrom(...MODES),
      page: fc.nat(2),
      invokerId: fc.constantFrom(id, "300000000000000009"),
    });
    fc.assert(
      fc.property(
        any,
        fc.constantFrom(...LANGUAGES),
        fc.shuffledSubarray([...VIEW_CHOICES]),
        fc.boolean(),
        (state, language, others, isShared) => {
          let made = 0;
          const {
            flags,
            components = [],
            files = [],
          } = cardMessage({
            card: { ...card, accent: 0x3366cc },
            state,
            words: translatorFor(language),
            body: state.mode === "text" ? { text: "Words" } : { png: Buffer.alloc(1) },
            pages: 3,
            footnote: isShared ? "Updated" : null,
            isShared,
            // A card's own message is one that can be shown: what leads to it is always among them.
            views: ["server", ...others.filter((view) => view !== "server")],
            idOf: () => `gs2:${"x".repeat(80)}${made++}`,
          });
          const sent: Component[] = JSON.parse(JSON.stringify(components));
          const body = { flags, components: sent };
          for (const schema of MESSAGES) expect(violations(schema, body), schema).toEqual([]);
          const names = state.mode === "text" ? [] : [`guildstats-${state.view}.png`];
          const whole = { flags: Number(flags), content: undefined, embeds: undefined, components: sent };
          expect(componentViolations({ ...whole, files: names })).toEqual([]);
          expect(files).toHaveLength(names.length);
          // Below Discord's 40, with room for what is to come.
          expect(sent.flatMap(flattened).length).toBeLessThanOrEqual(20);
        },
      ),
      { numRuns: 500 },
    );
  });
});
