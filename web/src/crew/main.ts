/** The composition root of the crew map: makes the parts, joins them, shows the page. Start reading here. */
import { mount } from 'svelte';
import { boot } from '../server/boot';
import { Server } from './live/server.svelte';
import { withCoordinates } from './offline/coordinates';
import { Details } from './offline/details';
import { Device } from './offline/device.svelte';
import { Recent, remembered } from './offline/recent';
import { recallClock, rememberClock } from './offline/time';
import { Update } from './offline/update.svelte';
import { OnlineSearch } from './search/online';
import { Settings } from './settings/settings.svelte';
import App from './shell/App.svelte';
import { asked } from './shell/asked';
import { Crew } from './shell/crew.svelte';
import { Position } from './shell/position.svelte';
import { resumed } from './shell/resume';
import { speech } from './words/speech.svelte';
import './styles/kern.scss';
import './styles/page.css';
import { wearTypeface } from './styles/typeface';
import { fetchSettings } from './water/district';
import { OnlineWater } from './water/online';
import { dayIn } from './water/until';

const wanted = asked(location.search);
const settings = new Settings(wanted.language);
const server = new Server();
recallClock(server.clock);
const booted = boot();
// What was taken along on this device answers where the server does not.
const device = new Device(server, booted.district?.bounds ?? null, () => speech.language);
const update = new Update();
const online = new OnlineWater(server, () => speech.language, globalThis.geokontorEarly ?? null);
const now = () => server.clock.now();
// Behind both what was shown here last, where nothing was taken along.
const today = () => dayIn(now(), booted.district?.time_zone);
const water = remembered(device.water(online), new Recent(now, new Details(now, () => speech.language)), {
  isLost: () => server.lostSince !== null,
  isTaken: () => device.has,
  recalled: (time) => server.recall(time),
  today,
});
const onlineSearch = new OnlineSearch(server, () => speech.language);
const search = withCoordinates(device.search(onlineSearch), booted.district?.bounds ?? null);
const crew = new Crew(water, search);
crew.accuracy = booted.district?.position_accuracy_m ?? crew.accuracy;
const position = new Position();

const opened = device.start().catch(() => undefined);
const before = resumed();
if (before) void crew.resume(before);
else if (wanted.at) void crew.openAlarm(wanted.at, wanted.text);
void fetchSettings(server).then((hoses) => {
  if (hoses) crew.hoses = hoses;
});

// The picture of the map is painted before this takes the processor, and letters are put on; it never waits long for them.
const picture = document.getElementById('first-map');
const painted = picture instanceof HTMLImageElement ? picture.decode() : undefined;
const shown = new AbortController();
const ready = Promise.allSettled([painted, wearTypeface(shown.signal)]);
await Promise.race([ready, new Promise((resolve) => setTimeout(resolve, 250))]);
shown.abort();

// States may end with the day.
let day = today();
setInterval(() => {
  if (day === today()) return;
  day = today();
  void crew.again();
}, 60_000);

const target = document.getElementById('app');
if (target)
  mount(App, {
    target,
    props: { parts: { boot: booted, server, settings, crew, position, search, device, update, opened } },
  });
rememberClock(server.clock);
