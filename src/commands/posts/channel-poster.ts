import {
  type Client,
  DiscordAPIError,
  type Guild,
  type Message,
  RESTJSONErrorCodes,
  type SendableChannels,
} from "discord.js";
import { LRUCache } from "lru-cache";
import type { Card } from "../../cards/card.ts";
import type { Poster, PostOutcome } from "../../posts/poster.ts";
import type { Snowflake } from "../../snowflake.ts";
import type { ScheduledPost } from "../../store/scheduled-post.ts";
import { shownToAll, showsLess } from "../cards/access.ts";
import { readersOf } from "../cards/audience.ts";
import { makeCard } from "../cards/card-making.ts";
import { type CardMessage, cardMessage } from "../cards/card-message.ts";
import type { CardState } from "../cards/card-state.ts";
import { guildLook } from "../cards/look.ts";
import { viewsForEveryone } from "../cards/offered-views.ts";
import { textHash } from "../component-id.ts";
import type { CommandContext } from "../context.ts";
import { obstacleTo } from "./obstacle.ts";
import { instantWords } from "./post-words.ts";

/** A message that is forgotten is edited once more though nothing changed. */
const MOST_REMEMBERED = 10_000;

/** What Discord says of a post, by what it means. What is not here passes, and is tried again. */
const OUTCOMES: ReadonlyMap<number | string, PostOutcome> = new Map<number | string, PostOutcome>([
  [RESTJSONErrorCodes.MissingAccess, { kind: "refused", trouble: "permissions" }],
  [RESTJSONErrorCodes.MissingPermissions, { kind: "refused", trouble: "permissions" }],
  [RESTJSONErrorCodes.UnknownChannel, { kind: "gone", what: "channel" }],
  [RESTJSONErrorCodes.UnknownMessage, { kind: "gone", what: "message" }],
]);

/** Posts cards into the channels that the client sees, as everyone who reads there may see them. */
export class ChannelPoster implements Poster {
  readonly #client: Client;
  readonly #context: () => CommandContext | null;
  readonly #isOurs: (guildId: Snowflake) => boolean;
  /** What messages that are kept up to date show, by their ids: hashes of cards. */
  readonly #shown = new LRUCache<Snowflake, bigint>({ max: MOST_REMEMBERED });

  /**
   * @param context `null`: the client has not logged in
   * @param isOurs whether a guild is this process's to post in
   */
  constructor(client: Client, context: () => CommandContext | null, isOurs: (guildId: Snowflake) => boolean) {
    this.#client = client;
    this.#context = context;
    this.#isOurs = isOurs;
  }

  isHere(guildId: Snowflake): boolean {
    if (!this.#isOurs(guildId)) return false;
    return this.#client.guilds.cache.get(guildId)?.available === true;
  }

  async post(post: ScheduledPost, dueMs: number): Promise<PostOutcome> {
    const guild = this.#client.guilds.cache.get(post.guildId);
    const context = this.#context();
    if (!guild || context === null || !this.isHere(post.guildId)) return { kind: "away" };
    try {
      return await this.#attempt(context, guild, post, dueMs);
    } catch (thrown) {
      // Thrown out, or cut off, meanwhile: what Discord says of the channel then tells nothing of it.
      if (!this.isHere(post.guildId)) return { kind: "away" };
      const outcome = thrown instanceof DiscordAPIError ? OUTCOMES.get(thrown.code) : undefined;
      if (outcome === undefined) throw thrown;
      return outcome;
    }
  }

  async #attempt(
    context: CommandContext,
    guild: Guild,
    post: ScheduledPost,
    dueMs: number,
  ): Promise<PostOutcome> {
    // What the client does not know is not gone for sure: Discord says so.
    const channel = guild.channels.cache.get(post.channelId) ?? (await guild.channels.fetch(post.channelId));
    if (!channel?.isSendable()) return { kind: "refused", trouble: "permissions" };
    const refusal = refusalOf(context, guild, post);
    if (refusal) return refusal;
    const state: CardState = {
      view: post.card,
      subject: null,
      period: post.period,
      members: post.members,
      mode: "card",
      page: 0,
      invokerId: context.client.user.id,
    };
    const look = guildLook(context, guild.id, guild.preferredLocale);
    const shown = shownToAll(context, guild.id, null);
    const made = await makeCard(context, guild, state, {
      look,
      audience: readersOf(guild, channel.id),
      shown,
      viewerId: null,
    });
    if (made === null) return { kind: "refused", trouble: "off" };
    const hash = hashOf(made.card);
    if (post.messageId !== null && this.#shown.get(post.messageId) === hash) return { kind: "unchanged" };
    const png = await context.render(made.card);
    // Permissions and settings may have changed while it was drawn.
    const late = refusalOf(context, guild, post);
    if (late) return late;
    if (showsLess(shownToAll(context, guild.id, null), shown, null))
      return await this.#attempt(context, guild, post, dueMs);
    const isKept = post.timing.every === "refresh";
    const when = instantWords(context.clock.nowMs(), "R");
    const message = cardMessage({
      ...made,
      words: look.words,
      body: { png },
      views: viewsForEveryone(context, guild.id, state),
      footnote: isKept ? look.words.say("post.updated", { when }) : null,
      isShared: true,
      idOf: (payload) => context.ids.sign(guild.id, payload),
    });
    const posted = await sent(channel, post, dueMs, message);
    // An attempt that was repeated is answered with the message of the first one, and what that shows.
    const isOurs = posted.attachments.first()?.description === made.card.alt;
    if (isKept && isOurs) this.#shown.set(posted.id, hash);
    return { kind: "posted", messageId: posted.id };
  }
}

function refusalOf(context: CommandContext, guild: Guild, post: ScheduledPost): PostOutcome | null {
  const obstacle = obstacleTo(context, guild, post);
  if (obstacle === null) return null;
  return { kind: "refused", trouble: obstacle.kind === "permissions" ? "permissions" : "off" };
}

async function sent(
  channel: SendableChannels,
  post: ScheduledPost,
  dueMs: number,
  message: CardMessage,
): Promise<Message> {
  if (post.messageId !== null) return await channel.messages.edit(post.messageId, message);
  return await channel.send({ ...message, nonce: nonceOf(post, dueMs), enforceNonce: true });
}

/** The same for each attempt at what is due then: for some minutes Discord answers a second one with the first's message. */
function nonceOf({ guildId, channelId, id }: ScheduledPost, dueMs: number): string {
  return textHash(`post ${guildId} ${channelId} ${id} ${dueMs}`).toString();
}

/** A card is all that decides its pixels. */
function hashOf(card: Card): bigint {
  return textHash(JSON.stringify(card));
}
