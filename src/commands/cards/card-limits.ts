import { type CommandContext, wordsFor } from "../context.ts";
import { isKnownOwner, mayManage } from "../permissions.ts";
import type { Answerable } from "../replies.ts";

/**
 * Counts a card against the limits of who asks for it and of the guild; those who manage the server and the bot's owners
 * have none. @returns what to say instead of the card; `null`: it may be shown
 */
export function waitBefore(context: CommandContext, interaction: Answerable): string | null {
  const { client, clock, cooldowns, ownerIds } = context;
  const { user, guildId } = interaction;
  if (mayManage(interaction) || isKnownOwner(client, ownerIds, user.id)) return null;
  const wait = cooldowns.take(guildId, user.id);
  if (wait === null) return null;
  // Discord counts down in the reader's own language; whole seconds, and never too early.
  const until = `<t:${Math.ceil((clock.nowMs() + wait.waitMs) / 1_000)}:R>`;
  return wordsFor(interaction).say(`limit.${wait.of}`, { until });
}
