import type { Component } from "./payloads.ts";

const IS_COMPONENTS_V2 = 1 << 15;
const ACTION_ROW = 1;
const BUTTON = 2;
const TEXT_DISPLAY = 10;
const MOST_COMPONENTS = 40;
const MOST_ROWS = 5;
const MOST_IN_ROW = 5;
const LONGEST_TEXT = 4_000;

/** A message's parts that bear on each other. */
export interface MessageParts {
  readonly flags: number;
  /** As the request has them: what is left out is neither set nor taken away. */
  readonly content: string | null | undefined;
  readonly embeds: readonly unknown[] | null | undefined;
  readonly components: readonly Component[];
  /** Names of the files that the message has then. */
  readonly files: readonly string[];
}

/** A component and all that are in it. */
export function flattened(component: Component): Component[] {
  return [component, ...(component.components ?? []).flatMap(flattened)];
}

/**
 * What Discord refuses about a message's components beyond their form, which the API description has: the flag
 * IS_COMPONENTS_V2, numbers over the whole message, ids and references (Discord's component reference).
 */
export function componentViolations({ flags, content, embeds, components, files }: MessageParts): string[] {
  const all = components.flatMap(flattened);
  const errors: string[] = [];
  const refuse = (isWrong: boolean, what: string): void => {
    if (isWrong) errors.push(what);
  };
  if (flags & IS_COMPONENTS_V2) {
    refuse(Boolean(content), "content may not be used with IS_COMPONENTS_V2");
    refuse((embeds?.length ?? 0) > 0, "embeds may not be used with IS_COMPONENTS_V2");
    refuse(all.length > MOST_COMPONENTS, `components: ${all.length} of at most ${MOST_COMPONENTS}`);
    const texts = all.filter(({ type }) => type === TEXT_DISPLAY).map((each) => each.content ?? "");
    refuse(texts.join("").length > LONGEST_TEXT, `components: more than ${LONGEST_TEXT} characters of text`);
  } else {
    refuse(
      components.some(({ type }) => type !== ACTION_ROW),
      "components: only action rows without IS_COMPONENTS_V2",
    );
    refuse(components.length > MOST_ROWS, `components: more than ${MOST_ROWS} rows`);
  }
  const ids = all.flatMap(({ custom_id }) => custom_id ?? []);
  refuse(new Set(ids).size < ids.length, "components: custom_id: used twice");
  for (const row of all.filter(({ type }) => type === ACTION_ROW)) {
    const inRow = row.components ?? [];
    refuse(inRow.length > MOST_IN_ROW, `components: a row of ${inRow.length}`);
    refuse(
      inRow.length > 1 && inRow.some(({ type }) => type !== BUTTON),
      "components: a select shares its row",
    );
  }
  for (const { options = [], max_values: most = 1 } of all) {
    refuse(options.filter((each) => each.default).length > most, "components: options: too many defaults");
    const values = options.map(({ value }) => value);
    refuse(new Set(values).size < values.length, "components: options: a value is used twice");
  }
  for (const { media } of all.flatMap(({ items = [] }) => items)) {
    const name = /^attachment:\/\/(.*)$/.exec(media.url)?.[1];
    refuse(name !== undefined && !files.includes(name), `components: media: no attachment ${name}`);
  }
  return errors;
}
