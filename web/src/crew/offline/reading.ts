/** Coordinates read and written on the device, together as one file that is fetched when it is needed. */
export { coordinates } from './coordinate/hits';
export { TooCoarse } from './coordinate/misread';
export { shown } from './shown';
