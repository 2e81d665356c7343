/**
 * A text as the file can give it back: half of a surrogate pair is no character, and would come back as three others, a name
 * under which nothing is found. Two texts may become one by that.
 */
export function storable(text: string): string {
  return text.replace(/\p{Cs}/gu, "\uFFFD");
}
