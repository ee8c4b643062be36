/**
 * KERN's typeface, Fira Sans (OFL 1.1, as the package brings it). Half as large as the map program itself, so no page waits
 * for it and none changes its letters while somebody reads: it is worn from the first word on where the service worker has
 * it from an earlier visit, and else not at all. A crew reads the system's letters as well.
 */

import regular from '@kern-ux/native/dist/fonts/fira-sans/FiraSans-Regular.woff2?url';
import bold from '@kern-ux/native/dist/fonts/fira-sans/FiraSans-SemiBold.woff2?url';

/** Puts the typeface on a page that shows nothing yet; `tooLate` when it does. */
export async function wearTypeface(tooLate: AbortSignal): Promise<void> {
  if (!navigator.serviceWorker?.controller) return;
  const faces = [
    new FontFace('Fira Sans', `url(${regular})`, { weight: '400' }),
    new FontFace('Fira Sans', `url(${bold})`, { weight: '600 700' }),
  ];
  await Promise.all(faces.map((face) => face.load()));
  if (!tooLate.aborted) for (const face of faces) document.fonts.add(face);
}
