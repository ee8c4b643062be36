/** Text as the search compares it, as in src/search/fold.rs: the many ways of writing a German name come to the same words. */
import { type HouseNumber, houseNumber } from './house';

/** A word or a number of a text. */
export interface Token {
  /** Folded; of a number the digits, and the letter of `12a`. */
  readonly text: string;
  /** As it counts in a number people call an object by: zeros before digits do not. */
  readonly key: string;
  readonly number: HouseNumber | null;
  /** The same with every `e` behind an a, o or u, where there is one: in `Kreuzoeg` it is no umlaut but a slip. */
  readonly literal: string | null;
  /** A full stop follows: perhaps an abbreviation, or a number in an order. */
  readonly dotted: boolean;
}

/** Ends of street names that are written apart or joined. Folded. */
const ENDINGS = 'strase weg platz allee gase ring damm chausee hof berg ufer steg gang markt park'.split(' ');
/** Words that names are told apart by only when nothing else does. */
const LIGHT = new Set(
  (
    'a an am auf b bei beim d das dem den der des die gemeinde i im in nr ort ortsteil ot stadt u und v vom von vor ' +
    'zu zum zur'
  ).split(' '),
);
const WHOLE: Readonly<Record<string, string>> = {
  doktor: 'dr',
  profesor: 'prof',
  sankt: 'st',
  sanct: 'st',
  bgm: 'burgermeister',
  brgm: 'burgermeister',
  burgerm: 'burgermeister',
  gr: 'gros',
  kl: 'klein',
  pl: 'platz',
  ch: 'chausee',
};

const LATIN: Readonly<Record<string, string>> = { æ: 'a', ø: 'o', œ: 'o', ł: 'l' };

export const isLight = (word: string) => LIGHT.has(word);
export const isEnding = (word: string) => ENDINGS.includes(word);

/** Stem and ending of a street name written as one word. */
export function cutEnding(word: string): readonly [string, string] | null {
  const ending = ENDINGS.find((ending) => word.endsWith(ending));
  return ending && word.length >= ending.length + 3 ? [word.slice(0, -ending.length), ending] : null;
}

type Piece =
  | { readonly is: 'letters'; readonly folded: string; readonly literal: string }
  | { readonly is: 'digits'; readonly digits: string }
  | { readonly is: 'mark'; readonly mark: string };

/** The words and numbers of a text in their order. */
export function tokens(text: string): Token[] {
  const all = pieces(text);
  const found: Token[] = [];
  const isDot = (at: number) => all[at]?.is === 'mark' && (all[at] as { mark: string }).mark === '.';
  for (let at = 0; at < all.length; ) {
    const piece = all[at] as Piece;
    if (piece.is === 'letters') {
      const dotted = isDot(at + 1);
      const text = spelledOut(piece.folded, dotted);
      const literal = piece.literal === piece.folded ? null : spelledOut(piece.literal, dotted);
      found.push({ text, key: text, number: null, literal, dotted });
      at += 1;
    } else if (piece.is === 'digits') {
      const [token, next] = number(piece.digits, all, at + 1);
      found.push({ ...token, dotted: isDot(next) });
      at = next;
    } else at += 1;
  }
  return found;
}

/** What a number people call an object by is compared as. */
export const keyOf = (text: string) =>
  tokens(text)
    .map(({ key }) => key)
    .join('');

function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let letters: { folded: string; literal: string } | null = null;
  let digits = '';
  const end = () => {
    if (letters) found.push({ is: 'letters', ...letters });
    if (digits) found.push({ is: 'digits', digits });
    letters = null;
    digits = '';
  };
  for (const c of text.normalize('NFKD').toLowerCase()) {
    if (/[\p{M}'’]/u.test(c)) continue;
    if (/[0-9]/.test(c)) {
      if (letters) end();
      digits += c;
    } else if (/[\p{L}\p{N}]/u.test(c)) {
      if (digits) end();
      letters ??= { folded: '', literal: '' };
      letters.literal = withLetter(letters.literal, c);
      // How ä, ö and ü are written without an umlaut.
      if (c !== 'e' || !/[aou]$/.test(letters.folded)) letters.folded = withLetter(letters.folded, c);
    } else {
      end();
      found.push({ is: 'mark', mark: c === '–' ? '-' : c });
    }
  }
  end();
  return found;
}

function withLetter(letters: string, c: string): string {
  if (c === 'ß' || c === 's') return letters.endsWith('s') ? letters : `${letters}s`;
  return letters + (LATIN[c] ?? c);
}

/** What an abbreviation stands for; any other word as it is. */
function spelledOut(word: string, dotted: boolean): string {
  const whole = Object.hasOwn(WHOLE, word) ? WHOLE[word] : undefined;
  if (whole) return whole;
  if (word.endsWith('str')) return `${word.slice(0, -3)}strase`;
  return dotted && word.endsWith('pl') && word.length > 4 ? `${word.slice(0, -2)}platz` : word;
}

/** A number with what belongs to it: a letter (`12a`, `12 a`) or the other end of a range (`12-14`, `12/14`). */
function number(digits: string, all: readonly Piece[], from: number): [Token, number] {
  const plain = (text: string) => text.replace(/^0+/, '');
  const isSpace = (at: number) => all[at]?.is === 'mark' && /\s/.test((all[at] as { mark: string }).mark);
  const skip = (at: number) => {
    let next = at;
    while (isSpace(next)) next += 1;
    return next;
  };
  const token = { text: digits, key: plain(digits), literal: null, number: houseNumber(digits), dotted: false };
  const at = skip(from);
  const [piece, after] = [all[at], all[at + 1]];
  if (piece?.is === 'letters' && piece.folded.length === 1 && !(after?.is === 'mark' && after.mark === '.')) {
    const letter = piece.folded;
    const number = houseNumber(digits, null, letter);
    return [{ ...token, text: digits + letter, key: token.key + letter, number }, at + 1];
  }
  if (piece?.is === 'mark' && /[-/]/.test(piece.mark)) {
    const end = skip(at + 1);
    const last = all[end];
    const range = last?.is === 'digits' ? houseNumber(digits, last.digits) : null;
    if (last?.is === 'digits' && range) {
      return [{ ...token, text: digits + last.digits, key: token.key + plain(last.digits), number: range }, end + 1];
    }
  }
  return [token, from];
}
