/** Numbers and times as crews read them: short, and never more exact than they are. */
import type { Messages } from './de';
import type { Language } from './language.svelte';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `85 m`, `310 m`, `1,2 km`. */
export function metres(value: number, language: Language): string {
  if (value < 1000) return `${Math.round(value)} m`;
  return `${(value / 1000).toLocaleString(language, { maximumFractionDigits: value < 10_000 ? 1 : 0 })} km`;
}

/** How long ago, for milliseconds. */
export function ago(milliseconds: number, words: Messages): string {
  if (milliseconds < MINUTE) return words.age.seconds;
  if (milliseconds < HOUR) return words.age.minutes(Math.floor(milliseconds / MINUTE));
  if (milliseconds < DAY) return words.age.hours(Math.floor(milliseconds / HOUR));
  return daysAgo(Math.floor(milliseconds / DAY), words);
}

/** How long ago, for whole days. */
export function daysAgo(days: number, words: Messages): string {
  if (days <= 0) return words.age.today;
  if (days < 60) return words.age.days(days);
  if (days < 730) return words.age.months(Math.floor(days / 30.4));
  return words.age.years(Math.floor(days / 365.25));
}

/** The time of day; with the day where it is not today's. */
export function clock(milliseconds: number, now: number, language: Language): string {
  const time = new Date(milliseconds);
  const hours = time.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false });
  if (time.toDateString() === new Date(now).toDateString()) return hours;
  return `${time.toLocaleDateString(language, { day: '2-digit', month: '2-digit' })} ${hours}`;
}

/** `640 kB`, `12,4 MB`. */
export function bytes(value: number, language: Language): string {
  if (value < 1_000_000) return `${Math.max(1, Math.round(value / 1_000))} kB`;
  return `${(value / 1_000_000).toLocaleString(language, { maximumFractionDigits: value < 1e8 ? 1 : 0 })} MB`;
}

/** A number with at most this many decimals. */
export function decimal(value: number, digits: number, language: Language): string {
  return value.toLocaleString(language, { maximumFractionDigits: digits });
}
