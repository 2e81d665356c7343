import { expect, test } from "vitest";
import { draw } from "../../src/render/draw.ts";
import { AMOUNTS, cardOf } from "../support/card-of.ts";
import { stainsOf } from "../support/margins.ts";
import { pixelsOf } from "../support/pixels.ts";
import { views } from "../support/views.ts";

const cards = AMOUNTS.flatMap((amount) =>
  views(amount).flatMap((view) =>
    (["en", "ar"] as const).map((locale) => ({
      amount,
      locale,
      kind: view.kind,
      card: cardOf(view, { locale }),
    })),
  ),
);

test.each(cards)("the card of $kind ($amount, $locale) has nothing in its margins", ({ card }) => {
  expect(stainsOf(card, pixelsOf(draw(card, new Map())))).toEqual([]);
});
