/** First and last names as people on Discord write them, one script a line. */
const SCRIPTS: readonly (readonly [first: readonly string[], last: readonly string[], joint: string])[] = [
  [
    ["Ana", "Zoë", "Łukasz", "Søren", "Iñaki", "Đorđe", "Ngọc"],
    ["García", "Müller", "Åström", "Kovačević", "O’Neill", "Trần"],
    " ",
  ],
  [["Emma", "Noah", "Mia", "Liam", "Olivia", "Max"], ["Smith", "plays chess", "Jr.", "", "the Third"], " "],
  [["Владимир", "Оксана", "Дмитрий", "Ирина"], ["Кузнецов", "Шевченко", "Соколова"], " "],
  [["Αλέξανδρος", "Ελένη"], ["Παπαδόπουλος", "Γεωργίου"], " "],
  [["محمد", "فاطمة", "يوسف"], ["الأحمد", "حسين"], " "],
  [["שירה", "דוד"], ["כהן", "לוי"], " "],
  [["अमित", "प्रिया"], ["कुमार", "शर्मा"], " "],
  [["রহিম", "সুমাইয়া"], ["উদ্দিন", "আক্তার"], " "],
  [["கார்த்திக்", "மீனா"], ["ராஜன்", ""], " "],
  [["สมชาย", "มาลี"], ["ใจดี", "สุขใจ"], " "],
  [["张", "王", "李"], ["伟", "芳", "秀英"], ""],
  [["陳", "林"], ["大文", "怡君"], ""],
  [["桜井", "佐藤", "高橋"], ["さくら", "ハルト", "結衣"], " "],
  [["김", "이", "박"], ["민준", "서연", "도윤"], ""],
  [["𝕾𝖍𝖆𝖉𝖔𝖜", "𝓛𝓾𝓷𝓪", "𝕍𝕠𝕚𝕕"], ["𝖂𝖔𝖑𝖋", "✨", "𝓵𝓸𝓿𝓮"], " "],
  [["🐙 octo", "🦊", "🇯🇵 taku", "👨‍👩‍👧‍👦", "🏳️‍🌈 sam"], ["🎮", "1️⃣", ""], " "],
];

/** How many of a hundred names come from each line; people of one language are never alone. */
const LATIN_SHARE = 0.5;

/** A display name of at most 32 characters, as Discord bounds it. */
export function displayName(index: number, random: () => number): string {
  if (index % 97 === 41) return "a nickname exactly as long as it";
  const line = random() < LATIN_SHARE ? index % 2 : 2 + (index % (SCRIPTS.length - 2));
  const [first, last, joint] = SCRIPTS[line] ?? SCRIPTS[0] ?? [[], [], ""];
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? "";
  return [...`${pick(first)}${joint}${pick(last)}`.trim()].slice(0, 32).join("");
}

export const TEXT_CHANNELS = [
  "general",
  "off-topic",
  "memes",
  "introductions",
  "music-🎵",
  "art",
  "gaming",
  "help",
  "開発",
  "мемы-и-шутки",
  "книги",
  "photography",
  "food",
  "pets-🐈",
  "日本語",
  "한국어",
  "中文",
  "español",
  "français",
  "deutsch",
  "العربية",
  "עברית",
  "हिन्दी",
  "ไทย",
  "movies",
  "sports",
  "science",
  "bot-commands",
  "suggestions",
  "archive",
] as const;

export const VOICE_CHANNELS = ["Lobby", "Gaming 1", "Gaming 2", "Study room", "音楽", "Late night"] as const;
