import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type MessageActionRowComponentBuilder,
} from "discord.js";

type Row = ActionRowBuilder<MessageActionRowComponentBuilder>;

interface Labelled {
  readonly id: string;
  readonly label: string;
}

/** A destructive choice, or several, and the way out of it. */
export function confirmButtons(confirm: Labelled | readonly Labelled[], cancel: Labelled): Row {
  const danger = [confirm]
    .flat()
    .map(({ id, label }) => new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(ButtonStyle.Danger));
  return row(
    ...danger,
    new ButtonBuilder().setCustomId(cancel.id).setLabel(cancel.label).setStyle(ButtonStyle.Secondary),
  );
}

/** One button alone. */
export function actionButton(id: string, label: string): Row {
  return row(new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(ButtonStyle.Secondary));
}

function row(...buttons: readonly ButtonBuilder[]): Row {
  return new ActionRowBuilder<MessageActionRowComponentBuilder>().addComponents(...buttons);
}
