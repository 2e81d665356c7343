import { once } from "node:events";
import type { Message, User } from "./payloads.ts";
import { type PressBelow, ShownMessage } from "./shown-message.ts";

/** What Discord knows of an interaction's answer. */
export type AnswerState = "pending" | "deferred" | "deferred-update" | "answered" | "deleted";

/** One interaction, as its user sees it. */
export class LoopbackInteraction extends ShownMessage {
  readonly id: string;
  readonly token: string;
  readonly user: User;
  /** The raw event, as the client got it. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly channelId: string;
  readonly guildId: string;
  readonly isComponent: boolean;
  readonly isAutocomplete: boolean;
  /** The answer to an autocompletion. */
  suggestions: readonly { readonly name: string; readonly value: string }[] = [];
  readonly createdAtMs: number;
  state: AnswerState = "pending";
  /** Milliseconds from the interaction to its first answer; `null` before. */
  ackMs: number | null = null;
  deferredFlags = 0;
  original: Message | null;
  readonly followUps: Message[] = [];

  constructor(
    raw: Readonly<Record<string, unknown>> & { id: string; token: string; type: number },
    place: {
      readonly user: User;
      readonly channelId: string;
      readonly guildId: string;
      readonly message: Message | null;
    },
    files: ReadonlyMap<string, Buffer>,
    press: PressBelow,
  ) {
    super(files, press);
    this.id = raw.id;
    this.token = raw.token;
    this.raw = raw;
    this.user = place.user;
    this.channelId = place.channelId;
    this.guildId = place.guildId;
    this.isComponent = place.message !== null;
    this.isAutocomplete = raw.type === 4;
    this.original = place.message;
    this.createdAtMs = performance.now();
  }

  /** Resolves with the first answer, a deferral included. */
  async acked(): Promise<this> {
    while (this.state === "pending") await once(this, "change");
    return this;
  }

  /** Resolves when there is something to see, or the answer was taken back and followed up. */
  async settled(): Promise<this> {
    while (this.state === "pending" || this.state === "deferred" || this.state === "deferred-update") {
      if (this.state === "deferred-update" && this.followUps.length > 0) break;
      await once(this, "change");
    }
    return this;
  }

  /** Resolves with the first message that was sent behind the answer. */
  async followedUp(): Promise<Message> {
    for (;;) {
      const [message] = this.followUps;
      if (message) return message;
      await once(this, "change");
    }
  }

  get message(): Message {
    if (!this.original) throw new Error("the interaction has no answer yet");
    return this.original;
  }
}
