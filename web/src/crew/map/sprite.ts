/** The map's own symbols on the page around it: cut out of the picture that the map is drawn with. */

/** Where a symbol lies in the picture. */
export interface Cut {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  /** The symbol of the same shape and state that is left empty for a number. */
  readonly bare?: string;
}

export interface Sprite {
  readonly url: string;
  /** Its own pixels. */
  readonly width: number;
  readonly cuts: Readonly<Record<string, Cut>>;
}

const known = new Map<string, Promise<Sprite | null>>();

/** The symbols by day or by night, of the file that the map has fetched; null where they cannot be had now. */
export function spriteOf(night: boolean): Promise<Sprite | null> {
  const url = `/map/sprites/${night ? 'night' : 'day'}${devicePixelRatio > 1 ? '@2x' : ''}`;
  const sprite = known.get(url) ?? fetched(url);
  known.set(url, sprite);
  // Asked for again the next time.
  void sprite.then((sprite) => sprite ?? known.delete(url));
  return sprite;
}

async function fetched(url: string): Promise<Sprite | null> {
  try {
    const picture = new Image();
    picture.src = `${url}.png`;
    const [answer] = await Promise.all([fetch(`${url}.json`), picture.decode()]);
    if (!answer.ok) return null;
    return { url: picture.src, width: picture.naturalWidth, cuts: (await answer.json()) as Sprite['cuts'] };
  } catch {
    return null;
  }
}

/** The empty symbol for a number in the shape of a kind; of a kind that nobody knows a plain disc. */
export function bareOf(sprite: Sprite, collection: string, kind: string, status: string): string {
  return sprite.cuts[`${collection}-${kind}-${status}`]?.bare ?? `cluster-${status}`;
}

/** Declarations (CSS) that show a symbol as the background of an element of its size; null for one that is not there. */
export function shown(sprite: Sprite, name: string, scale: number): Readonly<Record<string, string>> | null {
  const cut = sprite.cuts[name];
  if (!cut) return null;
  const pixels = (length: number) => `${((length / cut.pixelRatio) * scale).toFixed(2)}px`;
  return {
    'inline-size': pixels(cut.width),
    'block-size': pixels(cut.height),
    'background-image': `url("${sprite.url}")`,
    'background-position': `-${pixels(cut.x)} -${pixels(cut.y)}`,
    'background-size': `${pixels(sprite.width)} auto`,
    'background-repeat': 'no-repeat',
  };
}
