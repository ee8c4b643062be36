/**
 * The tablet of a vehicle: is enrolled by a code, asks for its PIN before the map is opened, and is told when it is revoked
 * (`/map/tablet`, and `/tablet` for whoever types). A tablet keeps this page beside the crew map, so it works without a network.
 */
import { mount } from 'svelte';
import { tongue, wanted } from '../i18n/words.svelte';
import Tablet from './Tablet.svelte';
import './kern.scss';
import './tablet.css';

const dark = matchMedia('(prefers-color-scheme: dark)');
const wear = () => {
  document.documentElement.dataset.kernTheme = dark.matches ? 'dark' : 'light';
};
dark.addEventListener('change', wear);
wear();
await tongue.speak(wanted(location.search));
const target = document.getElementById('app');
if (target) mount(Tablet, { target });
