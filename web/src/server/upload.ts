/** A file on its way to the server, with how much of it has arrived there. */
import { refusal, unreachable } from './problem';

export interface Upload {
  readonly path: string;
  readonly file: Blob;
  readonly language: string;
  /** From 0 to 1. */
  readonly progress: (share: number) => void;
  /** Told how far the journal was when it had been taken. */
  readonly hear?: (cursor: string | null) => void;
  readonly signal?: AbortSignal;
}

/** Sends a file as it is; rejects with `Refused` when the server refuses or nobody answers. `fetch` tells no progress. */
export function upload<T>({ path, file, language, progress, hear, signal }: Upload): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('accept-language', language);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.addEventListener('progress', ({ loaded, total }) => progress(total > 0 ? loaded / total : 0));
    request.addEventListener('load', () => {
      hear?.(request.getResponseHeader('geokontor-cursor'));
      if (request.status >= 200 && request.status < 300) {
        resolve(JSON.parse(request.responseText) as T);
        return;
      }
      const headers = new Headers();
      const wait = request.getResponseHeader('retry-after');
      if (wait !== null) headers.set('retry-after', wait);
      const { status, statusText } = request;
      const answer = new Response(request.responseText, { status: Math.max(status, 200), statusText, headers });
      refusal(answer).then(reject, reject);
    });
    request.addEventListener('error', () => reject(unreachable()));
    request.addEventListener('timeout', () => reject(unreachable()));
    request.addEventListener('abort', () =>
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted')),
    );
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
