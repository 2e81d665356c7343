import { ApplicationCommandOptionType, ApplicationCommandType, ChannelType } from "discord.js";
import { z } from "zod";
import { commandDefinitions } from "../../../src/commands/definitions.ts";

const option = z.object({
  name: z.string(),
  type: z.number(),
  required: z.boolean().optional(),
  autocomplete: z.boolean().optional(),
  choices: z.array(z.object({ value: z.string() })).optional(),
  channel_types: z.array(z.number()).optional(),
  get options() {
    return z.array(option).optional();
  },
});
type Option = z.infer<typeof option>;
const command = z.object({
  name: z.string(),
  type: z.number().optional(),
  options: z.array(option).optional(),
});

/** One subcommand, behind its group's name and a space when it has one. */
export interface Subcommand {
  readonly command: string;
  readonly subcommand: string;
  readonly options: readonly Option[];
}

/** What of a guild options are given. */
export interface Given<User, Channel, Role> {
  readonly user: User;
  readonly channels: readonly Channel[];
  readonly categories: readonly Channel[];
  readonly roles: readonly Role[];
}
export type Options<User, Channel, Role> = Readonly<
  Record<string, string | number | boolean | User | Channel | Role>
>;

/** All that can be called, read from the definitions: what is added later is among them. */
export function everySubcommand(): readonly Subcommand[] {
  return commandDefinitions()
    .map((definition) => command.parse(JSON.parse(JSON.stringify(definition))))
    .filter(({ type }) => type !== ApplicationCommandType.User)
    .flatMap(({ name, options = [] }) => below(name, [], options));
}

function below(command: string, path: readonly string[], options: readonly Option[]): readonly Subcommand[] {
  return options.flatMap(({ name, type, options: inner = [] }) =>
    type === ApplicationCommandOptionType.SubcommandGroup
      ? below(command, [...path, name], inner)
      : [{ command, subcommand: [...path, name].join(" "), options: inner }],
  );
}

/** A call with what is required, and beside it every other value of every option, one at a time. */
export function everyCall<User, Channel, Role>(
  { options }: Subcommand,
  given: Given<User, Channel, Role>,
): readonly [Options<User, Channel, Role>, ...Options<User, Channel, Role>[]] {
  const required = options.filter((each) => each.required === true);
  const base = Object.fromEntries(required.map((each) => [each.name, valuesOf(each, given)[0] ?? ""]));
  const others = options.flatMap((each) =>
    valuesOf(each, given).map((value) => ({ ...base, [each.name]: value })),
  );
  return [base, ...others];
}

function valuesOf<User, Channel, Role>(
  { type, choices, channel_types }: Option,
  { user, channels, categories, roles }: Given<User, Channel, Role>,
): readonly (string | number | boolean | User | Channel | Role)[] {
  switch (type) {
    case ApplicationCommandOptionType.User:
      return [user];
    case ApplicationCommandOptionType.Channel:
      return channel_types?.includes(ChannelType.GuildCategory) ? categories : channels;
    case ApplicationCommandOptionType.Role:
      return roles;
    case ApplicationCommandOptionType.Boolean:
      return [true, false];
    case ApplicationCommandOptionType.Integer:
      return [1];
    case ApplicationCommandOptionType.String:
      return choices?.map(({ value }) => value) ?? ["Chess"];
    default:
      throw new Error(`no values for options of type ${type}`);
  }
}
