/** Coordinates read and written on the device, together as one file that is fetched when it is needed. */
export { TooCoarse } from './coordinate/misread';
export { parse } from './coordinate/parse';
export { shown } from './shown';
