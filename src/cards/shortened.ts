const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A text of at most so many UTF-16 units, with an ellipsis where it was cut between two characters as people see them. */
export function shortened(text: string, units: number): string {
  if (text.length <= units) return text;
  let kept = "";
  for (const { segment } of graphemes.segment(text)) {
    if (kept.length + segment.length + 1 > units) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
