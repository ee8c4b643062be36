import { words } from '../i18n/words.svelte';

export const frame = words({ de: () => import('./words/de'), en: () => import('./words/en') });
