/** One answer of the bot, as the gallery shows it. */
export interface Exhibit {
  /** What the user did: a command, a button. */
  readonly title: string;
  /** File name of the picture beside the page; `null` for an answer in words. */
  readonly file: string | null;
  /** The picture's alternative text, or the answer's words. */
  readonly text: string;
  /** Milliseconds to the first answer, and to the finished one. */
  readonly firstMs: number;
  readonly totalMs: number;
  readonly ephemeral: boolean;
}

/** A page that shows every answer with its words and times; readable by eye, keyboard and screen reader. */
export function galleryPage(exhibits: readonly Exhibit[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GuildStats demo</title>
<style>
  :root { color-scheme: dark light; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 1240px; margin: 2rem auto; padding: 0 1rem; }
  article { margin: 0 0 3rem; }
  img { max-width: 100%; height: auto; border-radius: 12px; display: block; }
  h2 { font-size: 1.1rem; margin: 0 0 .25rem; }
  p { margin: .25rem 0 .75rem; }
  .times { opacity: .8; }
  .words { white-space: pre-wrap; }
</style>
<h1>GuildStats demo</h1>
<p>${exhibits.length} answers of the real plugin, each with its alternative text and what it took.</p>
<main>
${exhibits.map(article).join("\n")}
</main>
</html>
`;
}

function article({ title, file, text, firstMs, totalMs, ephemeral }: Exhibit): string {
  const times = `first answer after ${firstMs.toFixed(0)} ms, finished after ${totalMs.toFixed(0)} ms${ephemeral ? ", for the caller only" : ""}`;
  const picture = file === null ? "" : `<img src="${escaped(file)}" alt="${escaped(text)}" loading="lazy">`;
  return `<article>
<h2>${escaped(title)}</h2>
<p class="times">${times}</p>
${picture}
<p class="words">${escaped(text)}</p>
</article>`;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
