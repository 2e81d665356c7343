import { deepStrictEqual } from "node:assert/strict";
import type { BaselineCog } from "./baseline-cog.ts";
import type { Figure } from "./figure.ts";
import { referenceFile } from "./files.ts";
import { Moved, systemBytes, withTraffic } from "./moved.ts";
import { messageAt, startPlugin } from "./plugin.ts";
import { GUILD, NOW_MS, SIZE } from "./reference-guild.ts";

/** As many messages in a minute as in the guild's busiest hours. */
const MESSAGES_PER_MINUTE = 13;
const MINUTES = 60;
/** Minutes between two requests. */
const REQUEST_EVERY = 3;
/** The plugin's default period is half a minute, the cog's was a minute. */
const FLUSHES_PER_MINUTE = 2;

const SCENE = `${MESSAGES_PER_MINUTE * MINUTES} messages, ${MINUTES / REQUEST_EVERY} requests, a save a minute (the plugin: ${FLUSHES_PER_MINUTE})`;

/** What both move to and from their databases in a busy hour, the plugin's load of the guild included. */
export async function busyHour(cog: BaselineCog): Promise<Figure[]> {
  const moved = new Moved();
  const file = await referenceFile();
  const said = minutes();
  cog.moved.clear();
  const cogSystem = await systemTraffic(async () => {
    for (const [minute, messages] of said.entries()) {
      for (const { channelId, userId } of messages) cog.message(channelId, userId, NOW_MS - 1_000);
      cog.save();
      if (minute % REQUEST_EVERY === 0) cog.server();
    }
  });
  const { rowsRead, bytesRead, rowsWritten, bytesWritten } = cog.moved;
  const pluginSystem = await systemTraffic(async () => {
    await using plugin = await startPlugin(file, { watch: (store) => withTraffic(store, moved) });
    for (const [minute, messages] of said.entries()) {
      const half = Math.ceil(messages.length / FLUSHES_PER_MINUTE);
      for (let start = 0; start < messages.length; start += half) {
        for (const message of messages.slice(start, start + half)) plugin.counter.message(message);
        await plugin.counter.flush();
      }
      if (minute % REQUEST_EVERY === 0) await plugin.query.server(GUILD.guildId);
    }
    const expected = cog.server();
    const { previous } = expected;
    deepStrictEqual({ ...(await plugin.query.server(GUILD.guildId)), previous }, expected);
  });
  const as = (value: number) => ({ what: "as the cog did", value });
  const reads = { kind: "saves", share: 0.8, promised: "−80 to −90 %" } as const;
  const writes = { kind: "saves", share: 0.5, promised: "−50 to −60 %" } as const;
  const figures: Figure[] = [
    {
      what: "read from the database in a busy hour",
      value: moved.bytesRead,
      unit: "bytes",
      baseline: as(bytesRead),
      goal: reads,
      note: `bytes of the rows' values; ${SCENE}; ${counted(moved.rowsRead)} rows when the guild is loaded, and ${counted(rowsRead)} documents`,
    },
    {
      what: "written to the database in a busy hour",
      value: moved.bytesWritten,
      unit: "bytes",
      baseline: as(bytesWritten),
      goal: writes,
      note: `bytes of the rows' values; ${counted(moved.rowsWritten)} rows, and ${counted(rowsWritten)} documents`,
    },
  ];
  if (cogSystem === null || pluginSystem === null) return figures;
  return [
    ...figures,
    {
      what: "the same reads, as system calls",
      value: pluginSystem.read,
      unit: "bytes",
      baseline: as(cogSystem.read),
      goal: reads,
      note: "whole pages, as SQLite reads them, checkpoints included",
    },
    {
      what: "the same writes, as system calls",
      value: pluginSystem.written,
      unit: "bytes",
      baseline: as(cogSystem.written),
      goal: writes,
      note: "whole pages, into the log and from there into the file",
    },
  ];
}

function minutes() {
  return Array.from({ length: MINUTES }, (_, minute) =>
    Array.from({ length: MESSAGES_PER_MINUTE }, (_, index) => {
      const serial = minute * MESSAGES_PER_MINUTE + index;
      return messageAt(NOW_MS - 1_000, serial, (serial * 11) % SIZE.textChannels, serial ** 2 % SIZE.members);
    }),
  );
}

async function systemTraffic(task: () => Promise<void>): Promise<{ read: number; written: number } | null> {
  const before = systemBytes();
  await task();
  const after = systemBytes();
  return before && after && { read: after.read - before.read, written: after.written - before.written };
}

function counted(value: number): string {
  return value.toLocaleString("en");
}
