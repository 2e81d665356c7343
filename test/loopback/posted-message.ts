import type { Message, User } from "./payloads.ts";
import { type PressBelow, ShownMessage } from "./shown-message.ts";

/** A message that the bot wrote into a channel by itself, as its readers see it. */
export class PostedMessage extends ShownMessage {
  readonly user: User;
  readonly channelId: string;
  /** How often it was edited. */
  edits = 0;
  isDeleted = false;
  #message: Message;

  constructor(message: Message, user: User, files: ReadonlyMap<string, Buffer>, press: PressBelow) {
    super(files, press);
    this.user = user;
    this.channelId = message.channel_id;
    this.#message = message;
  }

  get message(): Message {
    return this.#message;
  }

  edit(message: Message): void {
    this.#message = message;
    this.edits++;
  }
}
