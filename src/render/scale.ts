/** An axis: it begins at `from`, and has a number of equal steps. */
export interface Scale {
  readonly from: number;
  readonly step: number;
}

/** What a step may be, times a power of ten. */
const ROUND = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] as const;

/**
 * The smallest round step of which so many reach as far as a length; a whole one for what is counted.
 * @param least how long a step has to be at least
 */
function roundStep(least: number, whole: boolean): number {
  if (whole && least <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = ROUND.find((candidate) => candidate * power >= least) ?? 10;
  return whole ? Math.ceil(factor * power) : factor * power;
}

/** The scale of bars and of all that is an amount: zero is one of its lines. */
export function scaleFromZero(values: readonly number[], steps: number, whole: boolean): Scale {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  if (high - low <= 0) return { from: 0, step: whole ? 1 : 1 / steps };
  const below = (step: number): number => Math.ceil(-low / step - 1e-9);
  const above = (step: number): number => Math.ceil(high / step - 1e-9);
  let step = roundStep((high - low) / steps, whole);
  // What is below zero takes whole steps as well, and may leave too few for what is above.
  while (below(step) + above(step) > steps) step = roundStep(step * 1.01, whole);
  return { from: below(step) === 0 ? 0 : -below(step) * step, step };
}

/** The scale of a number that changes little beside its size, such as of members: as near as its change allows. */
export function scaleNear(values: readonly number[], steps: number, whole: boolean): Scale {
  if (values.length === 0) return scaleFromZero([], steps, whole);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const first = (step: number): number => Math.floor(low / step);
  let step = roundStep(Math.max((high - low) / steps, whole ? 1 : Math.abs(high) / 1_000, 1e-6), whole);
  while ((first(step) + steps) * step < high) step = roundStep(step * 1.01, whole);
  // Steps to spare are shared between above and below, without inventing negative members.
  const spare = steps - (Math.ceil(high / step) - first(step));
  const from = first(step) - Math.floor(spare / 2);
  return { from: (low >= 0 ? Math.max(0, from) : from) * step, step };
}
