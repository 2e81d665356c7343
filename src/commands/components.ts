import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type MessageActionRowComponentBuilder,
} from "discord.js";
import type { Translator } from "../i18n/translator.ts";
import { type CardAction, type CardState, cardComponentId } from "./card-state.ts";

type Row = ActionRowBuilder<MessageActionRowComponentBuilder>;

/** The three buttons below a card: card/graph, reload, close. */
export function cardButtons(state: CardState, { say }: Translator): Row {
  const button = (action: CardAction, label: string, style: ButtonStyle): ButtonBuilder =>
    new ButtonBuilder().setCustomId(cardComponentId(action, state)).setLabel(label).setStyle(style);
  const toggle = state.mode === "card" ? say("button.graph") : say("button.card");
  return row(
    button("toggle", toggle, ButtonStyle.Primary),
    button("reload", say("button.reload"), ButtonStyle.Secondary),
    button("close", say("button.close"), ButtonStyle.Secondary),
  );
}

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
