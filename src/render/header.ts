import type { Card } from "../cards/card.ts";
import { drawBanner } from "./banner.ts";
import { type Brush, drawNoted, drawPicture } from "./brush.ts";
import { type Box, MARGIN, WIDTH } from "./layout.ts";
import { drawText } from "./text.ts";

const TOP_LINE = 6;
const PICTURE = 84;

/** Who the card is about, and what it shows; the guild's banner, if there is one, softly behind it. */
export function drawHeader(
  brush: Brush,
  { subject, title, titleNote, subtitle, bannerUrl }: Card,
  box: Box,
): void {
  const { context, theme, accent, pictures } = brush;
  const banner = bannerUrl === null ? undefined : pictures.get(bannerUrl);
  if (banner) drawBanner(context, banner, { x: 0, y: 0, width: WIDTH, height: box.height }, theme);
  context.fillStyle = accent;
  context.fillRect(0, 0, WIDTH, TOP_LINE);
  drawPicture(brush, subject, { x: MARGIN, y: 30, size: PICTURE });
  const room = { x: MARGIN + PICTURE + 24, width: WIDTH - 2 * MARGIN - PICTURE - 24 };
  const titleStyle = { size: 38, weight: 700, colour: theme.text, align: "start" } as const;
  // On a picture only the strongest colour can be read.
  const quiet = banner ? theme.text : theme.muted;
  drawNoted(brush, { text: title, note: titleNote }, { ...room, y: 70 }, titleStyle, quiet);
  drawText(context, subtitle, { ...room, y: 105 }, { size: 21, weight: 400, colour: quiet, align: "start" });
}
