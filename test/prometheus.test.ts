import { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { collect } from "../src/prometheus.ts";
import { livelyBot } from "./support/lively-bot.ts";
import { runBot } from "./support/running-bot.ts";

interface Family {
  readonly type: string;
  readonly help: string;
  /** By name and labels, as they are written. */
  readonly samples: Map<string, number>;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-z_]+="[^"\\\n]*",?)*\})? (-?[0-9.e+-]+|\+Inf|NaN)$/;

/** Reads Prometheus's text format; what is not of it throws. */
function scraped(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const helps = new Map<string, string>();
  let current: { readonly name: string; readonly family: Family } | null = null;
  for (const line of text.split("\n")) {
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword === "HELP") helps.set(name, rest);
    else if (keyword === "TYPE") {
      if (families.has(name)) throw new Error(`${name} comes twice`);
      current = { name, family: { type: rest, help: helps.get(name) ?? "", samples: new Map() } };
      families.set(name, current.family);
    } else if (line !== "") {
      const [, sample = "", labels = "", value = ""] = SAMPLE.exec(line) ?? [];
      const suffixes = current?.family.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      if (!current || !suffixes.some((suffix) => sample === current?.name + suffix))
        throw new Error(`no sample of its family: ${line}`);
      current.family.samples.set(sample + labels, Number(value.replace("+Inf", "Infinity")));
    }
  }
  return families;
}

describe("guildstats/prometheus", () => {
  test("a scrape tells what metrics() tells, in Prometheus's text format", async () => {
    await using bot = await livelyBot();
    const registry = new Registry();
    collect(bot.stats, registry);
    await bot.stats.flush();
    await bot.call("server").settled();
    const families = scraped(await registry.metrics());
    const metrics = bot.stats.metrics();
    const figure = (family: string, labels = ""): number | undefined =>
      families.get(family)?.samples.get(family + labels);
    expect(figure("guildstats_messages_counted_total")).toBe(3);
    expect(figure("guildstats_rows_written_total")).toBe(metrics.rowsWritten);
    expect(figure("guildstats_cache_requests_total", '{result="load"}')).toBe(metrics.cacheLoads);
    expect(figure("guildstats_images_total", '{result="draw"}')).toBe(1);
    expect(figure("guildstats_last_flush_timestamp_seconds")).toBe(
      (metrics.lastFlush?.endedAtMs ?? 0) / 1_000,
    );
    expect(figure("guildstats_shard_ready", '{shard="0"}')).toBe(1);
    expect(figure("guildstats_shards")).toBe(1);
    expect(figure("guildstats_store_schema_version")).toBe(metrics.store?.schemaVersion);
    const flushes = families.get("guildstats_flush_seconds");
    expect(flushes?.type).toBe("histogram");
    expect(flushes?.samples.get("guildstats_flush_seconds_count")).toBe(1);
    expect(flushes?.samples.get('guildstats_flush_seconds_bucket{le="+Inf"}')).toBe(1);
  });

  test("names follow Prometheus's rules: our prefix, base units, and _total at the end of counters alone", async () => {
    await using bot = await livelyBot();
    const registry = new Registry();
    collect(bot.stats, registry);
    const families = scraped(await registry.metrics());
    expect(families.size).toBeGreaterThan(30);
    for (const [name, { type, help }] of families) {
      expect(name).toMatch(/^guildstats_[a-z0-9_]+$/);
      expect(name.endsWith("_total"), name).toBe(type === "counter");
      expect(name, "seconds and bytes are the base units").not.toMatch(/_(ms|millis|kb|mb|minutes)(_|$)/);
      expect(help, name).not.toBe("");
    }
  });

  test("no label and no help holds an id", async () => {
    await using bot = await livelyBot();
    const registry = new Registry();
    collect(bot.stats, registry);
    await bot.stats.flush();
    const text = await registry.metrics();
    for (const id of [bot.guild.id, ...bot.guild.members.keys(), ...bot.guild.channels.map(({ id }) => id)])
      expect(text).not.toContain(id);
  });

  test("counters count on from scrape to scrape, and a code or shard that is gone is told no more", async () => {
    await using bot = await livelyBot();
    const registry = new Registry();
    collect(bot.stats, registry);
    const counted = async (): Promise<number | undefined> =>
      scraped(await registry.metrics())
        .get("guildstats_messages_counted_total")
        ?.samples.get("guildstats_messages_counted_total");
    expect([await counted(), await counted()]).toEqual([3, 3]);
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(1));
    await bot.discord.taken();
    expect(await counted()).toBe(4);
    await bot.stats.stop();
    await bot.client.destroy();
    const after = scraped(await registry.metrics());
    // There is no figure then, which is not 0.
    expect(after.get("guildstats_store_bytes")?.samples.size).toBe(0);
    expect(after.get("guildstats_event_loop_delay_max_seconds")?.samples.size).toBe(0);
  });

  test("failures are told by code, once there are any", async () => {
    await using bot = await runBot();
    const registry = new Registry();
    collect(bot.stats, registry);
    const failures = async () => [
      ...(scraped(await registry.metrics()).get("guildstats_failures_total")?.samples ?? []),
    ];
    expect(await failures()).toEqual([]);
    bot.discord.message(bot.guild, bot.guild.channel("general"), bot.guild.user(0));
    await bot.discord.taken();
    bot.faults.push("refused");
    await expect(bot.stats.flush()).rejects.toThrow();
    expect(await failures()).toEqual([['guildstats_failures_total{code="STORE_FULL"}', 1]]);
  });

  test("what was added can be taken out again, and added again", async () => {
    await using bot = await runBot();
    const registry = new Registry();
    const remove = collect(bot.stats, registry);
    remove();
    expect(registry.getMetricsAsArray()).toEqual([]);
    expect(bot.stats.listenerCount("flush")).toBe(0);
    collect(bot.stats, registry);
    expect(() => collect(bot.stats, registry)).toThrow(/already been registered/);
  });
});
