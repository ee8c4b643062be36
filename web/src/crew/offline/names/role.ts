/** What each word of a question is for, as in src/search/role.rs: to be found, or to say what no register has. */
import { isLight, type Token, tokens } from './fold';

export type Role = 'needed' | 'light' | 'beside';

const set = (words: string) => new Set(words.split(' '));
const FREE = set(
  'adrese amt anschrift brd bundesland bundesrepublik de deutschland gemeinde germany haus hausnumer hnr kreis landkreis ' +
    'lk lkr nr numer ort ortsteil ot plz stadt hsnr ecke kreuzung kreuzungsbereich einmundung abzweig abzweigung',
);
const WITHIN_HOUSE = set(
  'anbau dachgeschos dg eg erdgeschos garage gartenhaus hh hinten hinterhaus hinterhof hochparterre hof hp keler ' +
    'kelergeschos kg li links mitte nebengebaude parterre re rechts ruckseite seitenflugel souterain treppenhaus ug ' +
    'untergeschos vh vorderhaus vorne zg',
);
const COUNTED = set(
  'apartment apartement app aufgang block eingang etage gebaude hale hauseingang klingel obergeschos og raum stock ' +
    'stockwerk tor tur we whg wohnung zimer',
);
const PEOPLE = set('familie fam firma fa herr herrn frau hd inh');

/** A question cut into words with their roles. `within` are the names of what the district lies in. */
export function wordsOf(text: string, within: readonly (readonly string[])[]): { token: Token; role: Role }[] {
  const words: { token: Token; role: Role }[] = [];
  for (const segment of text.replace(/c\/o/gi, ', Familie ').split(/[,;\n()]/)) {
    const found = tokens(segment);
    const hasNumber = words.some(({ token, role }) => token.number !== null && role !== 'beside');
    const roles = rolesOf(found, within, hasNumber);
    words.push(...found.map((token, k) => ({ token, role: roles[k] ?? ('needed' as const) })));
  }
  // Where nothing else is asked for, these words are.
  return words.some(({ role }) => role === 'needed') ? words : words.map(({ token }) => ({ token, role: 'needed' }));
}

function rolesOf(found: readonly Token[], within: readonly (readonly string[])[], numbered: boolean): Role[] {
  const roles: Role[] = found.map(() => 'needed');
  const isAny = (at: number, ...sets: readonly Set<string>[]) => sets.some((set) => set.has(found[at]?.text ?? ''));
  let hasNumber = numbered;
  for (const [at, token] of found.entries()) {
    if (isAny(at, PEOPLE) && at + 1 < found.length) {
      roles.fill('beside', at);
      break;
    }
    if (isAny(at, WITHIN_HOUSE, FREE)) roles[at] = 'beside';
    else if (isAny(at, COUNTED)) {
      roles[at] = 'beside';
      const next = found[at + 1];
      if (next && (next.number !== null || next.text.length === 1)) roles[at + 1] = 'beside';
    } else if (isLight(token.text) && roles[at] === 'needed') roles[at] = 'light';
    if (token.number !== null && roles[at] === 'needed') {
      if (isAny(at + 1, COUNTED, WITHIN_HOUSE) && (token.dotted || hasNumber)) roles[at] = 'beside';
      else hasNumber = true;
    }
  }
  for (const name of within) {
    for (let at = 0; name.length > 0 && at + name.length <= found.length; at++) {
      if (name.every((word, k) => found[at + k]?.text === word)) roles.fill('beside', at, at + name.length);
    }
  }
  return roles;
}
