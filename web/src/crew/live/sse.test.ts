import { describe, expect, it } from 'vitest';
import { EventParser } from './sse';

describe('an event stream', () => {
  const text = 'retry: 2000\nid: 7\nevent: change\ndata: {"a":\ndata: 1}\n\n: still here\n\nid: 8\ndata: x\r\n\r\n';

  it('is the same in whatever pieces it comes', () => {
    for (const size of [1, 2, 3, 7, text.length]) {
      const parser = new EventParser();
      const events = [];
      for (let at = 0; at < text.length; at += size) events.push(...parser.push(text.slice(at, at + size)));
      expect(events).toEqual([
        { name: 'change', data: '{"a":\n1}' },
        { name: 'message', data: 'x' },
      ]);
      expect(parser.lastId).toBe('8');
      expect(parser.retry).toBe(2000);
    }
  });

  it('has no events in its heartbeat', () => {
    expect(new EventParser().push(': \n\n: \n\n')).toEqual([]);
  });
});
