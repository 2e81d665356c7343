import fc from "fast-check";
import { expect, test } from "vitest";
import { column, VALUE_PARSERS } from "../../src/store/postgres/database.ts";

const parsed = VALUE_PARSERS[1022];

test("a column of numbers is read as it is written: whole, negative, broken, huge, or none at all", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.maxSafeInteger(),
          fc.nat(),
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        ),
      ),
      (values) => {
        expect([...Object(parsed?.(column(values)))]).toEqual(values);
      },
    ),
  );
  expect(parsed?.("{}")).toHaveLength(0);
});
