/** A browser by what it calls itself (`User-Agent`): its name and its system, as people know them. */

const BROWSERS = [
  ['Edge', /\bEdg\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\bFirefox\//],
  ['Chrome', /\b(Headless)?Chrome\//],
  ['Safari', /\bSafari\//],
] as const;
const SYSTEMS = [
  ['Windows', /Windows/],
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
] as const;

export function browserName(agent: string | null, unknown: string): string {
  if (!agent) return unknown;
  const found = [BROWSERS, SYSTEMS].flatMap((list) => list.find(([, pattern]) => pattern.test(agent))?.[0] ?? []);
  return found.length > 0 ? found.join(', ') : agent.slice(0, 40);
}
