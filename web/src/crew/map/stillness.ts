/**
 * A map that keeps still under a tap. MapLibre draws itself anew whenever a finger is lifted, and while it does the page
 * paints nothing else: a quarter of a second on a slow device, in which the list has long been answered.
 */

/** A finger that moves farther than this many pixels does not tap. */
const TAP = 4;
/** Milliseconds a finger may rest, and an answer may take, before the map draws all the same. */
const FINGER = 400;
const ANSWER = 250;

interface Drawn {
  triggerRepaint(): void;
}

export class Stillness {
  readonly #draw: () => void;
  #wanted = false;
  #end: ReturnType<typeof setTimeout> | undefined;

  constructor(map: Drawn) {
    this.#draw = map.triggerRepaint.bind(map);
    map.triggerRepaint = () => {
      if (this.#end === undefined) this.#draw();
      else this.#wanted = true;
    };
  }

  /** From the first touch of the map, as that is what makes it draw. */
  watch(element: HTMLElement): void {
    let begun: PointerEvent | null = null;
    element.addEventListener(
      'pointerdown',
      (event) => {
        begun = event.isPrimary ? event : null;
        if (begun) this.#hold(FINGER);
        else this.end();
      },
      { capture: true },
    );
    element.addEventListener(
      'pointermove',
      ({ clientX, clientY }) => {
        if (begun && Math.hypot(clientX - begun.clientX, clientY - begun.clientY) > TAP) this.end();
      },
      { capture: true },
    );
    for (const kind of ['pointerup', 'pointercancel'] as const)
      element.addEventListener(
        kind,
        () => {
          begun = null;
          if (this.#end !== undefined) this.#hold(ANSWER);
        },
        { capture: true },
      );
  }

  /** The list is painted: what was to be drawn meanwhile is drawn now. */
  end(): void {
    clearTimeout(this.#end);
    this.#end = undefined;
    if (this.#wanted) this.#draw();
    this.#wanted = false;
  }

  #hold(most: number): void {
    clearTimeout(this.#end);
    this.#end = setTimeout(() => this.end(), most);
  }
}
