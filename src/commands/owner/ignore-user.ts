import { type ButtonInteraction, type ChatInputCommandInteraction, MessageFlags } from "discord.js";
import { z } from "zod";
import { asError, GuildStatsError } from "../../errors.ts";
import { formatNumber } from "../../i18n/format.ts";
import type { Snowflake } from "../../snowflake.ts";
import { FEATURES, type Payload, snowflakeNumber } from "../component-id.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { isOwner } from "../permissions.ts";
import { answered, cancelled, questionButtons } from "../question.ts";
import { tellPrivately } from "../replies.ts";

type Call = ChatInputCommandInteraction<"cached">;

/** What a press below the question asks for. */
export interface IgnoreUserPress {
  /** `null`: nobody, for Cancel was pressed. */
  readonly userId: Snowflake | null;
  readonly question: Snowflake;
}

const ignoreUserPayload = z
  // Nobody's id is 0: it stands for nobody to ignore.
  .tuple([
    z.literal(FEATURES.ignoreUser),
    z.union([z.literal(0n).transform(() => null), snowflakeNumber]),
    snowflakeNumber,
  ])
  .transform(([, userId, question]): IgnoreUserPress => ({ userId, question }));

/** `/guildstats-owner ignore-user`: asks, for it erases. */
export async function ignoreUserCommand(context: CommandContext, interaction: Call): Promise<void> {
  if (!(await deferredForOwner(context, interaction))) return;
  const { say } = wordsFor(interaction);
  const { id } = interaction.options.getUser("user", true);
  const user = `<@${id}>`;
  if (context.privacy.isIgnored(id))
    return await tellPrivately(interaction, say("ignoreUser.already", { user }));
  const payloadOf = (userId: Snowflake) => (question: Snowflake) =>
    [FEATURES.ignoreUser, BigInt(userId), BigInt(question)] as const;
  const components = questionButtons(context, interaction, {
    confirm: [{ label: say("button.ignoreUser"), payload: payloadOf(id) }],
    cancel: payloadOf("0"),
  });
  await tellPrivately(interaction, say("ignoreUser.ask", { user }), components);
}

/** `/guildstats-owner unignore-user`: at once, for it erases nothing. */
export async function unignoreUserCommand(context: CommandContext, interaction: Call): Promise<void> {
  if (!(await deferredForOwner(context, interaction))) return;
  const { say } = wordsFor(interaction);
  const { id } = interaction.options.getUser("user", true);
  const user = `<@${id}>`;
  if (!context.privacy.isIgnored(id))
    return await tellPrivately(interaction, say("ignoreUser.none", { user }));
  await context.privacy.unignore(id);
  await tellPrivately(interaction, say("ignoreUser.undone", { user }));
}

/** `/guildstats-owner ignored-users`: how many, and of one user whether; hashes tell no names. */
export async function ignoredUsersCommand(context: CommandContext, interaction: Call): Promise<void> {
  if (!(await deferredForOwner(context, interaction))) return;
  const { say } = wordsFor(interaction);
  const target = interaction.options.getUser("user");
  if (target) {
    const key = context.privacy.isIgnored(target.id) ? "ignoreUser.isIgnored" : "ignoreUser.none";
    return await tellPrivately(interaction, say(key, { user: `<@${target.id}>` }));
  }
  const { self, owner } = context.privacy.refusals;
  const counted = (count: number) => ({ count, shown: formatNumber(count, interaction.locale) });
  const byOwner = owner === 0 ? say("ignoreUser.byOwnerNone") : say("ignoreUser.byOwner", counted(owner));
  const bySelf = self === 0 ? say("ignoreUser.bySelfNone") : say("ignoreUser.bySelf", counted(self));
  await tellPrivately(interaction, say("ignoreUser.list", { owner: byOwner, self: bySelf }));
}

/** `null` for a payload that is not of this command. */
export function parseIgnoreUserPayload(payload: Payload): IgnoreUserPress | null {
  return ignoreUserPayload.safeParse(payload).data ?? null;
}

/** The press below the question. Anyone may press it, so who owns the bot is asked again. */
export async function ignoreUserPress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  { userId, question }: IgnoreUserPress,
): Promise<void> {
  const { say, locale } = wordsFor(interaction);
  if (userId === null) return await cancelled(context, interaction, question);
  const user = `<@${userId}>`;
  await answered(
    context,
    interaction,
    question,
    async () => {
      try {
        const { rows } = await context.privacy.ignore(userId);
        return say("ignoreUser.done", { user, rows: formatNumber(rows, locale) });
      } catch (thrown) {
        context.failed(thrown);
        const code = thrown instanceof GuildStatsError ? thrown.code : asError(thrown).name;
        return say("ignoreUser.unerased", { user, code });
      }
    },
    async () =>
      (await isOwner(context.client, context.ownerIds, interaction.user.id)) ? null : say("answer.ownerOnly"),
  );
}

/** Who owns the bot is a question to Discord, which may take longer than the first answer may. */
async function deferredForOwner({ client, ownerIds }: CommandContext, interaction: Call): Promise<boolean> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  if (await isOwner(client, ownerIds, interaction.user.id)) return true;
  await tellPrivately(interaction, wordsFor(interaction).say("answer.ownerOnly"));
  return false;
}
