/** A map of the house in a page of the desk: the ground, mostly without the water of crews, and room for what a page draws on it. */
import { AttributionControl, addProtocol, Map as MapLibre, NavigationControl } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import '../../map/worker';
import { ForeignGround, SCHEMES } from '../../map/foreign';
import { BARE_STYLE, fetchStyle } from '../../map/style';
import { boot, boundsOf as boundsOfDistrict } from '../../server/boot';
import { groundOf } from './style';

export interface Opening {
  readonly element: HTMLElement;
  readonly title: string;
  /** With the water as crews see it. */
  readonly water?: boolean;
  /** Adds sources and layers; asked again where the ground changes. */
  readonly dress: (map: MapLibre, dark: boolean) => void;
}

/** Opens a map of the district; resolved once it can be drawn on. `made` is told of it before, so that it can be removed. */
export async function openMap(
  { element, title, water = false, dress }: Opening,
  made: (map: MapLibre) => void,
): Promise<MapLibre> {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const whole = (await fetchStyle(dark)) ?? BARE_STYLE(dark);
  const style = water ? whole : groundOf(whole);
  let opened: MapLibre | null = null;
  const ground = new ForeignGround((answers) => {
    const map = opened;
    if (!answers || !map || ground.renew(map)) return;
    map.setStyle(ground.style(style), { diff: false });
    map.once('style.load', () => dress(map, dark));
  });
  for (const scheme of SCHEMES) addProtocol(scheme, (asked, { signal }) => ground.load(asked, signal));
  const map = new MapLibre({
    container: element,
    style: ground.style(style),
    bounds: [...boundsOfDistrict(boot())] as [number, number, number, number],
    maxPitch: 0,
    pitchWithRotate: false,
    dragRotate: false,
    attributionControl: false,
    locale: { 'Map.Title': title },
  });
  opened = map;
  made(map);
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new AttributionControl({ compact: true }));
  await new Promise((loaded) => map.once('load', loaded));
  dress(map, dark);
  return map;
}
