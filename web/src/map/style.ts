/** What is needed of a MapLibre style, without MapLibre. */
import type { StyleSpecification } from 'maplibre-gl';

/** Ground without anything on it, for when the server's style cannot be had. */
export const BARE_STYLE = (night: boolean): StyleSpecification => ({
  version: 8,
  sources: {},
  layers: [{ id: 'background', type: 'background', paint: { 'background-color': night ? '#14171a' : '#eef0ec' } }],
});

/** The server's style by day or by night; null where it cannot be had. */
export async function fetchStyle(night: boolean): Promise<StyleSpecification | null> {
  try {
    const answer = await fetch(`/map/styles/${night ? 'night' : 'day'}.json`);
    return answer.ok ? ((await answer.json()) as StyleSpecification) : null;
  } catch {
    return null;
  }
}

/** Ids of the layers of a style that draw one layer of a vector source. */
export function layersOf(style: StyleSpecification, source: string, sourceLayer: string): string[] {
  return style.layers
    .filter(
      (layer) =>
        'source' in layer &&
        layer.source === source &&
        'source-layer' in layer &&
        layer['source-layer'] === sourceLayer,
    )
    .map((layer) => layer.id);
}
