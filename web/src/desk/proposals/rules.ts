/** What is shown of proposals: which object has which, and where they would put it on the map. */
import type { Proposal, ProposalSummary } from '../../server/api';

/** The proposals about each object of a collection, the newest first. */
export function byObject(
  all: readonly ProposalSummary[],
  collection: string,
): ReadonlyMap<string, readonly ProposalSummary[]> {
  const found = new Map<string, ProposalSummary[]>();
  for (const proposal of all) {
    for (const edit of proposal.edits.filter((each) => each.collection === collection)) {
      found.set(edit.feature, [...(found.get(edit.feature) ?? []), proposal]);
    }
  }
  return found;
}

type Drawn = GeoJSON.FeatureCollection<GeoJSON.Point | GeoJSON.LineString, { id: string; part: 'from' | 'to' | 'way' }>;

/** A mark where an object lies that a proposal is about, where that would put it, and the way between. */
export function sketched(all: readonly ProposalSummary[], collection: string): Drawn {
  const features = all.flatMap(({ edits }) =>
    edits
      .filter((edit) => edit.collection === collection)
      .flatMap(({ feature: id, from, to, fields, operation }) => {
        const point = (coordinates: readonly number[], part: 'from' | 'to') => ({
          type: 'Feature' as const,
          geometry: { type: 'Point' as const, coordinates: [...coordinates] },
          properties: { id, part },
        });
        const goes = to && (operation === 'create' || fields.includes('geometry')) ? to : null;
        const way = from && goes && [from, goes].map((each) => [...each]);
        return [
          ...(from ? [point(from, 'from')] : []),
          ...(goes ? [point(goes, 'to')] : []),
          ...(way
            ? [
                {
                  type: 'Feature' as const,
                  geometry: { type: 'LineString' as const, coordinates: way },
                  properties: { id, part: 'way' as const },
                },
              ]
            : []),
        ];
      }),
  );
  return { type: 'FeatureCollection', features };
}

type Edit = Proposal['edits'][number];

/** The edit of one object. */
export const editOf = (proposal: Proposal, collection: string, id: string): Edit | undefined =>
  proposal.edits.find((edit) => edit.collection === collection && edit.feature === id);

/** Can the proposal be approved as it is? Not where somebody has changed the same since, or deleted the object. */
export const standsAgainst = ({ edits }: Proposal): 'conflict' | 'gone' | null => {
  if (edits.some(({ operation, current }) => operation !== 'create' && current === null)) return 'gone';
  return edits.some(({ fields }) => fields.some(({ conflict }) => conflict)) ? 'conflict' : null;
};

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
