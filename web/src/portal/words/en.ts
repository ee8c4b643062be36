import type { PortalWords } from './de';

export const words: PortalWords = {
  title: 'Spatial data',
  heading: (district: string) => `Spatial data: ${district}`,
  lead: 'Maps, data and services of the district for fire brigades, offices, engineers and everyone who needs them.',
  audiences: 'For whom',
  crews: {
    title: 'Fire-water map',
    who: 'Fire brigades',
    text: 'The nearest fire water at any place, with hose lengths and condition. Works on tablets without a network.',
  },
  data: {
    title: 'View and download data',
    who: 'Everyone',
    text: 'Every collection as a page to read and as GeoJSON to download, filtered by place and property.',
  },
  services: {
    title: 'Services for GIS and programs',
    who: 'Engineers and developers',
    text: 'OGC API Features and Tiles, search, map images: described in OpenAPI, with a page to try them.',
  },
  embed: {
    title: 'A map for your website',
    who: 'Municipalities',
    text: 'The fire-water map in a frame for the website of a municipality. This is what it looks like.',
  },
  collections: 'Data',
  collectionsLead: 'What everyone may read.',
  collectionsFailed: 'The list of data cannot be reached at the moment.',
  retry: 'Try again',
  loading: 'Loading …',
};
