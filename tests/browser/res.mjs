import { chromium } from '@playwright/test';
const [base, path, throttle = '1'] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--enable-unsafe-swiftshader'] });
const context = await browser.newContext({ baseURL: base, viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, locale: 'de-DE' });
const page = await context.newPage();
const tools = await context.newCDPSession(page);
await tools.send('Network.enable');
const reqs = new Map();
let t0;
tools.on('Network.requestWillBeSent', e => { t0 ??= e.timestamp; reqs.set(e.requestId, { url: e.request.url, start: e.timestamp, pr: e.request.initialPriority }); });
tools.on('Network.loadingFinished', e => { const r = reqs.get(e.requestId); if (r) { r.end = e.timestamp; r.size = e.encodedDataLength; } });
page.on('console', m => console.log('console', m.type(), m.text()));
if (throttle === '1') { await tools.send('Emulation.setCPUThrottlingRate', { rate: 4 }); await tools.send('Network.emulateNetworkConditions', { downloadThroughput: 2e5, uploadThroughput: 93750, latency: 150, offline: false }); }
await page.goto(path, { waitUntil: 'commit' });
await page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0, null, { timeout: 60000 });
const info = await page.evaluate(() => ({ marks: performance.getEntriesByType('mark').map(m => [m.name, Math.round(m.startTime)]), res: performance.getEntriesByType('resource').map(r => [r.name.replace(location.origin, ''), Math.round(r.startTime), Math.round(r.responseEnd), r.transferSize]) }));
console.log(info.marks);
const own = new Set(info.res.map(r => r[0]));
for (const r of [...reqs.values()].sort((a, b) => a.start - b.start)) { const u = r.url.replace(base, ''); console.log(String(Math.round((r.start - t0) * 1000)).padStart(6), r.end ? String(Math.round((r.end - t0) * 1000)).padStart(6) : '     -', String(r.size ?? '').padStart(8), r.pr.padEnd(9), u.slice(0, 110)); }
console.log('resources of page only:'); for (const r of info.res) if (![...reqs.values()].some(q => q.url.endsWith(r[0]))) console.log(r);
await browser.close();
