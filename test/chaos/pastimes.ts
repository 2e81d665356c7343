import type { LivelyDiscord } from "../crash/lively-discord.ts";
import { playing } from "../loopback/activities.ts";
import type { Books } from "./books.ts";

/** Discord tells the start of the first two. */
const GAMES = ["Chess", "Go", "Tag"];
/** Somebody plays for so long at most before Discord is told. */
const UNTOLD_MS = 2_000;

/** Somebody begins to play something, or ceases to; whatever else they play goes on. */
export function playOrCease(lively: LivelyDiscord<Books>): void {
  const guild = lively.pick(lively.guilds);
  const user = lively.pick(guild.users);
  const game = lively.pick(GAMES);
  const before = guild.presences.get(user.id)?.activities ?? [];
  const others = before.filter(({ name }) => name !== game);
  const start = game === GAMES.at(-1) ? {} : { startMs: Date.now() - lively.below(UNTOLD_MS) };
  const activities = others.length < before.length ? others : [...others, playing(game, start)];
  lively.discord.presence(guild, user, activities.length === 0 ? { status: "offline" } : { activities });
}
