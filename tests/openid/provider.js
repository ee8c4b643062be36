/**
 * A provider of OpenID Connect as others run one: `oidc-provider`, certified by the OpenID Foundation, on a port of this
 * machine. Everybody may sign in, with any password: the name is the subject.
 *
 * node provider.js PORT SERVER — SERVER is the address of the server that is tried. Says when it listens.
 */
import { createServer } from 'node:http';
import * as oidc from 'oidc-provider';

const [port, server] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

/** What is known of somebody: enough for an account. */
const person = (subject) => ({
  sub: subject,
  name: `${subject.charAt(0).toUpperCase()}${subject.slice(1)} Moor`,
  email: `${subject}@provider.example`,
  email_verified: true,
});

const provider = new oidc.Provider(issuer, {
  clients: [
    {
      client_id: 'geokontor',
      client_secret: process.env.CLIENT_SECRET,
      redirect_uris: [`${server}/sign-in/return/kreis`],
      post_logout_redirect_uris: [`${server}/`],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['of a test'] },
  pkce: { required: () => true },
  findAccount: (_, subject) => ({ accountId: subject, claims: () => person(subject) }),
});

createServer(provider.callback()).listen(Number(port), '127.0.0.1', () => console.log('listening'));
