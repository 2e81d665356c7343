/** Colours as `#rrggbb`; numbers are 0xRRGGBB. */

export function hex(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}

/** Red, green and blue, each 0 to 255. */
export function channelsOf(colour: string): readonly [red: number, green: number, blue: number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
}

/** A colour on its way to another: `share` 0 is `from`, 1 is `to`. As on a screen that covers one with the other. */
export function mixed(from: string, to: string, share: number): string {
  const [a, b] = [channelsOf(from), channelsOf(to)];
  const blend = (one: number, other: number): number => Math.round(one + (other - one) * share);
  return hex((blend(a[0], b[0]) << 16) | (blend(a[1], b[1]) << 8) | blend(a[2], b[2]));
}

/** WCAG contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance"). */
export function luminance(colour: string): number {
  const [red, green, blue] = channelsOf(colour);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
