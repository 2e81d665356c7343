import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOpenToAll, type Viewing, type Word } from "../../../src/commands/cards/open-to.ts";
import { makeChannel } from "../../loopback/channels.ts";
import { makeMember, makeUser } from "../../loopback/members.ts";
import { makeRole, permissionsIn, VIEW_CHANNEL } from "../../loopback/permissions.ts";

const GUILD = "1";
const ROLES = ["2", "3", "4"] as const;
const MEMBERS = ["11", "12"] as const;

const word = fc.constantFrom<(Word | undefined)[]>("allow", "deny", undefined);
const words = <Id extends string>(...ids: readonly Id[]) =>
  fc
    .tuple(...ids.map(() => word))
    .map((chosen) => new Map(ids.flatMap((id, at) => (chosen[at] ? [[id, chosen[at]] as const] : []))));
const viewing: fc.Arbitrary<Viewing> = fc.record({
  roles: words(GUILD, ...ROLES),
  members: words(...MEMBERS),
});
const views = fc.record({
  everyone: fc.boolean(),
  roles: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
});

/** A channel with such overwrites, in the loopback's Discord. */
function channelOf({ roles, members }: Viewing) {
  const bits = (said: Word, is: Word): string => (said === is ? String(VIEW_CHANNEL) : "0");
  const overwrites = (of: ReadonlyMap<string, Word>, type: 0 | 1) =>
    Array.from(of, ([id, said]) => ({ id, type, allow: bits(said, "allow"), deny: bits(said, "deny") }));
  return makeChannel(GUILD, 0, {
    name: "a channel",
    permission_overwrites: [...overwrites(roles, 0), ...overwrites(members, 1)],
  });
}

describe("a channel is open to all who see another one", () => {
  test("exactly when nobody could see that one alone, with whichever roles, by Discord's own rules", () => {
    let open = 0;
    fc.assert(
      fc.property(views, viewing, viewing, (viewed, here, there) => {
        const permission = (sees: boolean): string => (sees ? String(VIEW_CHANNEL) : "0");
        const roles = [
          makeRole({ id: GUILD, position: 0, permissions: permission(viewed.everyone) }),
          ...ROLES.map((id, at) =>
            makeRole({ id, position: 1, permissions: permission(viewed.roles[at] ?? false) }),
          ),
        ];
        const channels = [channelOf(here), channelOf(there)];
        // Everyone who could be there: each set of roles, for somebody without and with overwrites of their own.
        const isOpen = ["10", ...MEMBERS].every((id) =>
          [0, 1, 2, 3, 4, 5, 6, 7].every((set) => {
            const held = ROLES.filter((_, at) => set & (1 << at));
            const member = makeMember(makeUser({ id }), { roles: held });
            const [seesHere, seesThere] = channels.map(
              (channel) => (permissionsIn(channel, roles, member) & VIEW_CHANNEL) !== 0n,
            );
            return !seesHere || seesThere;
          }),
        );
        const rules = {
          everyone: { id: GUILD, views: viewed.everyone },
          roles: ROLES.map((id, at) => ({ id, views: viewed.roles[at] ?? false })),
        };
        expect(isOpenToAll(rules, here, there)).toBe(isOpen);
        if (isOpen) open++;
      }),
      { numRuns: 2_000 },
    );
    expect(open).toBeGreaterThan(50);
  });

  test("when its overwrites are the same, and a channel is open to its own", () => {
    fc.assert(
      fc.property(views, viewing, (viewed, channel) => {
        const rules = {
          everyone: { id: GUILD, views: viewed.everyone },
          roles: ROLES.map((id, at) => ({ id, views: viewed.roles[at] ?? false })),
        };
        expect(isOpenToAll(rules, channel, channel)).toBe(true);
      }),
    );
  });
});
