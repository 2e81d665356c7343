import { EventEmitter } from "node:events";
import { flattened } from "./components-v2.ts";
import type { LoopbackInteraction } from "./interaction.ts";
import type { Attachment, Component, Message, User } from "./payloads.ts";

const EPHEMERAL = 64;

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

/** Presses or chooses something below a message. */
export type PressBelow = (from: ShownMessage, customId: string, options: PressOptions) => LoopbackInteraction;

/** A message, as users see it. */
export abstract class ShownMessage extends EventEmitter<{ change: [] }> {
  /** Who presses, unless another is named. */
  abstract readonly user: User;
  abstract readonly channelId: string;
  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #press: PressBelow;

  protected constructor(files: ReadonlyMap<string, Buffer>, press: PressBelow) {
    super();
    this.#files = files;
    this.#press = press;
  }

  abstract get message(): Message;

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
