import type { en } from "./locales/en.ts";

/** What can be said. */
export type MessageKey = keyof typeof en;

/** Everything that is said in one language: a key that is missing, or one too many, fails the type check. */
export type Catalogue = Readonly<Record<MessageKey, string>>;

/** An argument's name; `never` for all else, such as the branch of a plural. */
type Word<Text extends string> = Text extends `${string}${" " | "," | "{" | "}"}${string}` ? never : Text;

/** Names of the arguments that stand in braces, `{name}`. */
type TextArguments<Message extends string> = Message extends `${string}{${infer Rest}`
  ? (Rest extends `${infer Name}}${string}` ? Word<Name> : never) | TextArguments<Rest>
  : never;

/** Names of the numbers that plurals are chosen by, `{name, plural, …}`. */
type NumberArguments<Message extends string> = Message extends `${string}{${infer Rest}`
  ? (Rest extends `${infer Name}, plural,${string}` ? Word<Name> : never) | NumberArguments<Rest>
  : never;

/** What a message needs beside its key, by name: text that is formatted already, and the numbers of plurals. */
export type MessageArguments<Key extends MessageKey> = {
  readonly [Name in TextArguments<(typeof en)[Key]>]: string;
} & { readonly [Name in NumberArguments<(typeof en)[Key]>]: number };
