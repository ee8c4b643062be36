/** House numbers, as in src/search/house.rs: how they are read, and which of a street is nearest to the one asked for. */

/** `12`, `12a`, `12-14`. */
export interface HouseNumber {
  readonly first: number;
  /** The other end of a range; `first` without one. */
  readonly last: number;
  /** Up to two small letters. */
  readonly letters: string;
}

/** A number from its digits; null for what no house has: 0, or more than four digits. */
export function houseNumber(first: string, last: string | null = null, letters = ''): HouseNumber | null {
  const read = (digits: string) => {
    const number = /^\d+$/.test(digits) ? Number(digits) : 0;
    return number >= 1 && number <= 9_999 ? number : null;
  };
  const number = read(first);
  const end = last === null ? number : read(last);
  if (number === null || end === null || (last !== null && end <= number)) return null;
  return { first: number, last: end, letters: letters.toLowerCase().slice(0, 2) };
}

/** Of a house with the same number and another letter. */
const LETTER = 1;

/** How far a number is from the one asked for; 0 is the very number. The other side of the street is farther. */
export function misfit(asked: HouseNumber, other: HouseNumber): number {
  const within = (range: HouseNumber, number: number) =>
    range.first <= number && number <= range.last && (number - range.first) % 2 === 0;
  const isSame = asked.first === other.first && asked.last === other.last && asked.letters === other.letters;
  if (isSame || (other.last > other.first && asked.letters === '' && within(other, asked.first))) return 0;
  if (asked.first === other.first || within(asked, other.first)) return LETTER;
  const apart = Math.min(Math.abs(asked.first - other.first), Math.abs(asked.first - other.last));
  return LETTER + 2 * apart + (apart % 2);
}

export const isLetter = (misfit: number) => misfit === LETTER;
