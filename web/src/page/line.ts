/** The line of this page to the server, in the language that is spoken. */
import { tongue } from '../i18n/words.svelte';
import { Line } from '../server/line';

export const line = new Line(() => tongue.language);
