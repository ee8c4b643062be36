import { describe, expect, it } from 'vitest';
import { needs } from './needs';

const of = (collection: string, code: string) => needs({ collection, kind: { code, de: '', en: '' } });

describe('what is needed', () => {
  it('is a key at a pillar, standpipe and key at an underground hydrant, a suction hose at open water', () => {
    expect(of('hydrants', 'pillar')).toEqual(['key_pillar']);
    expect(of('hydrants', 'underground')).toEqual(['standpipe', 'key_underground']);
    expect(of('water_sources', 'lake')).toEqual(['suction_hose']);
    expect(of('suction_points', 'pillar_connection')).toEqual(['suction_hose']);
  });

  it('is never guessed for a kind nobody knows', () => {
    expect(of('hydrants', 'unknown')).toEqual(['unknown']);
    expect(of('hydrants', 'pipe')).toEqual(['unknown']);
    expect(of('fountains', 'baroque')).toEqual(['unknown']);
  });

  it('is what the server says where it says anything', () => {
    const kind = { code: 'pillar', de: '', en: '' };
    expect(needs({ collection: 'hydrants', kind, needs: ['none'] })).toEqual(['none']);
    expect(needs({ collection: 'hydrants', kind, needs: [] })).toEqual(['none']);
    expect(needs({ collection: 'hydrants', kind, needs: ['crane'] })).toEqual(['unknown']);
  });
});
