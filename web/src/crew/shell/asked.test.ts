import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inlineScripts } from '../../../build/finish.ts';
import { RADIUS } from '../water/around.svelte';
import { parameters } from '../water/online';
import { asked } from './asked';

describe('the page', () => {
  it('asks beforehand just what the program asks for', () => {
    const script = inlineScripts(readFileSync('crew.html', 'utf8')).join('\n');
    const words = /new URLSearchParams\((\{ at, radius: '(\d+)' \})\)/.exec(script);
    const beforehand = new URLSearchParams({ at: '53,8916 N', radius: words?.[2] ?? '' });
    expect(beforehand.toString()).toBe(parameters({ at: '53,8916 N', radius: RADIUS }));
  });

  it('is opened by an address in any notation, and by none', () => {
    expect(asked('?at=32U+PE+48560+81005&text=Brand%20Scheune&lang=en')).toEqual({
      at: '32U PE 48560 81005',
      text: 'Brand Scheune',
      language: 'en',
    });
    expect(asked('?at=%20&lang=fr')).toEqual({ at: null, text: '', language: null });
  });
});
