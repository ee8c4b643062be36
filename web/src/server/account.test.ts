import { expect, it } from 'vitest';
import { signInAddress, wayBack } from './account';

const led = (to: string) => wayBack(new URLSearchParams({ to }), 'https://geo.example');

it('leads back to pages of this server and to no other', () => {
  const own = ['/administration', '/administration/people?find=a', '/account'];
  expect(own.map(led)).toEqual(own);
  const foreign = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '',
    '/sign-in?to=/x',
    '/\t/evil.example',
  ];
  expect(foreign.map(led)).toEqual(foreign.map(() => '/account'));
  expect(signInAddress('/a?b=c')).toBe('/sign-in?to=%2Fa%3Fb%3Dc');
});
