import { EventEmitter, once } from "node:events";
import type { Attachment, Component, Message, User } from "./payloads.ts";

const EPHEMERAL = 64;

/** What Discord knows of an interaction's answer. */
export type AnswerState = "pending" | "deferred" | "deferred-update" | "answered" | "deleted";

/** A file that a user would see in the answer. */
export interface AnsweredFile {
  readonly name: string;
  readonly description: string | null;
  readonly data: Buffer;
}

/** One interaction, as its user sees it. */
export class LoopbackInteraction extends EventEmitter<{ change: [] }> {
  readonly id: string;
  readonly token: string;
  readonly user: User;
  /** The raw event, as the client got it. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly channelId: string;
  readonly guildId: string;
  readonly isComponent: boolean;
  readonly createdAtMs: number;
  state: AnswerState = "pending";
  /** Milliseconds from the interaction to its first answer; `null` before. */
  ackMs: number | null = null;
  deferredFlags = 0;
  original: Message | null;
  readonly followUps: Message[] = [];
  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #press: (
    interaction: LoopbackInteraction,
    customId: string,
    options: PressOptions,
  ) => LoopbackInteraction;

  constructor(
    raw: Readonly<Record<string, unknown>> & { id: string; token: string },
    place: {
      readonly user: User;
      readonly channelId: string;
      readonly guildId: string;
      readonly message: Message | null;
    },
    files: ReadonlyMap<string, Buffer>,
    press: (interaction: LoopbackInteraction, customId: string, options: PressOptions) => LoopbackInteraction,
  ) {
    super();
    this.id = raw.id;
    this.token = raw.token;
    this.raw = raw;
    this.user = place.user;
    this.channelId = place.channelId;
    this.guildId = place.guildId;
    this.isComponent = place.message !== null;
    this.original = place.message;
    this.createdAtMs = performance.now();
    this.#files = files;
    this.#press = press;
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

  get content(): string {
    return this.message.content;
  }

  get ephemeral(): boolean {
    return (this.message.flags & EPHEMERAL) !== 0;
  }

  get files(): AnsweredFile[] {
    return this.message.attachments.map((attachment: Attachment) => ({
      name: attachment.filename,
      description: attachment.description,
      data: this.#files.get(attachment.id) ?? Buffer.alloc(0),
    }));
  }

  /** The labels and ids of the answer's buttons. */
  get buttons(): { readonly label: string; readonly customId: string }[] {
    const flat = (component: Component): Component[] => [
      component,
      ...(component.components ?? []).flatMap(flat),
    ];
    return this.message.components
      .flatMap(flat)
      .flatMap(({ type, label = "", custom_id }) =>
        type === 2 && custom_id ? [{ label, customId: custom_id }] : [],
      );
  }

  /** Presses the button with this label, as the same user unless another is named. */
  press(label: string, options: PressOptions = {}): LoopbackInteraction {
    const button = this.buttons.find((candidate) => candidate.label === label);
    if (!button)
      throw new Error(`no button ${label} among ${this.buttons.map((each) => each.label).join(", ")}`);
    return this.#press(this, button.customId, options);
  }

  /** Presses a button that the message may not have, as a forger would. */
  forge(customId: string, options: PressOptions = {}): LoopbackInteraction {
    return this.#press(this, customId, options);
  }
}

export interface PressOptions {
  readonly user?: User;
  readonly locale?: string;
}
