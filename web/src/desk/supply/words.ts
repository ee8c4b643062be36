import { words } from '../../i18n/words.svelte';

export const say = words({ de: () => import('./words/de'), en: () => import('./words/en') });
