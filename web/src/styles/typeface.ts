/**
 * KERN's typeface, Fira Sans (OFL 1.1, as the package brings it). Half as large as the map program itself, so it comes
 * last, and on a slow or costly line not at all: a crew reads the system's letters as well.
 */

import regular from '@kern-ux/native/dist/fonts/fira-sans/FiraSans-Regular.woff2?url';
import bold from '@kern-ux/native/dist/fonts/fira-sans/FiraSans-SemiBold.woff2?url';

interface Line {
  readonly effectiveType?: string;
  readonly saveData?: boolean;
}

export function loadTypeface(): void {
  const { connection } = navigator as { connection?: Line };
  if (connection?.saveData || (connection?.effectiveType && connection.effectiveType !== '4g')) return;
  const load = () => {
    for (const [url, weight] of [
      [regular, '400'],
      [bold, '600 700'],
    ] as const) {
      const face = new FontFace('Fira Sans', `url(${url})`, { weight, display: 'swap' });
      face.load().then(
        () => document.fonts.add(face),
        () => undefined,
      );
    }
  };
  // After the map, and never instead of it.
  setTimeout(load, 8_000);
}
