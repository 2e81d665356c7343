/**
 * A text as the database can hold it: PostgreSQL takes all characters but NUL, and a half of a surrogate pair is none.
 * Two texts may become one by that.
 */
export function storable(text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, "\uFFFD");
}
