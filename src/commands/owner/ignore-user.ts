import { type ButtonInteraction, type ChatInputCommandInteraction, MessageFlags } from "discord.js";
import { z } from "zod";
import { asError, GuildStatsError } from "../../errors.ts";
import { formatNumber } from "../../i18n/format.ts";
import { isSnowflake, type Snowflake } from "../../snowflake.ts";
import { FEATURES, type Payload } from "../component-id.ts";
import { confirmButtons } from "../components.ts";
import { type CommandContext, wordsFor } from "../context.ts";
import { isOwner } from "../permissions.ts";
import { NO_MENTIONS, tellPrivately } from "../replies.ts";

type Call = ChatInputCommandInteraction<"cached">;

/** Nobody's id is 0: it stands for nobody to ignore. */
const CANCEL: Payload = [FEATURES.ignoreUser, 0n];
const ignoreUserPayload = z
  .tuple([z.literal(FEATURES.ignoreUser), z.bigint().transform(String)])
  .transform(([, userId]) => (userId === "0" ? "cancel" : userId))
  .refine((target) => target === "cancel" || isSnowflake(target));

/** `/guildstats-owner ignore-user`: asks, for it erases. */
export async function ignoreUserCommand(context: CommandContext, interaction: Call): Promise<void> {
  if (!(await deferredForOwner(context, interaction))) return;
  const { say } = wordsFor(interaction);
  const { id } = interaction.options.getUser("user", true);
  const user = `<@${id}>`;
  if (context.privacy.isIgnored(id))
    return await tellPrivately(interaction, say("ignoreUser.already", { user }));
  const idOf = (payload: Payload): string => context.ids.sign(interaction.guildId, payload);
  await tellPrivately(interaction, say("ignoreUser.ask", { user }), [
    confirmButtons(
      { id: idOf([FEATURES.ignoreUser, BigInt(id)]), label: say("button.ignoreUser") },
      { id: idOf(CANCEL), label: say("button.cancel") },
    ),
  ]);
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
  const [byOwner, bySelf] = [
    say("ignoreUser.byOwner", counted(owner)),
    say("ignoreUser.bySelf", counted(self)),
  ];
  await tellPrivately(interaction, say("ignoreUser.list", { owner: byOwner, self: bySelf }));
}

/** The user whom a payload asks to ignore, `"cancel"`, or `null` for a payload that is not of this command. */
export function parseIgnoreUserPayload(payload: Payload): Snowflake | "cancel" | null {
  return ignoreUserPayload.safeParse(payload).data ?? null;
}

/** The press below the question. Anyone may press it, so who owns the bot is asked again. */
export async function ignoreUserPress(
  context: CommandContext,
  interaction: ButtonInteraction<"cached">,
  target: Snowflake | "cancel",
): Promise<void> {
  const { say } = wordsFor(interaction);
  const show = (content: string) => ({ content, components: [], allowedMentions: NO_MENTIONS });
  if (target === "cancel") {
    await interaction.update(show(say("answer.cancelled")));
    return;
  }
  await interaction.deferUpdate();
  if (!(await isOwner(context.client, context.ownerIds, interaction.user.id))) {
    return await tellPrivately(interaction, say("answer.ownerOnly"));
  }
  const user = `<@${target}>`;
  try {
    const { rows } = await context.privacy.ignore(target);
    const shown = formatNumber(rows, interaction.locale);
    await interaction.editReply(show(say("ignoreUser.done", { user, rows: shown })));
  } catch (thrown) {
    context.failed(thrown);
    const code = thrown instanceof GuildStatsError ? thrown.code : asError(thrown).name;
    await interaction.editReply(show(say("ignoreUser.unerased", { user, code })));
  }
}

/** Who owns the bot is a question to Discord, which may take longer than the first answer may. */
async function deferredForOwner({ client, ownerIds }: CommandContext, interaction: Call): Promise<boolean> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  if (await isOwner(client, ownerIds, interaction.user.id)) return true;
  await tellPrivately(interaction, wordsFor(interaction).say("answer.ownerOnly"));
  return false;
}
