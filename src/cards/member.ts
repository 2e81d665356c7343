import type { MemberView } from "../stats/views.ts";
import type { Names, Panel } from "./card.ts";
import type { Words } from "./words.ts";

/** One member's totals and places, and where the member is most active. */
export function memberPanels(view: MemberView, names: Names, words: Words): readonly (readonly Panel[])[] {
  const { say } = words;
  return [
    [words.figures("messages", view, null), words.figures("voice", view, null), words.ranks(view.ranks)],
    [
      words.ranking(say.topChannelsPanel.messages, "messages", view.topChannels.messages, names.channel),
      words.ranking(say.topChannelsPanel.voice, "voice", view.topChannels.voice, names.channel),
    ],
  ];
}
