/** What is needed of a MapLibre style, without MapLibre. */
import type { StyleSpecification } from 'maplibre-gl';
import bold from '../../../tiles/fonts/geokontor-bold.ttf?url';
import regular from '../../../tiles/fonts/geokontor-regular.ttf?url';
import { isForeign } from './foreign';

/** The fonts of the house by the names that styles call them: a tenth of the glyphs that would be fetched otherwise. */
export const FONTS = { 'Geokontor Regular': regular, 'Geokontor Bold': bold } as const;

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
    const style = answer?.ok ? ((await Promise.race([answer.json(), late])) as StyleSpecification | null) : null;
    if (!style) return null;
    const sources = await Promise.race([described(style.sources), late]);
    // Of the same files the server makes its glyphs and pictures, so that all look alike.
    return { ...style, sources: sources ?? style.sources, 'font-faces': { ...FONTS } };
  } catch {
    return null;
  }
}

/**
 * Sources with what their addresses say of them (TileJSON), which MapLibre would ask for only when it has started. Nobody
 * else's ground is waited for.
 */
async function described(sources: StyleSpecification['sources']): Promise<StyleSpecification['sources']> {
  const described = Object.entries(sources).map(async ([name, source]) => {
    if (isForeign(name) || !('url' in source) || !source.url?.startsWith('http')) return [name, source] as const;
    try {
      const answer = await fetch(source.url, { signal: AbortSignal.timeout(PATIENCE) });
      const { url: _, ...rest } = source;
      return [name, answer.ok ? { ...rest, ...tileJson(await answer.json()) } : source] as const;
    } catch {
      return [name, source] as const;
    }
  });
  return Object.fromEntries(await Promise.all(described)) as StyleSpecification['sources'];
}

/** What a source of a style takes of a TileJSON. */
function tileJson(told: Record<string, unknown>): Record<string, unknown> {
  const taken = ['tiles', 'minzoom', 'maxzoom', 'bounds', 'attribution', 'scheme', 'encoding'];
  return Object.fromEntries(taken.flatMap((name) => (told[name] === undefined ? [] : [[name, told[name]]])));
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
