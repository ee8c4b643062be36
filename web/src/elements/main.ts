/** Every element on one page, to look at and to test: `npx vite`, then `/elements`. Not part of any build. */
import { begin } from '../page/begin';
import Elements from './Elements.svelte';

await begin(Elements);
