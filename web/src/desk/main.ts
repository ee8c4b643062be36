/** The desk: where offices, utilities and fire services maintain their registers. */
import { begin } from '../page/begin';
import Desk from './Desk.svelte';

await begin(Desk);
