import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  ContainerBuilder,
  MediaGalleryBuilder,
  MediaGalleryItemBuilder,
  MessageFlags,
  StringSelectMenuBuilder,
  StringSelectMenuOptionBuilder,
  TextDisplayBuilder,
} from "discord.js";
import type { Card } from "../../cards/card.ts";
import type { Translator } from "../../i18n/translator.ts";
import { MEMBERS_FILTERS } from "../../stats/views.ts";
import { NO_MENTIONS } from "../replies.ts";
import { type CardAction, type CardState, cardPayloadOf, MODES } from "./card-state.ts";
import { hasFilter, labelOf, periodsOf, type ViewChoice } from "./card-views.ts";

/** What only who asked for a card does to it. */
const OWN_ACTIONS = ["reload", "close"] as const satisfies readonly CardAction[];

/** What a card's message is made of. */
export interface CardContents {
  readonly card: Card;
  readonly state: CardState;
  readonly words: Translator;
  /** The picture, or the words in its place. */
  readonly body: { readonly png: Buffer } | { readonly text: string };
  /** Of the list on the card; 1 for a card without one. */
  readonly pages: number;
  /** What the select of views offers, in its order. */
  readonly views: readonly ViewChoice[];
  /** A small line below the card; `null`: none. */
  readonly footnote: string | null;
  /** Whether the card is everyone's alike: then nobody closes it, or has it drawn anew. */
  readonly isShared: boolean;
  /** The id of a component of this card. */
  readonly idOf: (payload: ReturnType<typeof cardPayloadOf>) => string;
}

/** A message as discord.js sends it, or puts it in another one's place. */
export interface CardMessage {
  readonly flags: MessageFlags.IsComponentsV2;
  readonly components: readonly ContainerBuilder[];
  readonly files: AttachmentBuilder[];
  /** Those of the message before that stay: none. */
  readonly attachments: [];
  readonly allowedMentions: typeof NO_MENTIONS;
}

/** A card's message: one container of the card and what changes it. It replaces all that the message had before. */
export function cardMessage(contents: CardContents): CardMessage {
  const { card, state, body, footnote } = contents;
  const container = new ContainerBuilder();
  if (typeof card.accent === "number") container.setAccentColor(card.accent);
  const files: AttachmentBuilder[] = [];
  if ("text" in body) {
    container.addTextDisplayComponents(new TextDisplayBuilder().setContent(body.text));
  } else {
    const name = `guildstats-${state.view}.png`;
    files.push(new AttachmentBuilder(body.png, { name, description: card.alt }));
    const item = new MediaGalleryItemBuilder().setURL(`attachment://${name}`).setDescription(card.alt);
    container.addMediaGalleryComponents(new MediaGalleryBuilder().addItems(item));
  }
  if (footnote !== null)
    container.addTextDisplayComponents(new TextDisplayBuilder().setContent(`-# ${footnote}`));
  for (const select of selects(contents)) {
    container.addActionRowComponents(new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select));
  }
  for (const row of buttons(contents)) {
    container.addActionRowComponents(new ActionRowBuilder<ButtonBuilder>().addComponents(row));
  }
  return {
    flags: MessageFlags.IsComponentsV2,
    components: [container],
    files,
    attachments: [],
    allowedMentions: NO_MENTIONS,
  };
}

function selects(contents: CardContents): StringSelectMenuBuilder[] {
  const { state } = contents;
  const { say } = contents.words;
  const periods = periodsOf(state.view);
  // Growth of no longer period is that of 30 days.
  const shown = periods.includes(state.period) ? state.period : "30d";
  const made = [
    select(contents, "view", say("select.view"), viewOptions(contents)),
    periods.length > 0 &&
      select(
        contents,
        "period",
        say("select.period"),
        periods.map((period) => option(period, say(`period.${period}`), period === shown)),
      ),
    hasFilter(state.view) &&
      select(
        contents,
        "members",
        say("select.members"),
        MEMBERS_FILTERS.map((filter) => option(filter, say(`filter.${filter}`), filter === state.members)),
      ),
  ];
  return made.filter((each) => each !== false);
}

function viewOptions({ state, words, views }: CardContents): StringSelectMenuOptionBuilder[] {
  const { subject, view, invokerId } = state;
  const isOwnCard = subject?.kind === "member" && subject.memberId === invokerId;
  return views.flatMap((choice) => {
    const key = labelOf(choice, subject);
    if (key === null) return [];
    // One entry for oneself, not two: "Me" stands for the member whom the card is about.
    if (isOwnCard && choice.startsWith("subject")) return [];
    const isShown = choice === (isOwnCard ? ownChoice(view) : view);
    return [option(choice, words.say(key), isShown)];
  });
}

function ownChoice(view: CardState["view"]): ViewChoice {
  if (view === "subject") return "me";
  return view === "subject-activities" ? "me-activities" : view;
}

/** The first row turns pages, where there are several; the second one is below every card. */
function buttons(contents: CardContents): ButtonBuilder[][] {
  const { state, pages, isShared } = contents;
  const { say } = contents.words;
  const turning = [
    button(contents, "previous", say("button.previous")).setDisabled(state.page === 0),
    button(contents, "next", say("button.next")).setDisabled(state.page >= pages - 1),
  ];
  const always = [
    ...MODES.filter((mode) => mode !== state.mode).map((mode) =>
      button(contents, mode, say(`button.${mode}`)).setStyle(
        mode === "text" ? ButtonStyle.Secondary : ButtonStyle.Primary,
      ),
    ),
    ...(isShared ? [] : OWN_ACTIONS.map((action) => button(contents, action, say(`button.${action}`)))),
  ];
  return pages > 1 ? [turning, always] : [always];
}

function button({ state, idOf }: CardContents, action: CardAction, label: string): ButtonBuilder {
  const id = idOf(cardPayloadOf(action, state));
  return new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(ButtonStyle.Secondary);
}

function select(
  { state, idOf }: CardContents,
  action: CardAction,
  placeholder: string,
  options: StringSelectMenuOptionBuilder[],
): StringSelectMenuBuilder {
  return new StringSelectMenuBuilder()
    .setCustomId(idOf(cardPayloadOf(action, state)))
    .setPlaceholder(placeholder)
    .addOptions(options);
}

function option(value: string, label: string, isShown: boolean): StringSelectMenuOptionBuilder {
  return new StringSelectMenuOptionBuilder().setValue(value).setLabel(label).setDefault(isShown);
}
