/** Numbers and times as people read them: short, and never more exact than they are. */
import type { Language } from './language';

/** How a language says how long ago something was. */
export interface Ages {
  readonly age: {
    readonly seconds: string;
    readonly today: string;
    readonly minutes: (n: number) => string;
    readonly hours: (n: number) => string;
    readonly days: (n: number) => string;
    readonly months: (n: number) => string;
    readonly years: (n: number) => string;
  };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Formats are dear to make and cheap to use: each is made once. */
const numbers = new Map<string, Intl.NumberFormat>();
const times = new Map<string, Intl.DateTimeFormat>();

/** Between a number and its unit no line ends. */
const UNBROKEN = '\u00a0';

/** `85 m`, `310 m`, `1,2 km`. */
export function metres(value: number, language: Language): string {
  if (value < 1000) return wholeMetres(value, language);
  return `${decimal(value / 1000, value < 10_000 ? 1 : 0, language)}${UNBROKEN}km`;
}

/** `1.138 m`, for what is put at a place and not only found there. */
export function wholeMetres(value: number, language: Language): string {
  return `${decimal(value, 0, language)}${UNBROKEN}m`;
}

/** Degrees and minutes, which answers hold as Germans write them. */
export function degreesMinutes(text: string, language: Language): string {
  return language === 'de' ? text : text.replaceAll(',', '.').replace(/O$/, 'E');
}

/** How long ago, for milliseconds. */
export function ago(milliseconds: number, words: Ages): string {
  if (milliseconds < MINUTE) return words.age.seconds;
  if (milliseconds < HOUR) return words.age.minutes(Math.floor(milliseconds / MINUTE));
  if (milliseconds < DAY) return words.age.hours(Math.floor(milliseconds / HOUR));
  return daysAgo(Math.floor(milliseconds / DAY), words);
}

/** How long ago, for whole days. */
export function daysAgo(days: number, words: Ages): string {
  if (days <= 0) return words.age.today;
  if (days < 60) return words.age.days(days);
  if (days < 730) return words.age.months(Math.floor(days / 30.4));
  return words.age.years(Math.floor(days / 365.25));
}

/** How a language writes here; 07/09 would be two days to two readers, so English names its months. */
const WRITTEN = {
  de: { region: 'de-DE', day: { day: '2-digit', month: '2-digit' } },
  en: { region: 'en-GB', day: { day: 'numeric', month: 'short' } },
} as const;

/** The time of day; with the day where it is not today's. */
export function clock(milliseconds: number, now: number, language: Language): string {
  const time = new Date(milliseconds);
  const { region, day } = WRITTEN[language];
  let format = times.get(language);
  if (!format) {
    format = new Intl.DateTimeFormat(region, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    times.set(language, format);
  }
  const hours = format.format(time);
  if (time.toDateString() === new Date(now).toDateString()) return hours;
  return `${time.toLocaleDateString(region, day)} ${hours}`;
}

/**
 * An ISO day without a time zone, which would make it the day before in half of the world: `09.07.2020` or `9 Jul 2020`.
 * What is none stays as it is.
 */
export function day(iso: string, language: Language): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  if (!parts) return iso;
  const noon = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]), 12));
  const { region, day } = WRITTEN[language];
  return noon.toLocaleDateString(region, { timeZone: 'UTC', ...day, year: 'numeric' });
}

/** A day with the time, `09.07.2020, 14:05` or `9 Jul 2020, 14:05`. */
export function instant(iso: string, language: Language): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return time.toLocaleString(WRITTEN[language].region, { dateStyle: 'medium', timeStyle: 'short' });
}

/** `640 kB`, `12,4 MB`, `10,7 GB`. */
export function bytes(value: number, language: Language): string {
  if (value < 1_000_000) return `${Math.max(1, Math.round(value / 1_000))} kB`;
  if (value >= 1e9) return `${decimal(value / 1e9, 1, language)} GB`;
  return `${decimal(value / 1_000_000, value < 1e8 ? 1 : 0, language)} MB`;
}

/** A number with at most this many decimals. */
export function decimal(value: number, digits: number, language: Language): string {
  const key = `${language} ${digits}`;
  let format = numbers.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, { maximumFractionDigits: digits });
    numbers.set(key, format);
  }
  return format.format(value);
}
