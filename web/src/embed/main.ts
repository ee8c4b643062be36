/**
 * The map on other people's homepages, within the frame that `<geokontor-map>` or a plain iframe makes: what everybody
 * may see, to look at. No position, no search, no stream of changes.
 */
import { AttributionControl, addProtocol, Map as MapLibre, NavigationControl, Popup } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import '../map/worker';
import { ForeignGround, SCHEMES } from '../map/foreign';
import { BARE_STYLE, fetchStyle, layersOf } from '../map/style';
import { boot } from '../server/boot';
import { asked, LAYERS } from './asked';
import { wordsIn } from './words';
import './embed.css';

const wanted = asked(location.search, document.documentElement.lang);
const words = wordsIn(wanted.language);
const district = boot().district;
const dark = matchMedia('(prefers-color-scheme: dark)').matches;

const title = `${words.title} – ${district?.name ?? 'Geokontor'}`;
document.documentElement.lang = wanted.language;
document.title = title;
text('title', title);
text('list', words.list);
if (!wanted.list) document.getElementById('list')?.parentElement?.remove();

const style = (await fetchStyle(dark)) ?? BARE_STYLE(dark);
for (const layer of LAYERS.filter((name) => !wanted.layers.includes(name))) {
  const hidden = layersOf(style, 'firewater', layer);
  style.layers = style.layers.filter(({ id }) => !hidden.includes(id));
}
const ground = new ForeignGround((answers) => {
  text('note', answers ? '' : words.groundFailed);
  if (answers && !ground.renew(map)) map.setStyle(ground.style(style), { diff: false });
});
for (const scheme of SCHEMES) addProtocol(scheme, (asked, { signal }) => ground.load(asked, signal));
const map = new MapLibre({
  container: 'map',
  style: ground.style(style),
  ...(wanted.center ? { center: [wanted.center.lon, wanted.center.lat], zoom: wanted.zoom } : {}),
  ...(!wanted.center && district ? { bounds: [...district.bounds] as [number, number, number, number] } : {}),
  maxZoom: 20,
  maxPitch: 0,
  pitchWithRotate: false,
  attributionControl: false,
  // One finger scrolls the page around the map, two move the map.
  cooperativeGestures: true,
  locale: {
    'Map.Title': words.canvas,
    ...words.gestures,
    'NavigationControl.ZoomIn': words.zoomIn,
    'NavigationControl.ZoomOut': words.zoomOut,
    'AttributionControl.ToggleAttribution': words.attribution,
    'Popup.Close': words.close,
  },
});
map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
map.addControl(new AttributionControl({ compact: true }));
map.on('styledata', () => ground.dress(map));
map.once('load', () => performance.mark('map-drawn'));
map.on('error', (event) => console.debug('map:', event.error?.message));

map.on('click', (event) => {
  const ids = LAYERS.flatMap((layer) => layersOf(map.getStyle(), 'firewater', layer));
  const { x, y } = event.point;
  const [hit] = map.queryRenderedFeatures(
    [
      [x - 8, y - 8],
      [x + 8, y + 8],
    ],
    { layers: ids },
  );
  const status = hit?.properties.status as keyof typeof words.status | undefined;
  if (!hit || !status) return;
  const what = [hit.properties.ref, words.status[status]].filter(Boolean).join(': ');
  new Popup().setLngLat(event.lngLat).setText(what).addTo(map);
});

function text(id: string, words: string): void {
  const element = document.getElementById(id);
  if (element) element.textContent = words;
}
