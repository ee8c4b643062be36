/** A number of the list as it stands on the map: in the shape and state of its symbol. Makes elements, knows no map. */
import type { Source } from '../water/source';
import type { Point } from './spread';
import { bareOf, shown, spriteOf } from './sprite';

/** Larger than the symbols around it, of which it is one. */
const SCALE = 1.15;
const SELECTED = 1.4;

/** Pixels from the middle of one to that of the next. */
export const APART = 37;

export interface Entry {
  readonly source: Source;
  readonly number: number;
  readonly isSelected: boolean;
  readonly night: boolean;
}

/** The element of an entry; `open` when it is pressed. */
export function numberElement({ source, number, isSelected, night }: Entry, open: () => void): HTMLElement {
  const element = document.createElement('div');
  element.className = `number ${source.status}${isSelected ? ' selected' : ''}`;
  // The list holds the same entry for keyboard and screen reader.
  element.setAttribute('aria-hidden', 'true');
  const leader = document.createElement('i');
  const label = document.createElement('b');
  label.textContent = String(number);
  element.append(leader, label);
  element.addEventListener('click', (event) => {
    event.stopPropagation();
    open();
  });
  void spriteOf(night).then((sprite) => {
    const name = sprite && bareOf(sprite, source.collection, source.kind.code, source.status);
    const look = name ? shown(sprite, name, isSelected ? SELECTED : SCALE) : null;
    for (const [property, value] of Object.entries(look ?? {})) label.style.setProperty(property, value);
    element.classList.toggle('drawn', look !== null);
  });
  return element;
}

/** Shows on an element that was moved where it belongs. */
export function lead(element: HTMLElement, offset: Point): void {
  element.style.setProperty('--away', `${Math.hypot(offset.x, offset.y).toFixed(1)}px`);
  element.style.setProperty('--towards', `${Math.atan2(-offset.y, -offset.x).toFixed(3)}rad`);
}
