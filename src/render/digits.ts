import { LRUCache } from "lru-cache";

// Making a formatter takes a hundred times as long as using one.
const formatters = new LRUCache<string, Intl.NumberFormat>({ max: 100 });

/**
 * How a language writes numbers.
 * @param fractionDigits at most so many, 0 to 15
 * @throws RangeError for what is no BCP 47 tag
 */
export function numberFormat(
  locale: string,
  notation: "standard" | "compact",
  fractionDigits = 2,
): Intl.NumberFormat {
  const key = `${locale} ${notation} ${fractionDigits}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, {
    notation,
    minimumFractionDigits: 0,
    maximumFractionDigits: fractionDigits,
  });
  formatters.set(key, made);
  return made;
}
