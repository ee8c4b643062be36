/** Every word that names are made of, once, and how well something typed fits each of them: src/search/words.rs, typo.rs. */
import type { Token } from './fold';

/** No fit at all. */
export const NONE = 255;
/** Cost of one error; a fit below it has none. */
export const ERROR = 20;
/** Of a word that is only begun: while typing that is usual, within a text it is an abbreviation. */
const BEGUN = 3;
const ABBREVIATED = 10;
/** Letters from which on a word within a text may be an abbreviation without saying so. */
const ABBREVIATION = 3;
/** Longer words are compared as far as this. */
const LONGEST = 48;

export class Words {
  readonly #numbers = new Map<string, number>();
  readonly #words: { readonly text: string; readonly letters: number }[] = [];

  /** The number of a word, a new one if need be. */
  number(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    this.#words.push({ text: word, letters: letters(word) });
    this.#numbers.set(word, this.#words.length - 1);
    return this.#words.length - 1;
  }

  text(number: number): string {
    return this.#words[number]?.text ?? '';
  }

  /** Cost of every word for something typed, by number of the word. `last` for what is perhaps not finished. */
  costs(token: Token, last: boolean): Uint8Array {
    const costs = new Uint8Array(this.#words.length).fill(NONE);
    if (/\d/.test(token.text)) {
      const number = this.#numbers.get(token.text);
      if (number !== undefined) costs[number] = 0;
      return costs;
    }
    const begun = last ? BEGUN : token.dotted || token.text.length >= ABBREVIATION ? ABBREVIATED : null;
    for (const typed of token.literal === null ? [token.text] : [token.text, token.literal]) {
      const own = letters(typed);
      this.#words.forEach((word, k) => {
        costs[k] = Math.min(costs[k] ?? NONE, costOf(word.text, word.letters, typed, own, begun));
      });
    }
    return costs;
  }
}

function costOf(word: string, has: number, typed: string, own: number, begun: number | null): number {
  if (!word.startsWith(typed)) return costOfErrors(word, has, typed, own, begun);
  const rest = word.length - typed.length;
  if (rest === 0) return 0;
  const whole = begun === null ? NONE : begun + Math.min(6, rest);
  return Math.min(whole, costOfErrors(word, has, typed, own, null));
}

function costOfErrors(word: string, has: number, typed: string, own: number, begun: number | null): number {
  const inBeginning = forgiven(typed.length);
  if (inBeginning === 0) return NONE;
  // Slips that leave letters out make a word no shorter than it is: of a whole one the longer of both decides.
  const most = Math.max(inBeginning, forgiven(word.length));
  if (bits(own & ~has) > most || word.length + most < typed.length) return NONE;
  if (begun === null && word.length > typed.length + most) return NONE;
  const found = errors(typed, word, most);
  if (!found) return NONE;
  const whole = found.whole <= most ? found.whole * ERROR : NONE;
  const beginning = begun !== null && found.beginning <= inBeginning ? found.beginning * ERROR + begun : NONE;
  return Math.min(whole, beginning);
}

/** How many errors are forgiven in a word of so many letters. */
function forgiven(letters: number): number {
  if (letters >= 8) return 2;
  return letters >= 4 ? 1 : 0;
}

/** Which letters a word has, one bit each; what is no letter from a to z shares a bit. */
function letters(word: string): number {
  let set = 0;
  for (let k = 0; k < word.length; k++) set |= 1 << (word.charCodeAt(k) & 31);
  return set;
}

function bits(set: number): number {
  let [count, rest] = [0, set >>> 0];
  for (; rest; rest = (rest & (rest - 1)) >>> 0) count += 1;
  return count;
}

/**
 * Errors between what was typed and a word, and between it and the beginning of the word that is nearest to it: what is
 * missing, too much, wrong or swapped with its neighbour. Null when even the beginning has more than `most`.
 */
export function errors(typed: string, word: string, most: number): { whole: number; beginning: number } | null {
  const [a, b] = [typed.slice(0, LONGEST), word.slice(0, LONGEST)];
  const [far, end] = [most + 1, a.length];
  let before: number[] = [];
  let row = Array.from({ length: end + 1 }, (_, k) => Math.min(k, far));
  let [whole, beginning] = [far, row[end] ?? far];
  for (let n = 0; n < b.length; n++) {
    const next = [Math.min(n + 1, far)];
    for (let k = 1; k <= end; k++) {
      const same = a[k - 1] === b[n] ? 0 : 1;
      let cell = Math.min((row[k - 1] ?? far) + same, (row[k] ?? far) + 1, (next[k - 1] ?? far) + 1);
      if (n > 0 && k > 1 && a[k - 1] === b[n - 1] && a[k - 2] === b[n])
        cell = Math.min(cell, (before[k - 2] ?? far) + 1);
      next.push(Math.min(cell, far));
    }
    beginning = Math.min(beginning, next[end] ?? far);
    // A swap reaches back two rows.
    if (Math.min(...next) > most && Math.min(...row) > most) break;
    if (n + 1 === b.length) whole = next[end] ?? far;
    [before, row] = [row, next];
  }
  return beginning <= most ? { whole, beginning } : null;
}
