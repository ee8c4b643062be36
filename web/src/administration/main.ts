/** Administration: who can sign in. */
import { begin } from '../page/begin';
import Administration from './Administration.svelte';

await begin(Administration);
