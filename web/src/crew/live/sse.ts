/**
 * Server-Sent Events from a stream of text (WHATWG HTML, 9.2.6).
 *
 * The browser's own `EventSource` hides comments, and with them the heartbeat: on a mobile network that died without a
 * word it would show old data as new for minutes. So the stream is read here, where every byte counts as a sign of life.
 */

/** One event. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Takes a stream in pieces of any size and gives the events that are complete. */
export class EventParser {
  #rest = '';
  #name = '';
  #data: string[] = [];
  /** The last id seen, for resuming. */
  lastId = '';
  /** Milliseconds the server wants to be left alone before a new try. */
  retry: number | null = null;

  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (this.#data.length > 0) events.push({ name: this.#name || 'message', data: this.#data.join('\n') });
        this.#name = '';
        this.#data = [];
      } else if (!line.startsWith(':')) {
        this.#field(line);
      }
    }
    return events;
  }

  #field(line: string) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#name = value;
    else if (name === 'data') this.#data.push(value);
    else if (name === 'id' && !value.includes('\0')) this.lastId = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.retry = Number(value);
  }
}
