/**
 * Cutting text into numbers, words and marks, as in src/coordinate/parse/scan.rs. The one hard question is the comma:
 * if a number has a decimal point, commas separate; if not, a comma between two digits is a decimal comma, unless both
 * sides are as long as metres are. What can be cut in more than one way is refused.
 */
import { Misread } from './misread';

export type Mark = 'degrees' | 'minutes' | 'seconds';

export type Token =
  | { readonly is: 'number'; readonly value: number; readonly negative: boolean; readonly decimals: number | null }
  | { readonly is: 'word'; readonly word: string }
  | { readonly is: 'mark'; readonly mark: Mark }
  | { readonly is: 'break' };

type Style = 'point' | 'comma' | 'grouped' | 'whole';

const MARKS: Readonly<Record<string, Mark>> = {
  GRAD: 'degrees',
  DEG: 'degrees',
  DEGREES: 'degrees',
  MIN: 'minutes',
  MINUTEN: 'minutes',
  MINUTES: 'minutes',
  SEK: 'seconds',
  SEC: 'seconds',
  SEKUNDEN: 'seconds',
  SECONDS: 'seconds',
  '°': 'degrees',
  "'": 'minutes',
  '"': 'seconds',
};

export function tokens(text: string): Token[] {
  const chars = plain(text);
  const style = styleOf(chars);
  const found: Token[] = [];
  const pattern = /[\d][\d.,]*|\p{L}+|[\s\S]/gu;
  for (const match of chars.matchAll(pattern)) {
    const [piece] = match;
    const at = match.index;
    if (/^\d/.test(piece)) found.push(...numbers(piece, style, chars[at - 1] === '-'));
    else if (/^\p{L}/u.test(piece)) {
      const mark = MARKS[piece];
      found.push(mark ? { is: 'mark', mark } : { is: 'word', word: piece });
    } else found.push(...signOrMark(piece, chars[at - 1] ?? ' ', chars[at + 1] ?? ' '));
  }
  return found;
}

/** Upper case, with the variants of a mark made one and the names of the datum taken out. */
function plain(text: string): string {
  return text
    .replace(/[’‘‛′ʹ´`]/g, "'")
    .replace(/[”“„‟″ʺ]/g, '"')
    .replace(/[º˚]/g, '°')
    .replace(/[−–—‐‑]/g, '-')
    .replace(/[\s\u200b\ufeff]/g, ' ')
    .toUpperCase()
    .replace(/WGS[ -]?84|ETRS ?89/g, ' ')
    .replaceAll("''", '"');
}

function styleOf(chars: string): Style {
  const runs = (chars.match(/[\d.,]+/g) ?? [])
    .map((run) => run.replace(/^[.,]+|[.,]+$/g, ''))
    .filter((run) => run !== '');
  const grouped = (run: string) => {
    const groups = (run.split(',')[0] ?? '').split('.');
    return groups.length >= 3 && groups.slice(1).every((group) => group.length === 3);
  };
  if (runs.some(grouped)) return 'grouped';
  if (runs.some((run) => run.includes('.'))) return 'point';
  return runs.some((run) => run.includes(',') && run.split(',').every((part) => part.length >= 5)) ? 'whole' : 'comma';
}

function numbers(run: string, style: Style, negative: boolean): Token[] {
  const bare = run.replace(/[.,]+$/, '');
  const found: Token[] = [];
  partsOf(bare, style).forEach((part, index) => {
    if (index > 0) found.push({ is: 'break' });
    if (!/^\d+(\.\d+)?$/.test(part)) throw new Misread(bare);
    const decimals = part.includes('.') ? part.length - part.indexOf('.') - 1 : null;
    found.push({ is: 'number', value: Number(part), negative: negative && index === 0, decimals });
  });
  if (run.endsWith(',')) found.push({ is: 'break' });
  return found;
}

function partsOf(bare: string, style: Style): string[] {
  if (style === 'point' || style === 'whole') return bare.split(',');
  if (style === 'grouped') return [bare.replaceAll('.', '').replace(',', '.')];
  const parts = bare.split(',');
  if (parts.length === 4) return [`${parts[0]}.${parts[1]}`, `${parts[2]}.${parts[3]}`];
  if (parts.length <= 2) return [parts.join('.')];
  throw new Misread(bare);
}

function signOrMark(c: string, before: string, behind: string): Token[] {
  const digit = (c: string) => /\d/.test(c);
  if (c === '-' || c === '+') {
    if (digit(behind) && digit(before)) throw new Misread(c);
    if (digit(behind)) return [];
    if (c === '+') throw new Misread(c);
    return [{ is: 'break' }];
  }
  if (',;/|&'.includes(c)) return [{ is: 'break' }];
  const mark = MARKS[c];
  if (mark) return [{ is: 'mark', mark }];
  if (' :=.()[]{}'.includes(c)) return [];
  throw new Misread(c);
}
