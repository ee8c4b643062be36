/** The portal: what there is, and for whom. */
import { begin } from '../page/begin';
import Portal from './Portal.svelte';

await begin(Portal);
