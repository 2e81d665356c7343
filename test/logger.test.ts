import { Writable } from "node:stream";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { jsonLog } from "../src/cli/json-log.ts";
import { GuildStatsError } from "../src/errors.ts";
import type { Log, Logger } from "../src/logger.ts";
import { type RunningBot, runBot } from "./support/running-bot.ts";

const line = z.looseObject({
  level: z.union([z.number(), z.string()]),
  time: z.number(),
  event: z.string(),
  msg: z.string().min(1),
  code: z.string().optional(),
  err: z.looseObject({ type: z.string(), message: z.string(), stack: z.string() }).optional(),
});
type Line = z.infer<typeof line>;

/** A real pino that writes into a stream, and what it wrote. */
function pinoLog(): { readonly logger: Logger; readonly lines: () => Line[] } {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  return { logger: pino({ level: "debug" }, stream), lines: () => parsed(written.join("")) };
}

/** The bot's own logger. */
function ownLog(): ReturnType<typeof pinoLog> {
  const written: string[] = [];
  return { logger: jsonLog((text) => written.push(text)), lines: () => parsed(written.join("\n")) };
}

function parsed(text: string): Line[] {
  return text
    .split("\n")
    .filter((each) => each !== "")
    .map((each) => line.parse(JSON.parse(each)));
}

/** A life in which all kinds of things happen, and something fails. */
async function live(bot: RunningBot): Promise<void> {
  const { discord, guild, stats } = bot;
  discord.message(guild, guild.channel("general"), guild.user(0));
  await discord.taken();
  bot.faults.push("refused");
  await expect(stats.flush()).rejects.toThrow();
  await stats.flush();
  await stats.privacy.optOut(guild.user(0).id);
  await stats.stop();
}

describe.each([
  ["pino", pinoLog, { info: 30, error: 50 }],
  ["the standalone bot's lines of JSON", ownLog, { info: "info", error: "error" }],
] as const)("in %s", (_, makeLog, levels) => {
  test("each line has the name of an event, and failures have their code, message and stack", async () => {
    const log = makeLog();
    await using bot = await runBot({}, { logger: log.logger });
    await live(bot);
    const told = log.lines().filter(({ level }) => level !== 20);
    expect(told.map(({ event, level }) => [event, level])).toEqual([
      ["started", levels.info],
      ["commands_registered", levels.info],
      ["failure", levels.error],
      ["user_erased", levels.info],
      ["stopped", levels.info],
    ]);
    const failure = told.find(({ event }) => event === "failure");
    expect(failure).toMatchObject({ code: "STORE_FULL", msg: "no space left (test)" });
    expect(failure?.err).toMatchObject({ message: "no space left (test)", code: "STORE_FULL" });
    expect(failure?.err?.stack).toContain("faulty-store.ts");
  });

  test("no line holds the id of a user", async () => {
    const log = makeLog();
    await using bot = await runBot({}, { logger: log.logger });
    await live(bot);
    const text = JSON.stringify(log.lines());
    for (const userId of bot.guild.members.keys()) expect(text).not.toContain(userId);
  });
});

describe("log lines", () => {
  test.each<{ readonly how: string; readonly log: Log }>([
    {
      how: "throws",
      log: () => {
        throw new TypeError("no disk (test)");
      },
    },
    { how: "rejects", log: () => Promise.reject(new TypeError("no disk (test)")) },
  ])("a logger that $how fails nothing else", async ({ log }) => {
    await using bot = await runBot({}, { logger: { debug: log, info: log, warn: log, error: log } });
    await live(bot);
    expect(bot.failures.map(({ code }) => code)).toEqual(["STORE_FULL"]);
  });

  test("what goes on every half minute is for those who debug", async () => {
    const log = pinoLog();
    await using bot = await runBot({}, { logger: log.logger });
    await live(bot);
    const flushes = log.lines().filter(({ event }) => event === "flushed");
    expect(flushes[0]).toMatchObject({ level: 20, rows: 1, batches: 1 });
  });

  test("a feature that is off for want of an intent is a warning, not an error", async () => {
    const log = pinoLog();
    await using bot = await runBot({}, { logger: log.logger, activities: true });
    await bot.stats.stop();
    const warnings = log.lines().filter(({ level }) => level === 40);
    expect(warnings.map(({ event, code }) => [event, code])).toEqual([["failure", "INTENT_MISSING"]]);
  });

  test("what Discord's errors carry along, such as the token of an answer, is in no line of the standalone bot", () => {
    const log = ownLog();
    const cause = Object.assign(new Error("Unknown Message"), { url: "webhooks/1/secret", code: 10_008 });
    const error = new GuildStatsError("UNEXPECTED", "no answer", { cause });
    log.logger.error({ event: "failure", code: error.code, err: error }, error.message);
    expect(JSON.stringify(log.lines())).not.toContain("secret");
    expect(log.lines()[0]?.err).toMatchObject({ cause: { message: "Unknown Message", code: 10_008 } });
  });
});
