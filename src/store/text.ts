/**
 * A text as every database can hold it, and give it back: PostgreSQL takes all characters but NUL, and half of a surrogate
 * pair is no character in either, so that nothing would be found under such a name. Two texts may become one by that.
 */
export function storable(text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, "\uFFFD");
}
