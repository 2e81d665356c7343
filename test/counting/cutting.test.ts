import fc from "fast-check";
import { expect, test } from "vitest";
import { hourOf } from "../../src/clock.ts";
import { Cutting } from "../../src/counting/cutting.ts";
import { GuildRecord } from "../../src/counting/guild-record.ts";
import type { Piece } from "../../src/counting/pieces.ts";
import { NO_CHANGES } from "../../src/counting/session-changes.ts";
import { SnowflakeDigits } from "../../src/snowflake.ts";
import { snowflake } from "../loopback/snowflake.ts";

const [CHANNEL, USER] = ["500000000000000001", "500000000000000002"];
const NOW_MS = Date.UTC(2026, 2, 15, 12);

function wrote(record: GuildRecord, messageId: string, userId = USER): void {
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

test("whenever batches are made, each count is in one of them, and what is in none yet is told of its guild", () => {
  const members = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 9 });
  fc.assert(
    fc.property(fc.array(members, { maxLength: 8 }), fc.integer({ min: 1, max: 12 }), (guilds, batchRows) => {
      const guildIds = guilds.map((_, guild) => String(600_000_000_000_000_000n + BigInt(guild)));
      const taken = guilds.map((messagesOf, guild) => {
        const record = new GuildRecord(guildIds[guild] ?? "", NOW_MS);
        for (const [member, messages] of messagesOf.entries())
          for (let count = 0; count < messages; count++)
            wrote(record, snowflake(NOW_MS), String(700_000_000_000_000_000n + BigInt(member)));
        return record.take(batchRows, NO_CHANGES, () => null);
      });
      const cutting = new Cutting({ cutAtMs: NOW_MS, changesSeen: null }, taken, batchRows);
      const expected = guilds.map((messagesOf) => messagesOf.reduce((sum, each) => sum + each, 0));
      const made: Piece[] = [];
      let rows = guilds.flat().length;
      while (!cutting.isDone) {
        expect(cutting.rows).toBe(rows);
        for (const [guild, guildId] of guildIds.entries())
          expect(messagesIn(made, guildId) + messagesIn(cutting.piecesOf(guildId), guildId)).toBe(
            expected[guild],
          );
        const batch = cutting.next();
        const size = batch.reduce((sum, piece) => sum + piece.size, 0);
        // What may not be cut may be larger than a batch, but is alone then.
        expect(size <= batchRows || batch.length === 1).toBe(true);
        made.push(...batch);
        rows -= size;
      }
      expect(cutting.next()).toEqual([]);
      expect(guildIds.map((guildId) => messagesIn(made, guildId))).toEqual(expected);
    }),
  );
});

test("a batch that is made later names no message that it does not count", () => {
  const record = new GuildRecord("600000000000000000", NOW_MS);
  const [first, second] = [snowflake(NOW_MS), snowflake(NOW_MS + 1)];
  wrote(record, first);
  const taken = record.take(400, NO_CHANGES, () => null);
  wrote(record, second);
  const [piece] = taken.pieces;
  expect(piece?.delta.places.map(({ newestMessageId }) => newestMessageId)).toEqual([first]);
  expect([...(piece?.delta.rows.messages ?? [])]).toEqual([1]);
  expect([...(piece?.delta.rows.hour ?? [])]).toEqual([hourOf(NOW_MS)]);
});
