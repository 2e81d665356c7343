import fc from "fast-check";
import { expect, test } from "vitest";
import { Cutting } from "../../src/counting/cutting.ts";
import { GuildRecord } from "../../src/counting/guild-record.ts";
import type { Piece } from "../../src/counting/pieces.ts";
import { NO_CHANGES } from "../../src/counting/session-changes.ts";
import { SnowflakeDigits } from "../../src/snowflake.ts";
import { snowflake } from "../loopback/snowflake.ts";

const CHANNEL = "500000000000000001";
const NOW_MS = Date.UTC(2026, 2, 15, 12);

function wrote(record: GuildRecord, messageId: string, userId: string): void {
  const id = new SnowflakeDigits();
  if (!id.read(messageId)) throw new Error("no snowflake");
  const { guildId } = record;
  record.countMessage({ guildId, messageId, channelId: CHANNEL, parentId: null, userId, bot: false }, id);
}

function messagesIn(pieces: readonly Piece[], guildId: string): number {
  return pieces
    .filter(({ delta }) => delta.guildId === guildId)
    .flatMap(({ delta }) => [...delta.rows.messages])
    .reduce((sum, messages) => sum + messages, 0);
}

test("whenever batches are made, each count is in one of them, was cut and told of its guild, or is not cut yet", () => {
  const members = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 9 });
  const drawn = fc.tuple(fc.array(members, { maxLength: 8 }), fc.integer({ min: 1, max: 12 }), fc.boolean());
  fc.assert(
    fc.property(drawn, ([guilds, batchRows, asksForBegun]) => {
      const records = new Map(
        guilds.map((messagesOf, guild) => {
          const record = new GuildRecord(String(600_000_000_000_000_000n + BigInt(guild)), NOW_MS);
          for (const [member, messages] of messagesOf.entries())
            for (let count = 0; count < messages; count++)
              wrote(record, snowflake(NOW_MS), String(700_000_000_000_000_000n + BigInt(member)));
          return [record.guildId, record];
        }),
      );
      const waiting = new Set(records.keys());
      const cutting = new Cutting(batchRows, (guildId) => {
        expect(waiting.delete(guildId)).toBe(true);
        const settled = { settledMs: NOW_MS, changes: NO_CHANGES };
        return records.get(guildId)?.take(batchRows, settled, () => null) ?? [];
      });
      cutting.add(records.keys());
      const made: Piece[] = [];
      while (!cutting.isDone) {
        for (const [guild, guildId] of [...records.keys()].entries()) {
          const counted = guilds[guild]?.reduce((sum, each) => sum + each, 0);
          const cut = messagesIn(made, guildId) + messagesIn(cutting.piecesOf(guildId), guildId);
          expect(cut).toBe(waiting.has(guildId) ? 0 : counted);
        }
        const before = waiting.size;
        const begun = asksForBegun ? cutting.nextBegun() : [];
        expect(waiting.size).toBe(before);
        const batch = begun.length > 0 ? begun : cutting.next();
        const size = batch.reduce((sum, piece) => sum + piece.size, 0);
        // What may not be cut may be larger than a batch, but is alone then.
        expect(size <= batchRows || batch.length === 1).toBe(true);
        made.push(...batch);
      }
      expect(cutting.next()).toEqual([]);
      expect([...records.keys()].map((guildId) => messagesIn(made, guildId))).toEqual(
        guilds.map((messagesOf) => messagesOf.reduce((sum, each) => sum + each, 0)),
      );
    }),
  );
});
