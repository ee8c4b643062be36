/** Lines and areas drawn and reshaped on a map by hand. Loaded where somebody draws, and not before. */
import type { Map as MapLibre } from 'maplibre-gl';
import { TerraDraw, TerraDrawLineStringMode, TerraDrawPolygonMode, TerraDrawSelectMode } from 'terra-draw';
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter';
import { areaOf, drawable, type Kind, lineOf, MODES, type Shape } from './shape';
import { nearest } from './snap';

export interface Wish {
  readonly kind: Kind;
  readonly before: Shape | null;
  /** Told what there is then, once a corner has been set: nobody has to press anything more. */
  readonly drawn: (shape: Shape | null) => void;
  /** Told whether a press begins a new part or takes what is there. */
  readonly mode?: (mode: 'draw' | 'reshape') => void;
  /** Corners of others nearby that a new one is put on. */
  readonly corners?: () => Iterable<GeoJSON.Position>;
}

/** Pixels within which a corner of another is meant. */
const NEAR = 12;

export class Drawing {
  readonly #draw: TerraDraw;
  readonly #kind: Kind;
  readonly #wish: Wish;
  #mode: 'draw' | 'reshape' = 'draw';

  /** Of a shape that cannot be reshaped nothing is shown: it is drawn anew. */
  constructor(map: MapLibre, wish: Wish) {
    this.#wish = wish;
    this.#kind = wish.kind;
    const coordinates = { midpoints: true, draggable: true, deletable: true };
    const flags = { [MODES[wish.kind]]: { feature: { draggable: true, coordinates } } };
    const { corners } = wish;
    const snapping = {
      toCoordinate: true,
      ...(corners
        ? { toCustom: ({ lng, lat }: { lng: number; lat: number }) => this.#corner(map, [lng, lat], corners()) }
        : {}),
    };
    this.#draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map }),
      modes: [
        wish.kind === 'area' ? new TerraDrawPolygonMode({ snapping }) : new TerraDrawLineStringMode({ snapping }),
        new TerraDrawSelectMode({ flags }),
      ],
    });
    this.#draw.start();
    const parts = drawable(wish.before);
    this.#draw.addFeatures(parts);
    this.#set(parts.length > 0 ? 'reshape' : 'draw');
    this.#draw.on('finish', () => {
      this.#tell();
      this.#set('reshape');
    });
    this.#draw.on('change', (_, what) => what === 'delete' && this.#mode === 'reshape' && this.#tell());
  }

  /** The next presses are corners of a new part. */
  begin(): void {
    this.#set('draw');
  }

  /** The next presses take corners and move them. */
  reshape(): void {
    this.#set('reshape');
  }

  /** Takes all of it away and begins anew. */
  clear(): void {
    this.#draw.clear();
    this.#wish.drawn(null);
    this.#set('draw');
  }

  stop(): void {
    this.#draw.stop();
  }

  #set(mode: 'draw' | 'reshape'): void {
    this.#mode = mode;
    this.#draw.setMode(mode === 'draw' ? MODES[this.#kind] : 'select');
    this.#wish.mode?.(mode);
  }

  #tell(): void {
    const there = this.#draw.getSnapshot();
    this.#wish.drawn(this.#kind === 'area' ? areaOf(there) : lineOf(there));
  }

  #corner(map: MapLibre, at: [number, number], corners: Iterable<GeoJSON.Position>): [number, number] | undefined {
    const place = (position: GeoJSON.Position) => map.project([position[0] ?? 0, position[1] ?? 0]);
    return nearest(place(at), corners, place, NEAR);
  }
}
