/** One answer of the bot, as the gallery shows it. */
export interface Exhibit {
  /** What the user did: a command, a button. */
  readonly title: string;
  /** File name of the picture beside the page; `null` for an answer in words. */
  readonly file: string | null;
  /** The picture's alternative text, or the answer's words. */
  readonly text: string;
  /** What can be pressed below the answer. */
  readonly controls: readonly string[];
  /** Milliseconds to the first answer, and to the finished one. */
  readonly firstMs: number;
  readonly totalMs: number;
  readonly ephemeral: boolean;
}

/** What happened between two answers. */
export interface Note {
  readonly note: string;
}

/** A page that shows every answer with its words and times; readable by eye, keyboard and screen reader. */
export function galleryPage(exhibits: readonly (Exhibit | Note)[]): string {
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
  .times, .controls { opacity: .8; }
  pre { font: inherit; padding: 1rem; border: 1px solid; border-radius: 12px; }
  .words { white-space: pre-wrap; }
</style>
<h1>GuildStats demo</h1>
<p>${exhibits.filter((exhibit) => "title" in exhibit).length} answers of the real plugin, each with its alternative text and what it took.</p>
<main>
${exhibits.map((exhibit) => ("title" in exhibit ? article(exhibit) : `<h2><code>${escaped(exhibit.note)}</code></h2>`)).join("\n")}
</main>
</html>
`;
}

function article({ title, file, text, controls, firstMs, totalMs, ephemeral }: Exhibit): string {
  const times = `first answer after ${firstMs.toFixed(0)} ms, finished after ${totalMs.toFixed(0)} ms${ephemeral ? ", for the caller only" : ""}`;
  // An answer in words is shown as the message is written: its markdown is Discord's to format.
  const answer =
    file === null
      ? `<pre class="words" dir="auto">${escaped(text)}</pre>`
      : `<img src="${escaped(file)}" alt="${escaped(text)}" loading="lazy">
<p class="words" dir="auto">${escaped(text)}</p>`;
  return `<article>
<h2>${escaped(title)}</h2>
<p class="times">${times}</p>
${answer}
<p class="controls">${escaped(controls.join(" "))}</p>
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
