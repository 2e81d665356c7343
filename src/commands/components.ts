import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type MessageActionRowComponentBuilder,
} from "discord.js";

type Row = ActionRowBuilder<MessageActionRowComponentBuilder>;

/** A destructive choice and the way out of it. */
export function confirmButtons(
  confirm: { readonly id: string; readonly label: string },
  cancel: { readonly id: string; readonly label: string },
): Row {
  return row(
    new ButtonBuilder().setCustomId(confirm.id).setLabel(confirm.label).setStyle(ButtonStyle.Danger),
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
