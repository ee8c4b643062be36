/** Signing in (`/sign-in`), what links of mails are for (`/account#link=…`), and one's own account (`/account`). */
import { begin } from '../page/begin';
import Account from './Account.svelte';

await begin(Account);
