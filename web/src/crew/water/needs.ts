/** What has to be carried to a source before water flows, as its code list declares it. */
import type { Source } from './source';

export type Need = 'standpipe' | 'key_underground' | 'key_pillar' | 'suction_hose' | 'none' | 'unknown';

const KNOWN: readonly string[] = ['standpipe', 'key_underground', 'key_pillar', 'suction_hose', 'none'];

/** The kit for a source, in the order in which it is reached for. */
export function needs(source: Pick<Source, 'needs'>): readonly Need[] {
  if (source.needs?.length === 0) return ['none'];
  return source.needs?.map((code) => (KNOWN.includes(code) ? (code as Need) : 'unknown')) ?? ['unknown'];
}
