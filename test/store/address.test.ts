import { describe, expect, test } from "vitest";
import { storeAddress } from "../../src/store/address.ts";

describe("an address on a command line", () => {
  test.each([
    ["postgres://bot@/stats?host=/var/run/postgresql", "postgres://bot@/stats?schema=guildstats"],
    ["postgres://bot:hunter2@/stats?schema=other&host=/run", "postgres://bot@/stats?schema=other"],
    ["postgres:///stats?host=/run", "postgres:///stats?schema=guildstats"],
    ["postgresql://bot:hunter2@db:5433/stats", "postgres://bot@db:5433/stats?schema=guildstats"],
  ])("%s may leave out the host, as the driver's may, and is told without its password", (text, shown) => {
    const address = storeAddress(text);
    expect(address).toMatchObject({ kind: "postgres", shown });
    // Nothing but the schema is kept from the driver.
    const rest = text.replace(/schema=\w+&?/, "");
    expect(address).toMatchObject({
      url: rest.replace("=/run", "=%2Frun").replace("=/var/run/", "=%2Fvar%2Frun%2F"),
    });
  });

  test("that is no URL is refused, and its password not told", () => {
    for (const address of ["postgres://bot:hunter2@ho st/stats", "postgres://bot:a@/hunter2@host/stats"])
      expect(() => storeAddress(address)).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID", message: expect.not.stringContaining("hunter2") }),
      );
  });
});
