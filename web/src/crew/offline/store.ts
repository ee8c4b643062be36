/**
 * What is kept on the device: IndexedDB, where a transaction is whole or has not been.
 *
 * The base map lies in pieces of its archive, so that taking it along goes on where it stopped; register, addresses and
 * roads are replaced as a whole; changes since lie beside the register until it is taken anew.
 */
import type { Row } from './register';

const NAME = 'geokontor-device';
/** Bytes of the map's archive that are fetched and kept together. */
export const PIECE = 1 << 20;

/** What there is, and how far it follows. */
export interface Copy {
  /** The server's word for how far this copy has followed. */
  readonly cursor: string;
  /** When the copy was true, by the server's clock, ISO. */
  readonly time: string;
  readonly register: string;
  readonly search: string | null;
  /** Of the roads; copies of earlier programs have none. */
  readonly roads?: string | null;
}

/** What is kept as a whole. */
export type FileName = 'register' | 'search' | 'roads';

/** A whole map on the device, or one on its way. */
export interface MapCopy {
  readonly etag: string;
  readonly bytes: number;
  readonly whole: boolean;
}

export interface Kept {
  readonly copy: Copy | null;
  readonly map: MapCopy | null;
}

const done = (transaction: IDBTransaction) =>
  new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'));
    transaction.onerror = () => reject(transaction.error);
  });

const answer = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export class Store {
  private constructor(private readonly base: IDBDatabase) {}

  static open(): Promise<Store> {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const name of ['kept', 'files', 'rows', 'pieces']) request.result.createObjectStore(name);
    };
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(new Store(request.result));
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new DOMException('in use by an older page', 'InvalidStateError'));
    });
  }

  async kept(): Promise<Kept> {
    const kept = this.base.transaction('kept').objectStore('kept');
    const [copy, map] = await Promise.all([answer(kept.get('copy')), answer(kept.get('map'))]);
    return { copy: (copy as Copy | undefined) ?? null, map: (map as MapCopy | undefined) ?? null };
  }

  async file(name: FileName): Promise<ArrayBuffer | null> {
    const file = await answer(this.base.transaction('files').objectStore('files').get(name));
    return (file as ArrayBuffer | undefined) ?? null;
  }

  async rows(): Promise<Row[]> {
    return (await answer(this.base.transaction('rows').objectStore('rows').getAll())) as Row[];
  }

  /** The register and what else is new in place of what was there; null is there no more. */
  async replace(copy: Copy, files: Readonly<Partial<Record<FileName, ArrayBuffer | null>>>): Promise<void> {
    const change = this.base.transaction(['kept', 'files', 'rows'], 'readwrite', { durability: 'strict' });
    change.objectStore('kept').put(copy, 'copy');
    for (const [name, file] of Object.entries(files)) {
      if (file) change.objectStore('files').put(file, name);
      else change.objectStore('files').delete(name);
    }
    change.objectStore('rows').clear();
    await done(change);
  }

  /** Changes and how far they reach. */
  async follow(copy: Copy, rows: readonly Row[]): Promise<void> {
    const change = this.base.transaction(['kept', 'rows'], 'readwrite');
    change.objectStore('kept').put(copy, 'copy');
    for (const row of rows) change.objectStore('rows').put(row, row.id);
    await done(change);
  }

  async keepMap(map: MapCopy): Promise<void> {
    const change = this.base.transaction(['kept', 'pieces'], 'readwrite');
    change.objectStore('kept').put(map, 'map');
    if (map.whole) {
      // The map that was there until now goes when the new one is whole.
      const keys = change.objectStore('pieces').getAllKeys();
      keys.onsuccess = () => {
        for (const key of keys.result) {
          if (!String(key).startsWith(`${map.etag} `)) change.objectStore('pieces').delete(key);
        }
      };
    }
    await done(change);
  }

  async keepPiece(etag: string, number: number, bytes: ArrayBuffer): Promise<void> {
    const change = this.base.transaction('pieces', 'readwrite');
    change.objectStore('pieces').put(bytes, key(etag, number));
    await done(change);
  }

  async piece(etag: string, number: number): Promise<ArrayBuffer | null> {
    const piece = await answer(this.base.transaction('pieces').objectStore('pieces').get(key(etag, number)));
    return (piece as ArrayBuffer | undefined) ?? null;
  }

  /** Numbers of the pieces that are there. */
  async pieces(etag: string): Promise<Set<number>> {
    const keys = await answer(this.base.transaction('pieces').objectStore('pieces').getAllKeys());
    const own = keys.map(String).filter((name) => name.startsWith(`${etag} `));
    return new Set(own.map((name) => Number(name.slice(etag.length + 1))));
  }

  /** Everything goes. */
  async clear(): Promise<void> {
    const names = ['kept', 'files', 'rows', 'pieces'];
    const change = this.base.transaction(names, 'readwrite');
    for (const name of names) change.objectStore(name).clear();
    await done(change);
  }
}

const key = (etag: string, number: number) => `${etag} ${number}`;
