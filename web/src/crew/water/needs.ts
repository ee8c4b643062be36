/** What has to be carried to a source before water flows. The server says it; where it does not, the kind tells. */
import type { Source } from './source';

export type Need = 'standpipe' | 'key_underground' | 'key_pillar' | 'suction_hose' | 'none' | 'unknown';

const KNOWN: readonly string[] = ['standpipe', 'key_underground', 'key_pillar', 'suction_hose', 'none'];

const BY_KIND: Readonly<Record<string, Readonly<Record<string, readonly Need[]>>>> = {
  hydrants: {
    pillar: ['key_pillar'],
    underground: ['standpipe', 'key_underground'],
    chamber: ['standpipe', 'key_underground'],
    wall: ['none'],
    filling_point: ['none'],
  },
  suction_points: { other: ['unknown'], unknown: ['unknown'], submersible_pump: ['none'] },
  water_sources: { elevated_reservoir: ['unknown'], other: ['unknown'], unknown: ['unknown'] },
};

/** The kit for a source, in the order in which it is reached for. */
export function needs(source: Pick<Source, 'collection' | 'kind' | 'needs'>): readonly Need[] {
  if (source.needs) {
    const named = source.needs.map((code) => (KNOWN.includes(code) ? (code as Need) : 'unknown'));
    return named.length > 0 ? named : ['none'];
  }
  const kinds = BY_KIND[source.collection];
  const byKind = kinds?.[source.kind.code];
  if (byKind) return byKind;
  // Open water, tanks and connections are drafted from; of a hydrant of no known kind nothing is known.
  return source.collection === 'hydrants' || !kinds ? ['unknown'] : ['suction_hose'];
}
