import { DiscordAPIError, RateLimitError, RESTJSONErrorCodes } from "discord.js";
import { asError, GuildStatsError } from "../errors.ts";
import type { Translator } from "../i18n/translator.ts";
import type { CommandContext } from "./context.ts";
import type { Answerable } from "./replies.ts";

/** Why Discord takes no answer any more: there is nobody left to tell, only the log. */
const LOST: ReadonlyMap<number | string, string> = new Map([
  [RESTJSONErrorCodes.UnknownInteraction, "the first answer came later than Discord waits for it"],
  [RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged, "another process of the bot answered it"],
  [RESTJSONErrorCodes.InvalidWebhookToken, "it took longer than the 15 minutes that Discord leaves for it"],
  [RESTJSONErrorCodes.UnknownWebhook, "Discord does not know of it any more"],
  [RESTJSONErrorCodes.UnknownMessage, "its message was deleted"],
  [RESTJSONErrorCodes.UnknownChannel, "its channel was deleted"],
]);

/** What is said of what Discord refuses, and the user may still hear of. */
const REFUSED = {
  [RESTJSONErrorCodes.MissingAccess]: "trouble.noAccess",
  [RESTJSONErrorCodes.MissingPermissions]: "trouble.noAccess",
  [RESTJSONErrorCodes.RequestEntityTooLarge]: "trouble.pictureRefused",
} as const;

/** What to do about something that was thrown behind an answer. */
export interface Failure {
  /** What to tell the user; `null`: nobody hears it. */
  readonly words: string | null;
  /** What the host is told; `null`: nothing went wrong here. */
  readonly error: unknown;
}

/** Tells what was thrown behind an answer, in words of its own for each cause that is known. */
export function failureOf(
  { client }: CommandContext,
  { guildId }: Answerable,
  thrown: unknown,
  { say }: Translator,
): Failure {
  const lost = answerLost(thrown);
  if (lost !== null) return { words: null, error: lost };
  // Thrown out while it was answering, the bot finds nothing where the server was.
  if (!client.guilds.cache.has(guildId)) return { words: say("trouble.guildGone"), error: null };
  if (isOfOtherOptions(thrown)) return { words: say("answer.staleCommand"), error: null };
  if (thrown instanceof GuildStatsError && thrown.code === "RENDER_BUSY")
    return { words: say("limit.busy"), error: null };
  if (thrown instanceof RateLimitError) return { words: say("trouble.rateLimited"), error: thrown };
  const code = thrown instanceof DiscordAPIError ? String(thrown.code) : null;
  const refused = Object.entries(REFUSED).find(([each]) => each === code);
  if (refused) return { words: say(refused[1]), error: thrown };
  const name = thrown instanceof GuildStatsError ? thrown.code : asError(thrown).name;
  return { words: say("answer.failed", { code: name }), error: thrown };
}

/** What says that Discord takes no answer any more, in words of its own; `null`: it is something else that went wrong. */
export function answerLost(thrown: unknown): GuildStatsError | null {
  if (!(thrown instanceof DiscordAPIError)) return null;
  const lost = LOST.get(thrown.code);
  if (lost === undefined) return null;
  return new GuildStatsError("ANSWER_LOST", `an answer was not taken: ${lost}`, {
    cause: thrown,
    details: { discordCode: thrown.code },
  });
}

/** Whether discord.js found other options than those of this version's commands. */
function isOfOtherOptions(thrown: unknown): boolean {
  return thrown instanceof Error && /^CommandInteractionOption/.test(String(Reflect.get(thrown, "code")));
}
