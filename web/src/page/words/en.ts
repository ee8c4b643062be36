import type { FrameWords } from './de';

export const words: FrameWords = {
  skip: 'Skip to content',
  home: 'Home',
  navigation: 'Main navigation',
  language: 'Language',
  languageSwitch: 'Deutsch',
  account: 'Account',
  administration: 'Administration',
  desk: 'Maintenance desk',
  signOut: 'Sign out',
  signIn: 'Sign in',
  footer: 'Geokontor, the spatial data server of the district',
  footerLinks: 'More pages',
  openData: 'Data (OGC API)',
  tryApi: 'API',
  map: 'Map for crews',
  menu: 'Menu',
  partFailed: 'This part cannot be loaded just now.',
  retry: 'Try again',
};
