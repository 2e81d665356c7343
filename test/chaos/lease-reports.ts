import type { GuildLeases } from "../../src/store/leases.ts";
import type { Report } from "./bot-messages.ts";

/**
 * Tells which guilds a process is asked to hand over, and which it has.
 * @returns of guilds that were granted to it, up to when those before counted
 */
export function tellOfLeases(
  leases: GuildLeases,
  tell: (report: Report) => void,
): ReadonlyMap<string, number> {
  const settledMs = new Map<string, number>();
  const poll = leases.poll.bind(leases);
  leases.poll = async (...polled) => {
    const guildIds = [...(await poll(...polled))];
    if (guildIds.length > 0) tell({ kind: "leaving", guildIds, atMs: Date.now() });
    return guildIds;
  };
  const claim = leases.claim.bind(leases);
  leases.claim = async (claimed) => {
    const verdicts = await claim(claimed);
    for (const verdict of verdicts) {
      if (verdict.kind !== "granted") continue;
      if (verdict.settledMs === null) settledMs.delete(verdict.guildId);
      else settledMs.set(verdict.guildId, verdict.settledMs);
    }
    return verdicts;
  };
  const release = leases.release.bind(leases);
  leases.release = async (writer, releases) => {
    await release(writer, releases);
    for (const released of releases)
      tell({ kind: "released", guildId: released.guildId, settledMs: released.settledMs });
  };
  return settledMs;
}
