/** What the page is put together from, handed to every component by context. */
import { getContext, setContext } from 'svelte';
import type { Boot } from '../../server/boot';
import type { Server } from '../live/server.svelte';
import type { Device } from '../offline/device.svelte';
import type { Update } from '../offline/update.svelte';
import type { Search } from '../search/search';
import type { Settings } from '../settings/settings.svelte';
import type { Crew } from './crew.svelte';
import type { Position } from './position.svelte';

export interface Parts {
  readonly boot: Boot;
  readonly server: Server;
  readonly settings: Settings;
  readonly crew: Crew;
  readonly position: Position;
  readonly search: Search;
  readonly device: Device;
  readonly update: Update;
  /** Settled when it is known what is on the device. */
  readonly opened: Promise<unknown>;
}

const KEY = Symbol('parts');

export const provide = (parts: Parts): Parts => setContext(KEY, parts);
export const use = (): Parts => getContext<Parts>(KEY);
