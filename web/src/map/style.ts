/** What is needed of a MapLibre style, without MapLibre. */
import type { StyleSpecification } from 'maplibre-gl';

/** Ground without anything on it, for when the server's style cannot be had. */
export const BARE_STYLE = (night: boolean): StyleSpecification => ({
  version: 8,
  sources: {},
  layers: [{ id: 'background', type: 'background', paint: { 'background-color': night ? '#14171a' : '#eef0ec' } }],
});

/** A style that takes longer is drawn without, so that a crew sees water on bare ground rather than nothing. */
const PATIENCE = 8_000;

declare global {
  /** The style that the script in the page's head has asked for, before this code had arrived. */
  var geokontorStyle: { readonly url: string; readonly answer: Promise<Response> } | undefined;
}

/** The server's style by day or by night; null where it cannot be had. */
export async function fetchStyle(night: boolean): Promise<StyleSpecification | null> {
  const url = `/map/styles/${night ? 'night' : 'day'}.json`;
  const early = globalThis.geokontorStyle;
  globalThis.geokontorStyle = undefined;
  const late = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE, null));
  try {
    const asked = early?.url === url ? early.answer : fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    const answer = await Promise.race([asked, late]);
    return answer?.ok ? ((await Promise.race([answer.json(), late])) as StyleSpecification | null) : null;
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
