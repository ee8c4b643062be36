/** How every page but the crew map begins: the look, the words, the language, then what is shown. */
import { type Component, mount } from 'svelte';
import { tongue, wanted } from '../i18n/words.svelte';
import '../kern/kern.scss';
import './page.scss';
import { wearTheme } from './theme';

export async function begin(page: Component): Promise<void> {
  wearTheme();
  await tongue.speak(wanted(location.search));
  const target = document.getElementById('app');
  if (target) mount(page, { target });
}
