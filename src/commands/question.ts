import type { Snowflake } from "../snowflake.ts";
import type { Payload } from "./component-id.ts";
import { confirmButtons } from "./components.ts";
import { type CommandContext, wordsFor } from "./context.ts";
import { type Answerable, NO_MENTIONS, type Press } from "./replies.ts";

type Row = ReturnType<typeof confirmButtons>;

/** What a question offers; each payload carries the question's id, so that it is answered once. */
export interface QuestionChoices {
  readonly confirm: readonly {
    readonly label: string;
    readonly payload: (question: Snowflake) => Payload;
  }[];
  readonly cancel: (question: Snowflake) => Payload;
}

/** The buttons below a question that is asked before something that cannot be undone; it is good for five minutes. */
export function questionButtons(
  { ids, questions }: CommandContext,
  interaction: Answerable,
  { confirm, cancel }: QuestionChoices,
): [Row] {
  const { guildId, id } = interaction;
  questions.ask(id);
  return [
    confirmButtons(
      confirm.map(({ label, payload }) => ({ id: ids.sign(guildId, payload(id)), label })),
      { id: ids.sign(guildId, cancel(id)), label: wordsFor(interaction).say("button.cancel") },
    ),
  ];
}

/** What takes a question's place: words, or words and another question. */
export type Outcome = string | { readonly content: string; readonly components: [Row] };

/** Does what the question was about, if this press is the first and in time, and has the outcome take its place. */
export async function answered(
  context: CommandContext,
  interaction: Press,
  question: Snowflake,
  act: () => Promise<Outcome>,
  refusal?: () => Promise<string | null>,
): Promise<void> {
  await whenFirst(
    context,
    interaction,
    question,
    async () => {
      const outcome = await act().catch((thrown: unknown) => {
        context.questions.reopen(question);
        throw thrown;
      });
      await interaction.editReply(
        typeof outcome === "string" ? inPlace(outcome) : { ...outcome, allowedMentions: NO_MENTIONS },
      );
    },
    refusal,
  );
}

/** Cancel was pressed: the question is answered, and nothing is done. */
export function cancelled(context: CommandContext, interaction: Press, question: Snowflake): Promise<void> {
  return answered(context, interaction, question, async () => wordsFor(interaction).say("answer.cancelled"));
}

/**
 * Acknowledges a press, and goes on if it is the question's first and in time.
 * @param refusal why this user may not answer, asked after the acknowledgement; who may not leaves the question open
 */
export async function whenFirst(
  { questions }: CommandContext,
  interaction: Press,
  question: Snowflake,
  act: () => Promise<void>,
  refusal: () => Promise<string | null> = async () => null,
): Promise<void> {
  const { say } = wordsFor(interaction);
  const tell = async (content: string): Promise<void> => {
    await interaction.followUp({ content, flags: "Ephemeral", allowedMentions: NO_MENTIONS });
  };
  await interaction.deferUpdate();
  const refused = await refusal();
  if (refused !== null) return await tell(refused);
  const place = questions.answer(question);
  switch (place) {
    case "first":
      return await act();
    case "again":
      return await tell(say("question.answered"));
    case "late":
      await interaction.editReply(inPlace(say("question.expired")));
      return;
    default:
      return place satisfies never;
  }
}

function inPlace(content: string) {
  return { content, components: [], allowedMentions: NO_MENTIONS };
}
