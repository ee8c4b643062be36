/** What a text says beside its figures, as in src/coordinate/parse/said.rs: that it is a coordinate, and in which system. */
import type { Datum } from './gausskrueger';

export interface Said {
  /** `EPSG:2398` */
  readonly epsg: number | null;
  /** `42/83`, `DHDN` */
  readonly datum: Datum | null;
  /** `GK`, `Gauß-Krüger` */
  readonly isGaussKrueger: boolean;
  /** `GK4` */
  readonly zone: number | null;
}

export const NOTHING_SAID: Said = { epsg: null, datum: null, isGaussKrueger: false, zone: null };

const ANNOUNCING =
  /^(koordinaten?|koord|coordinates?|coords|gps|position|pos|standort|einsatzort|einsatzstelle|einsatzkoordinaten|location|lage|punkt|geokoordinaten|dezimalgrad|ziel)(?![\p{L}\p{N}])[\s:=\-–./]*/iu;
const WITHIN = /^.*(?:koordinaten?|coordinates)[\s:=.]*(?=.*\d)/isu;
/** A word that stands by itself: no letter and no figure that goes on is beside it. */
const alone = (word: string, after = '(?![\\p{L}\\p{N}])') =>
  new RegExp(`(?<![\\p{L}\\p{N}.,])(?:${word})${after}`, 'u');
const PULKOVO83 = alone('PULKOVO 1942(?:\\(83\\)|/83)|(?:SYSTEM |S ?)?42/83|PULKOVO|KRASSOWSKIJ?|KRASSOVSKY');
const DHDN = alone('DHDN(?:90)?|BESSEL|POTSDAM');
const GAUSS_KRUEGER = alone('GAUSS[- ]?KR(?:Ü|UE|U)GER|GK', '(?![\\p{L}])');
const ZONE = /^[\s\-:.(]*(?:(?:MERIDIANSTREIFEN|STREIFEN|ZONE|STR)[\s\-:.(]*)?([2-5])(?![\p{L}\p{N}.,])/u;

/** A text without what announces it as a coordinate. */
export function unannounced(text: string): string {
  let rest = text.replace(WITHIN, '');
  for (;;) {
    const next = rest.replace(ANNOUNCING, '');
    if (next === rest) break;
    rest = next;
  }
  // A word alone announces nothing.
  return rest === '' ? text : rest;
}

/** Takes the words for a system out of a text, which becomes upper case. */
export function take(text: string): { rest: string; said: Said } {
  let rest = text.toUpperCase();
  let epsg: number | null = null;
  const cut = (pattern: RegExp, found: (match: RegExpExecArray) => void): boolean => {
    const match = pattern.exec(rest);
    if (!match) return false;
    found(match);
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`;
    return true;
  };
  cut(/EPSG[: -]*(\d{4,6})(?!\d)/, (match) => {
    epsg = Number(match[1]);
  });
  const datum = cut(PULKOVO83, () => undefined) ? 'pulkovo83' : cut(DHDN, () => undefined) ? 'dhdn' : null;
  let at = 0;
  const isGaussKrueger = cut(GAUSS_KRUEGER, (match) => {
    at = match.index + 1;
  });
  const zone = isGaussKrueger ? ZONE.exec(rest.slice(at)) : null;
  if (zone) rest = `${rest.slice(0, at)} ${rest.slice(at + zone[0].length)}`;
  return { rest, said: { epsg, datum, isGaussKrueger, zone: zone ? Number(zone[1]) : null } };
}
