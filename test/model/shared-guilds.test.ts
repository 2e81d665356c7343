import fc from "fast-check";
import { expect, test } from "vitest";
import { PostgresPlaces } from "../store/postgres-places.ts";
import { databaseOfFile } from "../support/database-of-file.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { CHANNELS, GUILDS, USERS, World, type WorldProcess } from "./shared-world.ts";

const database = await databaseOfFile();
const places = new PostgresPlaces(() => database, "world");

/** `npm run model` plays thousands. */
const RUNS = Math.ceil(Number(process.env["MODEL_RUNS"] ?? 60) / 5);
const MOST_PROCESSES = 3;
/** Longer than any process waits for another. */
const LONG_MS = 90_000;

const guild = fc.nat(GUILDS.length - 1);
const user = fc.nat(USERS.length - 1);
const channel = fc.nat(CHANNELS.length - 1);
const which = fc.nat(MOST_PROCESSES - 1);
const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

const step = fc.oneof(
  weighted(6, fc.record({ do: fc.constant("message" as const), guild, channel, user })),
  weighted(6, fc.record({ do: fc.constant("voice" as const), guild, user, channel: fc.option(channel) })),
  weighted(2, fc.record({ do: fc.constant("join" as const), guild })),
  weighted(5, fc.record({ do: fc.constant("pass" as const), ms: fc.nat(15_000) })),
  weighted(2, fc.record({ do: fc.constant("flush" as const), which })),
  weighted(3, fc.record({ do: fc.constant("start" as const) })),
  weighted(1, fc.record({ do: fc.constant("stop" as const), which })),
  weighted(2, fc.record({ do: fc.constant("kill" as const), which })),
  weighted(2, fc.record({ do: fc.constant("deaf" as const), which })),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function perform(world: World, now: Step): Promise<void> {
  const { alive } = world;
  const chosen = (index: number): WorldProcess | undefined => alive[index % alive.length];
  switch (now.do) {
    case "message":
      return world.message(now.guild, now.channel, now.user);
    case "voice":
      return world.voice(now.guild, now.user, now.channel);
    case "join":
      return world.join(now.guild);
    case "pass":
      return await world.pass(now.ms);
    case "start":
      if (alive.length < MOST_PROCESSES && world.isSafe) await world.start();
      return;
    case "flush": {
      const process = chosen(now.which);
      if (process) await world.flush(process);
      return;
    }
    case "stop": {
      const process = chosen(now.which);
      if (process && alive.length > 1 && world.isSafe) await world.stop(process);
      return;
    }
    case "kill": {
      const process = chosen(now.which);
      if (process === undefined || alive.length === 1 || !world.isSafe) return;
      // What it had not written was seen by all others.
      if (alive.every((other) => other === process || other.sinceMs <= process.writtenMs))
        process.isGone = true;
      return;
    }
    case "deaf": {
      const process = chosen(now.which);
      if (process === undefined) return;
      process.isDeaf = !process.isDeaf && alive.length > 1 && world.isSafe;
      if (!process.isDeaf) await world.flush(process);
      return;
    }
    default:
      return now satisfies never;
  }
}

test("whichever process counts a guild, and however it ends, the sums are those of all that happened", {
  timeout: RUNS * 20_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const clock = new ManualClock();
      await using place = await places.place(clock);
      const world = new World(
        clock,
        () => place.store(),
        () => database.close(),
      );
      await world.start();
      for (const each of steps) {
        await perform(world, each);
        await world.quiet();
      }
      for (const process of world.alive) {
        process.isDeaf = false;
        await world.flush(process);
      }
      await world.pass(LONG_MS);
      world.settle();
      for (const process of world.alive) await world.flush(process);
      const { messages, voiceMs, joins } = await world.stored();
      for (const process of world.alive) await process.counter.stop();
      expect(messages).toEqual(world.messages);
      expect(voiceMs).toEqual(world.voiceMs);
      expect(joins).toEqual(world.joins);
    }),
    { numRuns: RUNS },
  );
});
