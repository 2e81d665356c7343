import { readFileSync } from "node:fs";
import { plainFont, tablesOfWoff } from "./woff.ts";

// The canvas shapes a text in runs, and a character that is text by default does not start a run of emoji: of ❤️‍🔥 it
// draws a heart and a flame, although the file has the picture of both. Of all the sequences in Unicode that happens to
// four. So their files get one more entry in the character map: a stand-in, emoji by default, for the first character.
// The stand-ins are emoji of other files that nobody writes in a name beside these.
const TORN = [
  { subset: "1", first: 0x1f3f3, standIn: 0x1f201, rest: [0x1f308] },
  { subset: "3", first: 0x26d3, standIn: 0x1f21a, rest: [0x1f4a5] },
  { subset: "9", first: 0x2764, standIn: 0x1f22f, rest: [0x1f525, 0x1fa79] },
] as const;

const JOINER = "\u200d";

/** What to draw for an emoji that the canvas would tear apart, and with which subset; `null`: it is none of those. */
export function joinedEmoji(grapheme: string): { readonly text: string; readonly subset: string } | null {
  const [first, second, ...more] = grapheme.replaceAll("\ufe0f", "").split(JOINER);
  const [from, to] = [first?.codePointAt(0), second?.codePointAt(0)];
  if (first === undefined || second === undefined || more.length > 0) return null;
  const torn = TORN.find(
    ({ first: begins, standIn, rest }) =>
      (from === begins || from === standIn) && rest.some((point) => point === to),
  );
  if (torn === undefined) return null;
  return { text: String.fromCodePoint(torn.standIn) + JOINER + second, subset: torn.subset };
}

/** An emoji file as the canvas takes it, with the stand-in of its subset. */
export function emojiFont(path: string, subset: string): Buffer {
  const file = readFileSync(path);
  const torn = TORN.find((candidate) => candidate.subset === subset);
  const tables = tablesOfWoff(file).map(({ tag, read }) => ({
    tag,
    bytes: tag === "cmap" && torn !== undefined ? withAlias(read(), torn.first, torn.standIn) : read(),
  }));
  return plainFont(file.subarray(4, 8), tables);
}

/** A character map in which one code point more has the glyph of another. */
function withAlias(map: Buffer, of: number, alias: number): Buffer {
  const changed = Buffer.from(map);
  const added: Buffer[] = [];
  let end = map.length;
  for (let record = 4; record < 4 + map.readUInt16BE(2) * 8; record += 8) {
    const start = map.readUInt32BE(record + 4);
    if (map.readUInt16BE(start) !== 12) continue;
    const table = aliased(map.subarray(start, start + map.readUInt32BE(start + 4)), of, alias);
    changed.writeUInt32BE(end, record + 4);
    added.push(table);
    end += table.length;
  }
  return Buffer.concat([changed, ...added]);
}

/** Format 12: groups of first, last and first glyph, in order, after a head of 16 bytes. */
function aliased(table: Buffer, of: number, alias: number): Buffer {
  const groups = Array.from({ length: table.readUInt32BE(12) }, (_, index) => {
    const at = 16 + index * 12;
    return [table.readUInt32BE(at), table.readUInt32BE(at + 4), table.readUInt32BE(at + 8)] as const;
  });
  const source = groups.find(([first, last]) => first <= of && of <= last);
  if (source === undefined) return table;
  const all = [...groups, [alias, alias, source[2] + of - source[0]] as const].sort(([a], [b]) => a - b);
  const made = Buffer.alloc(16 + all.length * 12);
  table.copy(made, 0, 0, 12);
  made.writeUInt32BE(made.length, 4);
  made.writeUInt32BE(all.length, 12);
  all.flat().forEach((value, index) => {
    made.writeUInt32BE(value, 16 + index * 4);
  });
  return made;
}
