import fc from "fast-check";
import { expect, test } from "vitest";
import { nextDueMs } from "../../src/posts/due.ts";
import type { PostTiming } from "../../src/store/scheduled-post.ts";
import { anyTiming } from "../store/posts-conformance.ts";
import { BEGIN_MS, DAY_MS, GUILD, HOUR_MS, OTHER, Posting, planOf } from "./posting.ts";

const GUILDS = [GUILD, OTHER];
const SOON_MS = 300_000;
const HALF_MS: Readonly<Record<Exclude<PostTiming["every"], "refresh">, number>> = {
  day: DAY_MS / 2,
  week: 3.5 * DAY_MS,
  month: 14 * DAY_MS,
};

const guild = fc.constantFrom(...GUILDS);
const zone = fc.constantFrom(
  ...["UTC", "Europe/Berlin", "America/Nuuk", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"],
);
const duration = fc.oneof(
  fc.integer({ min: 1, max: 120 }).map((minutes) => minutes * 60_000),
  fc.integer({ min: 1, max: 50 }).map((hours) => hours * HOUR_MS),
  fc.integer({ min: 1, max: 20 }).map((days) => days * DAY_MS),
);
const MODES = ["posts", "refuses", "fails", "loses the answer"] as const;

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("time" as const), ms: duration }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("outage" as const), guild, isAway: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("discord" as const), mode: fc.constantFrom(...MODES) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("store" as const), works: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("restart" as const), ms: duration, isKill: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("move" as const), guild, zone }) },
);
const plans = fc.array(fc.record({ guild, timing: anyTiming }), { minLength: 1, maxLength: 4 });

test("whatever happens, each due instant leads to one message at most, and to one if the guild is there and may be written to", () =>
  fc.assert(
    fc.asyncProperty(
      plans,
      zone,
      fc.array(step, { minLength: 3, maxLength: 14 }),
      async (plans, zone, steps) => {
        await using run = await Posting.begin();
        for (const guildId of GUILDS) run.zones.set(guildId, zone);
        let mode: (typeof MODES)[number] = "posts";
        run.channels.answer = (attempt) => {
          if (mode === "refuses") return { kind: "refused", trouble: "permissions" };
          if (mode === "loses the answer") run.channels.post(attempt);
          if (mode !== "posts") throw new Error(mode);
          return null;
        };
        const added = [];
        for (const { guild, timing } of plans)
          added.push(await run.posts.add(planOf({ guildId: guild, timing })));
        await run.settled();
        /** When all was well with a guild, and whether it ever moved. */
        const good: { readonly guildId: string; readonly fromMs: number; readonly untilMs: number }[] = [];
        const moved = new Set<string>();
        const pass = async (ms: number): Promise<void> => {
          const fromMs = run.clock.nowMs();
          await run.advance(ms);
          for (const guildId of mode === "posts" ? GUILDS : [])
            if (!run.channels.away.has(guildId)) good.push({ guildId, fromMs, untilMs: run.clock.nowMs() });
        };
        for (const step of [...steps, { kind: "discord", mode: "posts" } as const]) {
          switch (step.kind) {
            case "time":
              await pass(step.ms);
              break;
            case "outage":
              if (step.isAway) run.channels.away.add(step.guild);
              else if (run.channels.away.delete(step.guild)) run.posts.arrived(step.guild);
              break;
            case "discord":
              mode = step.mode;
              break;
            case "store":
              run.line.posts = step.works;
              break;
            case "restart":
              await (step.isKill ? run.kill() : run.stop());
              run.clock.pass(step.ms);
              await run.start();
              break;
            case "move":
              run.zones.set(step.guild, step.zone);
              moved.add(step.guild);
              run.posts.changed(step.guild);
              break;
            default:
              step satisfies never;
          }
          await run.settled();
        }
        // All ends well: what waits is made, and what is not written yet is.
        run.line.posts = true;
        run.channels.away.clear();
        for (const guildId of GUILDS) run.posts.arrived(guildId);
        await run.settled();
        await pass(2 * HOUR_MS);
        const known = added.flatMap(({ guildId }) => run.posts.list(guildId));
        await run.posts.stop();
        expect(new Set(await run.store.posts())).toEqual(new Set(known));

        for (const { guildId, id, timing } of added) {
          const made = run.channels.attempts.filter(({ post }) => post.guildId === guildId && post.id === id);
          const messages = [...run.channels.messages].flatMap(([key, { atMs }]) => {
            const [ofGuild, ofId, dueMs] = key.split(" ");
            return ofGuild === guildId && Number(ofId) === id ? [{ dueMs: Number(dueMs), atMs }] : [];
          });
          if (timing.every === "refresh") {
            expect(messages).toHaveLength(1);
            const last = made.findLast(({ post }) => post.messageId !== null);
            expect(run.clock.nowMs() - (last?.atMs ?? 0)).toBeLessThanOrEqual(HOUR_MS);
            continue;
          }
          for (const [index, { dueMs, atMs }] of messages.entries()) {
            expect(dueMs).toBeLessThanOrEqual(atMs);
            const before = messages[index - 1];
            if (before) expect(dueMs - before.dueMs).toBeGreaterThanOrEqual(HALF_MS[timing.every]);
            // A late one is one that was tried before it was.
            const first = made.find((attempt) => attempt.dueMs === dueMs);
            expect((first?.atMs ?? Number.NaN) - dueMs).toBeLessThan(HALF_MS[timing.every]);
          }
          if (moved.has(guildId)) continue;
          const fine = good.filter((each) => each.guildId === guildId);
          const endMs = run.clock.nowMs();
          for (
            let dueMs = nextDueMs({ guildId, timing }, BEGIN_MS, zone);
            dueMs < endMs;
            dueMs = nextDueMs({ guildId, timing }, dueMs, zone)
          ) {
            const isFine = fine.some(({ fromMs, untilMs }) => fromMs <= dueMs && dueMs + SOON_MS <= untilMs);
            if (isFine) expect(messages.map((message) => message.dueMs)).toContain(dueMs);
          }
        }
      },
    ),
    { numRuns: Number(process.env["POSTS_RUNS"] ?? 25) },
  ));
