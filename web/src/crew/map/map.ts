/**
 * The map as a crew needs it, over MapLibre GL: the only file that sees it, loaded after everything else.
 *
 * Tells what was tapped, shows what it is given, and knows neither list nor server. The cartography is the server's
 * style; what is drawn here comes on top of it: incident, rings, ways and the numbers of the list.
 */
import {
  AttributionControl,
  addProtocol,
  type GeoJSONSource,
  type MapGeoJSONFeature,
  Map as MapLibre,
  type MapMouseEvent,
  Marker,
  ScaleControl,
  type StyleSpecification,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import '../../map/worker';
import { ForeignGround, SCHEMES } from '../../map/foreign';
import type { LonLat } from '../../map/place';
import { BARE_STYLE, fetchStyle, layersOf } from '../../map/style';
import type { Change } from '../live/events';
import type { Fix } from '../shell/position.svelte';
import { DOUBT, type Doubt, doubtCircle, doubtLayers } from './doubt';
import { APART, lead } from './numbers';
import { type Drawing, OVERLAYS, type Overlay, overlayLayers } from './overlay';
import { FINGER, PRECISE } from './precision';
import { spread } from './spread';
import { Stillness } from './stillness';

/** The zoom to which a tap from farther away goes closer. */
const CLOSE = 16.5;
/** Pixels from the place of the incident to the middle of the head of its mark. */
const HEAD = 30;
/** A source that has not answered by then keeps nobody from seeing the others. */
const SOURCES_WAIT = 8_000;
/** A style that could not be had is asked for again after so long. */
const STYLE_AGAIN = 15_000;
const POINT_LAYERS = ['hydrants', 'water_sources', 'suction_points'];
/** Sources of this server: the map is drawn when they are, whatever else may lie under it. */
const OWN_SOURCES = ['base', 'firewater'];

/** What a tap met. */
export interface Tapped {
  readonly at: LonLat;
  readonly water: { readonly collection: string; readonly id: string } | null;
  /** Of the map that was tapped. */
  readonly zoom: number;
}

export interface Handlers {
  tapped(tapped: Tapped): void;
  /** A hand has moved the map. */
  moved(): void;
  settled(view: { lon: number; lat: number; zoom: number; bearing: number }): void;
  /** The first picture with content is there. */
  drawn(): void;
  /** The server's style could not be had, or can again. */
  base(fine: boolean): void;
  /** A tile of this server is there, by its address. */
  seen(path: string): void;
  /** Somebody else's ground has stopped answering, or answers again. */
  ground(answers: boolean): void;
}

export interface Start {
  readonly center: LonLat;
  readonly zoom: number;
  readonly night: boolean;
  /** The server's style; null where it could not be had. */
  readonly style: StyleSpecification | null;
  readonly labels: Record<string, string>;
  readonly ground: Ground;
}

/** Where tiles come from beside the server. */
export interface Ground {
  /** The same style with sources that ask the device, where it has something. */
  style(style: StyleSpecification): StyleSpecification;
  tile(url: string, signal: AbortSignal): Promise<ArrayBuffer>;
}

export class CrewMap {
  readonly #map: MapLibre;
  readonly #numbers: Marker[] = [];
  readonly #incident: Marker;
  readonly #position: Marker;
  /** Where the incident would be if the crew says yes. */
  readonly #asked: Marker;
  #drawing: Drawing | null = null;
  #doubt: Doubt | null = null;
  #hidden: readonly string[] = [];
  readonly #ground: Ground;
  readonly #foreign: ForeignGround;
  readonly #stillness: Stillness;
  /** Layers with what can be tapped. */
  #water: readonly string[] = [];
  #night: boolean;
  #bare = false;
  #again: ReturnType<typeof setTimeout> | undefined;
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(
    container: HTMLElement,
    start: Start,
    private readonly handlers: Handlers,
  ) {
    this.#night = start.night;
    this.#ground = start.ground;
    addProtocol('device', async ({ url }, { signal }) => ({ data: await start.ground.tile(url, signal) }));
    this.#foreign = new ForeignGround((answers) => this.#grounded(answers));
    for (const scheme of SCHEMES) addProtocol(scheme, (asked, { signal }) => this.#foreign.load(asked, signal));
    this.#map = new MapLibre({
      container,
      style: this.#made(start.style),
      center: [start.center.lon, start.center.lat],
      zoom: start.zoom,
      maxZoom: 20,
      minZoom: 7,
      attributionControl: false,
      // Two fingers of a glove tilt a map nobody wants tilted.
      maxPitch: 0,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      locale: start.labels,
      refreshExpiredTiles: false,
    });
    this.#map.addControl(new ScaleControl({ maxWidth: 120 }), 'bottom-left');
    this.#map.addControl(new AttributionControl({ compact: true }), 'bottom-left');
    this.#incident = new Marker({ element: mark('incident'), anchor: 'bottom' });
    this.#asked = new Marker({ element: mark('asked'), anchor: 'bottom' });
    this.#position = new Marker({ element: mark('position'), rotationAlignment: 'map' });
    this.#stillness = new Stillness(this.#map);
    this.#stillness.watch(this.#map.getCanvasContainer());
    this.#listen();
    this.#based(start.style !== null);
  }

  #listen(): void {
    const map = this.#map;
    map.on('click', (event) => this.#tap(event));
    map.on('style.load', () => this.#dress());
    map.on('styledata', () => this.#foreign.dress(map));
    map.on('sourcedata', ({ sourceId, tile }) => {
      const { z, x, y } =
        (tile as { tileID?: { canonical: { z: number; x: number; y: number } } } | undefined)?.tileID?.canonical ?? {};
      if (OWN_SOURCES.includes(sourceId) && z !== undefined) this.handlers.seen(`/tiles/${sourceId}/${z}/${x}/${y}`);
    });
    map.on('dragstart', () => this.handlers.moved());
    map.on('zoom', () => this.#spread());
    map.on('rotate', () => this.#spread());
    map.on('moveend', () => {
      const { lng, lat } = map.getCenter();
      this.handlers.settled({ lon: lng, lat, zoom: map.getZoom(), bearing: map.getBearing() });
    });
    map.once('style.load', () => {
      map.on('render', this.#look);
      setTimeout(() => this.#drawn(), SOURCES_WAIT);
    });
    // A tile that did not come is asked for again when the line is back; the page says that it is down.
    map.on('error', (event) => console.debug('map:', event.error?.message));
  }

  /** Tells when everything of this server is drawn. */
  readonly #look = (): void => {
    const map = this.#map;
    const own = OWN_SOURCES.filter((source) => map.getSource(source));
    if (own.every((source) => map.isSourceLoaded(source))) this.#drawn();
  };

  #drawn(): void {
    this.#map.off('render', this.#look);
    this.handlers.drawn();
  }

  /** A style of the server as it is drawn here. */
  #made(style: StyleSpecification | null): StyleSpecification {
    return this.#foreign.style(style ? this.#ground.style(style) : BARE_STYLE(this.#night));
  }

  /** What could not be had of somebody else's ground is asked for when it answers again. */
  #grounded(answers: boolean): void {
    this.handlers.ground(answers);
    if (answers && !this.#foreign.renew(this.#map)) void this.#loadStyle();
  }

  async #loadStyle(): Promise<void> {
    const night = this.#night;
    const style = await fetchStyle(night);
    // Night may have fallen meanwhile.
    if (night !== this.#night) return;
    this.#map.setStyle(this.#made(style), { diff: false });
    this.#based(style !== null);
  }

  /** There is ground to stand on, or there will be a next try. */
  #based(fine: boolean): void {
    this.#bare = !fine;
    this.handlers.base(fine);
    clearTimeout(this.#again);
    if (!fine) this.#again = setTimeout(() => void this.#loadStyle(), STYLE_AGAIN);
  }

  /** Puts what is drawn here on top of a style that has just come. */
  #dress(): void {
    for (const source of [DOUBT, ...OVERLAYS]) {
      if (!this.#map.getSource(source)) {
        this.#map.addSource(source, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
      }
    }
    const style = this.#map.getStyle();
    const glyphs = Boolean(style.glyphs);
    // Under all names and symbols: a way is there to be followed, a name to be read.
    const names = style.layers[style.layers.findLastIndex((layer) => layer.type !== 'symbol') + 1];
    this.#water = POINT_LAYERS.flatMap((name) => layersOf(style, 'firewater', name));
    for (const layer of [...doubtLayers(this.#night), ...overlayLayers(this.#night, glyphs)]) {
      if (!this.#map.getLayer(layer.id)) this.#map.addLayer(layer, names?.id);
    }
    this.#applyHidden();
    this.#circle();
    if (this.#drawing) this.draw(this.#drawing);
  }

  #tap(event: MapMouseEvent): void {
    const { x, y } = event.point;
    const hits = this.#map.queryRenderedFeatures(
      [
        [x - FINGER, y - FINGER],
        [x + FINGER, y + FINGER],
      ],
      { layers: [...this.#water] },
    );
    const water = hits.map(waterOf).find((hit) => hit !== null) ?? null;
    const at = { lon: event.lngLat.lng, lat: event.lngLat.lat };
    const zoom = this.#map.getZoom();
    if (!water && zoom < PRECISE) this.goTo(at, CLOSE);
    this.handlers.tapped({ at, water, zoom });
  }

  /** Puts the mark of the incident where it is, or away; with the circle in which it may be. */
  mark(incident: LonLat | null, radius: number | null, inDoubt: boolean): void {
    if (incident) this.#incident.setLngLat([incident.lon, incident.lat]).addTo(this.#map);
    else this.#incident.remove();
    this.#incident.getElement().classList.toggle('doubtful', inDoubt);
    this.#doubt = incident && radius ? { at: incident, radius } : null;
    this.#circle();
  }

  /** Puts a mark where the crew is asked about, or away. */
  ask(place: LonLat | null): void {
    if (place) this.#asked.setLngLat([place.lon, place.lat]).addTo(this.#map);
    else this.#asked.remove();
  }

  #circle(): void {
    (this.#map.getSource(DOUBT) as GeoJSONSource | undefined)?.setData(doubtCircle(this.#doubt));
  }

  /** Shows the water of an incident: its list has been painted. */
  draw(drawing: Drawing): void {
    this.#drawing = drawing;
    for (const name of OVERLAYS) {
      (this.#map.getSource(name) as GeoJSONSource | undefined)?.setData(drawing.overlays[name as Overlay]);
    }
    for (const marker of this.#numbers.splice(0)) marker.remove();
    // The nearest last, so that it lies on top.
    for (const { at, element } of drawing.numbers.toReversed()) {
      this.#numbers.push(new Marker({ element }).setLngLat([at.lon, at.lat]).addTo(this.#map));
    }
    this.#spread();
    this.#stillness.end();
  }

  /** Moves numbers apart that would cover one another, or the mark of the incident. */
  #spread(): void {
    const places = this.#numbers.map((marker) => this.#map.project(marker.getLngLat()));
    const incident = this.#incident.getElement().isConnected ? this.#map.project(this.#incident.getLngLat()) : null;
    const moved = spread(places, APART, incident ? [{ x: incident.x, y: incident.y - HEAD }] : []);
    for (const [k, marker] of this.#numbers.entries()) {
      const [place, to] = [places[k], moved[k]];
      if (!place || !to) continue;
      const offset = { x: to.x - place.x, y: to.y - place.y };
      marker.setOffset([offset.x, offset.y]);
      lead(marker.getElement(), offset);
    }
  }

  /** Shows where the crew is; `follow` keeps it in the middle, north up or with `headingUp` the way it drives. */
  showPosition(fix: Fix, follow: boolean, headingUp: boolean): void {
    this.#position
      .setLngLat([fix.lon, fix.lat])
      .setRotation(fix.heading ?? 0)
      .addTo(this.#map);
    this.#position.getElement().classList.toggle('moving', fix.heading !== null);
    if (!follow) return;
    this.#map.easeTo({
      center: [fix.lon, fix.lat],
      zoom: Math.max(this.#map.getZoom(), 15),
      // Who stands still keeps the direction in which the drive ended.
      bearing: headingUp ? (fix.heading ?? this.#map.getBearing()) : 0,
      duration: this.#calm.matches ? 0 : 600,
    });
  }

  goTo(at: LonLat, zoom?: number): void {
    const move = { center: [at.lon, at.lat] as [number, number], ...(zoom === undefined ? {} : { zoom }) };
    if (this.#calm.matches) this.#map.jumpTo(move);
    else this.#map.easeTo({ ...move, duration: 400 });
  }

  /** All of these places into view, beside what covers the map at its edges (pixels). */
  show(places: readonly LonLat[], inset: { top: number; right: number; bottom: number; left: number }): void {
    const lons = places.map(({ lon }) => lon);
    const lats = places.map(({ lat }) => lat);
    const bounds: [[number, number], [number, number]] = [
      [Math.min(...lons), Math.min(...lats)],
      [Math.max(...lons), Math.max(...lats)],
    ];
    const duration = this.#calm.matches ? 0 : 500;
    // Who drives with the heading up keeps it so.
    this.#map.fitBounds(bounds, { padding: inset, maxZoom: 17.5, bearing: this.#map.getBearing(), duration });
  }

  zoomBy(steps: number): void {
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, duration: this.#calm.matches ? 0 : 200 });
  }

  northUp(): void {
    this.#map.easeTo({ bearing: 0, duration: this.#calm.matches ? 0 : 300 });
  }

  setNight(night: boolean): void {
    if (night === this.#night) return;
    this.#night = night;
    void this.#loadStyle();
  }

  /** Switches off layers of the style by collection, and overlays by name. */
  hide(hidden: readonly string[]): void {
    this.#hidden = hidden;
    this.#applyHidden();
  }

  #applyHidden(): void {
    const style = this.#map.getStyle() as ReturnType<MapLibre['getStyle']> | undefined;
    // It is done when the style comes.
    if (!style) return;
    for (const name of [...POINT_LAYERS, ...OVERLAYS]) {
      const ids = POINT_LAYERS.includes(name)
        ? layersOf(style, 'firewater', name)
        : style.layers.filter((layer) => 'source' in layer && layer.source === name).map((layer) => layer.id);
      for (const id of ids) {
        this.#map.setLayoutProperty(id, 'visibility', this.#hidden.includes(name) ? 'none' : 'visible');
      }
    }
  }

  /** Draws the tiles anew that a change names. */
  refresh(change: Change): void {
    for (const [source, tiles] of Object.entries(change.tiles ?? {})) {
      if (!this.#map.getSource(source)) continue;
      this.#map.refreshTiles(
        source,
        tiles.map(([z, x, y]) => ({ z, x, y })),
      );
    }
  }

  /** Draws everything anew: changes were missed, or the line is back. */
  refreshAll(): void {
    this.#foreign.again();
    if (this.#bare) void this.#loadStyle();
    else for (const name of ['firewater', 'base']) if (this.#map.getSource(name)) this.#map.refreshTiles(name);
  }

  /** Draws everything from where it is to be had now: something was taken along, or removed. */
  regrounded(): void {
    void this.#loadStyle();
  }

  get center(): LonLat {
    const { lng, lat } = this.#map.getCenter();
    return { lon: lng, lat };
  }

  get zoom(): number {
    return this.#map.getZoom();
  }

  /** The element that takes the keys. */
  get canvas(): HTMLElement {
    return this.#map.getCanvas();
  }

  destroy(): void {
    clearTimeout(this.#again);
    this.#foreign.destroy();
    this.#map.remove();
  }
}

function waterOf(feature: MapGeoJSONFeature): { collection: string; id: string } | null {
  const { id, count } = feature.properties;
  return typeof id === 'string' && !(count > 1) ? { collection: feature.sourceLayer ?? '', id } : null;
}

function mark(name: string): HTMLElement {
  const element = document.createElement('div');
  element.className = `mark mark-${name}`;
  // The list and the status line say the same to those who cannot see it.
  element.setAttribute('aria-hidden', 'true');
  return element;
}
