/** Places as the server writes them. */
import type { LonLat } from '../../map/place';
import type { Shown } from '../water/source';
import { utmref } from './coordinate/utmref';

/** A place in the forms crews use, as the server writes them. */
export function shown(at: LonLat, zone: number | null): Shown {
  const round = (value: number) => Math.round(value * 1e7) / 1e7;
  const minutes = (value: number, letter: string) => {
    const thousandths = Math.round(Math.abs(value) * 60_000);
    const [degrees, rest] = [Math.floor(thousandths / 60_000), thousandths % 60_000];
    const pad = (number: number, width: number) => String(number).padStart(width, '0');
    return `${degrees}° ${pad(Math.floor(rest / 1000), 2)},${pad(rest % 1000, 3)}' ${letter}`;
  };
  return {
    lon: round(at.lon),
    lat: round(at.lat),
    utmref: zone === null ? utmref(at) : utmref(at, zone),
    degrees_minutes: `${minutes(at.lat, at.lat < 0 ? 'S' : 'N')} ${minutes(at.lon, at.lon < 0 ? 'W' : 'O')}`,
  };
}
