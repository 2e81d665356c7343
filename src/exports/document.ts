/**
 * A part of a document that holds records or further parts. Parts are told apart by identity: records that are added
 * with the same one stand together in it.
 */
export interface Frame {
  /**
   * What it begins with.
   * @param file which file of the export it is in, from 1
   * @param isContinued whether the file before has its beginning
   */
  open(file: number, isContinued: boolean): string;
  /** Stands before what comes first in it. */
  readonly first: string;
  /** Stands before all others. */
  readonly between: string;
  readonly close: string;
}

/** Records that stand together; without any, the frames are there all the same. */
export interface Piece {
  /** The frames that the records are in, the outermost first: it is the document itself, and the same for all. */
  readonly within: readonly Frame[];
  /** Each is whole in one file. */
  readonly records: readonly string[];
}

/** How far a document is written. */
export interface Written {
  readonly file: number;
  /** What is open, the outermost first, and whether there is anything in it. */
  readonly open: readonly { readonly frame: Frame; readonly isFilled: boolean }[];
  /** What the file before had open at its end. */
  readonly continued: readonly Frame[];
}

export const UNWRITTEN: Written = { file: 1, open: [], continued: [] };

/** The text that a piece adds to a document, and how far it is written then. */
export function extended(written: Written, { within, records }: Piece): readonly [text: string, Written] {
  const { file, continued } = written;
  const shared = written.open.findIndex(({ frame }, depth) => frame !== within[depth]);
  const kept = shared === -1 ? written.open.length : shared;
  let text = closing(written, kept);
  const open = written.open.slice(0, kept);
  const separated = (): string => {
    const last = open.pop();
    if (last === undefined) return "";
    open.push({ frame: last.frame, isFilled: true });
    return last.isFilled ? last.frame.between : last.frame.first;
  };
  for (const frame of within.slice(kept)) {
    text += separated() + frame.open(file, continued.includes(frame));
    open.push({ frame, isFilled: false });
  }
  for (const record of records) text += separated() + record;
  return [text, { file, open, continued }];
}

/** What ends all that is open, from a depth on. */
export function closing({ open }: Written, depth = 0): string {
  return open
    .slice(depth)
    .map(({ frame }) => frame.close)
    .reverse()
    .join("");
}

/** The next file of the same export: what is added to it stands where it would have stood. */
export function nextFile({ file, open }: Written): Written {
  return { file: file + 1, open: [], continued: open.map(({ frame }) => frame) };
}
