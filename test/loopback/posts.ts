import { EventEmitter, once } from "node:events";
import type { ChannelHistory } from "./channel-history.ts";
import { checkBody } from "./contract.ts";
import { messageBody, sentParts } from "./message-parts.ts";
import type { Channel, Message, User } from "./payloads.ts";
import { ATTACH_FILES, SEND_MESSAGES, VIEW_CHANNEL } from "./permissions.ts";
import { PostedMessage } from "./posted-message.ts";
import { RestError, type RestRequest } from "./rest-server.ts";
import type { PressBelow } from "./shown-message.ts";
import type { World } from "./world.ts";

/** What of Discord posts and their readers need. */
export interface PostsPlace {
  readonly me: User;
  readonly history: ChannelHistory;
  readonly files: Map<string, Buffer>;
  place(channelId: string): { readonly guild: World; readonly channel: Channel };
  dispatch(event: string, body: object): void;
  url(): string;
  readonly press: PressBelow;
}

/** Messages that the bot writes into channels, and edits there. */
export class Posts {
  /** Oldest first, deleted ones too. */
  readonly all: PostedMessage[] = [];
  /** Requests to post that were answered with a message that was there: its nonce was the same. */
  repeats = 0;
  readonly #byNonce = new Map<string, PostedMessage>();
  readonly #place: PostsPlace;
  readonly #told = new EventEmitter<{ posted: []; edited: []; repeated: [] }>();

  constructor(place: PostsPlace) {
    this.#place = place;
  }

  /** Resolves with the post of this number, from 1, once it is there. */
  async posted(number: number): Promise<PostedMessage> {
    for (;;) {
      const post = this.all[number - 1];
      if (post) return post;
      await once(this.#told, "posted");
    }
  }

  /** Resolves once a post was edited so often. */
  async edited(post: PostedMessage, times: number): Promise<PostedMessage> {
    while (post.edits < times) await once(this.#told, "edited");
    return post;
  }

  /** Resolves once so many requests to post were repeated. */
  async repeated(times: number): Promise<void> {
    while (this.repeats < times) await once(this.#told, "repeated");
  }

  /** POST /channels/:id/messages and PATCH /channels/:id/messages/:id; `undefined` for others. */
  answer(request: RestRequest): object | undefined {
    const { method, path } = request;
    const [, channelId = "", messageId] = /^\/channels\/(\d+)\/messages(?:\/(\d+))?$/.exec(path) ?? [];
    if (method === "POST" && channelId !== "" && messageId === undefined)
      return this.#post(channelId, request);
    if (method === "PATCH" && messageId !== undefined) return this.#edit(channelId, messageId, request);
    return undefined;
  }

  /** A moderator deletes it. */
  delete(post: PostedMessage): void {
    post.isDeleted = true;
    const { id, channel_id, guild_id } = post.message;
    this.#place.history.remove(channel_id, id);
    this.#place.dispatch("MESSAGE_DELETE", { id, channel_id, guild_id });
  }

  #post(channelId: string, request: RestRequest): Message {
    const { guild, channel } = this.#writable(channelId, request);
    checkBody("MessageCreateRequest", request.body);
    const { nonce, enforce_nonce } = messageBody.parse(request.body);
    const before = enforce_nonce ? this.#byNonce.get(String(nonce)) : undefined;
    if (before) {
      this.repeats++;
      this.#told.emit("repeated");
      return before.message;
    }
    const { me, files, history, dispatch, press, url } = this.#place;
    const message = guild.message(channel, me, sentParts(request, null, 0, files, url()));
    const post = new PostedMessage(message, guild.user(0), files, press);
    if (nonce !== undefined && nonce !== null) this.#byNonce.set(String(nonce), post);
    this.all.push(post);
    history.add(channelId, [message]);
    guild.noteLast(channelId, message.id);
    dispatch("MESSAGE_CREATE", { ...message, nonce });
    this.#told.emit("posted");
    return message;
  }

  #edit(channelId: string, messageId: string, request: RestRequest): Message {
    this.#writable(channelId, request);
    checkBody("MessageEditRequestPartial", request.body);
    const post = this.all.find(({ message, isDeleted }) => message.id === messageId && !isDeleted);
    if (!post) throw new RestError(404, 10008, "Unknown Message");
    const { files, history, dispatch, url } = this.#place;
    const parts = sentParts(request, post.message, post.message.flags, files, url());
    const message = { ...post.message, ...parts, edited_timestamp: new Date().toISOString() };
    post.edit(message);
    history.replace(channelId, message);
    dispatch("MESSAGE_UPDATE", message);
    this.#told.emit("edited");
    return message;
  }

  /** @throws RestError where the bot may not write, or not send files though it does */
  #writable(channelId: string, { files }: RestRequest) {
    const found = this.#place.place(channelId);
    const bits = found.guild.permissions(this.#place.me.id, found.channel);
    if (!(bits & VIEW_CHANNEL)) throw new RestError(403, 50001, "Missing Access");
    const isAllowed = bits & SEND_MESSAGES && (files.length === 0 || bits & ATTACH_FILES);
    if (!isAllowed) throw new RestError(403, 50013, "Missing Permissions");
    return found;
  }
}
