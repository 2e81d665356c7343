import { EventEmitter, once } from "node:events";
import { flattened } from "./components-v2.ts";
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

/** A select, as a user sees it. */
export interface AnsweredSelect {
  readonly placeholder: string;
  readonly customId: string;
  readonly options: readonly { readonly label: string; readonly value: string }[];
  /** The label of the option that is chosen already. */
  readonly shown: string | undefined;
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
  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #press: (
    interaction: LoopbackInteraction,
    customId: string,
    options: PressOptions,
  ) => LoopbackInteraction;

  constructor(
    raw: Readonly<Record<string, unknown>> & { id: string; token: string; type: number },
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
    this.isAutocomplete = raw.type === 4;
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

  get #components(): Component[] {
    return this.message.components.flatMap(flattened);
  }

  /** The answer's text displays. */
  get text(): string {
    return this.#components.flatMap(({ type, content }) => (type === 10 && content) || []).join("\n");
  }

  /** The colour of the answer's container. */
  get accent(): number | null {
    return this.#components.find(({ type }) => type === 17)?.accent_color ?? null;
  }

  /** What the answer's pictures say to those who do not see them. */
  get descriptions(): string[] {
    return this.#components.flatMap(({ items = [] }) => items.map(({ description }) => description ?? ""));
  }

  /** The labels and ids of the answer's buttons. */
  get buttons(): { readonly label: string; readonly customId: string; readonly isDisabled: boolean }[] {
    return this.#components.flatMap(({ type, label = "", custom_id, disabled = false }) =>
      type === 2 && custom_id ? [{ label, customId: custom_id, isDisabled: disabled }] : [],
    );
  }

  get selects(): AnsweredSelect[] {
    return this.#components.flatMap(({ type, custom_id, placeholder = "", options = [] }) =>
      type === 3 && custom_id
        ? [{ placeholder, customId: custom_id, options, shown: options.find((each) => each.default)?.label }]
        : [],
    );
  }

  /** Presses the button with this label, as the same user unless another is named. */
  press(label: string, options: PressOptions = {}): LoopbackInteraction {
    const button = this.buttons.find((candidate) => candidate.label === label);
    if (!button || button.isDisabled)
      throw new Error(`no button ${label} among ${this.buttons.map((each) => each.label).join(", ")}`);
    return this.#press(this, button.customId, options);
  }

  /** Chooses the option with this label, in whichever select has it. */
  choose(label: string, options: PressOptions = {}): LoopbackInteraction {
    for (const select of this.selects) {
      const found = select.options.find((option) => option.label === label);
      if (found) return this.#press(this, select.customId, { ...options, values: [found.value] });
    }
    throw new Error(`no option ${label}`);
  }

  /** Presses a button that the message may not have, or makes a choice that is not offered, as a forger would. */
  forge(customId: string, options: PressOptions = {}): LoopbackInteraction {
    return this.#press(this, customId, options);
  }
}

export interface PressOptions {
  /** Of a select; left out, it is a button. */
  readonly values?: readonly string[];
  readonly user?: User;
  readonly locale?: string;
}
