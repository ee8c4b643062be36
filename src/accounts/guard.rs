//! How often one may guess at sign-in, without a way to lock others out.
//!
//! After OWASP's "Device Cookies": failures count for account and network together, for the network, and for the account. The
//! last of these would let anybody keep the holder out, so browsers in which the holder has signed in before are not asked;
//! who has none asks for a link by mail, which is not limited by failures of others either.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::http::origin::household;
use crate::identity::accounts::Mail;
use crate::identity::attempts::{Attempts, TooEarly};

/// How long whoever guesses waits at most.
pub const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

/// The attempts of everybody.
#[derive(Debug)]
pub struct Guard {
    pairs: Attempts<([u8; 32], Option<IpAddr>)>,
    networks: Attempts<IpAddr>,
    accounts: Attempts<[u8; 32]>,
    codes: Attempts<Uuid>,
    requests: Attempts<([u8; 32], Option<IpAddr>)>,
}

/// Who attempts to sign in, as whom.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    account: [u8; 32],
    network: Option<IpAddr>,
    /// In a browser in which the holder has signed in before.
    known: bool,
}

impl Attempt {
    /// An attempt from an address; addresses are kept as hashes.
    pub fn new(mail: &Mail, address: Option<IpAddr>, known: bool) -> Self {
        let account = Sha256::digest(mail.as_str()).into();
        Self { account, network: address.map(household), known }
    }
}

impl Guard {
    /// Nobody has tried yet.
    pub fn new() -> Self {
        Self {
            pairs: Attempts::new(5, TimeDelta::minutes(15)),
            // A whole office may have one address.
            networks: Attempts::new(60, TimeDelta::minutes(1)),
            accounts: Attempts::new(50, LONGEST_PAUSE),
            codes: Attempts::new(5, LONGEST_PAUSE),
            requests: Attempts::new(3, TimeDelta::hours(1)),
        }
    }

    /// Lets an attempt pass and counts it as failed, until [`Guard::succeeded`] says otherwise.
    ///
    /// # Errors
    /// How long to wait.
    pub fn attempt(&self, attempt: Attempt, now: DateTime<Utc>) -> Result<(), TooEarly> {
        let pair = (attempt.account, attempt.network);
        self.pairs.check(&pair, now)?;
        attempt.network.map_or(Ok(()), |network| self.networks.check(&network, now))?;
        if !attempt.known {
            self.accounts.check(&attempt.account, now)?;
            self.accounts.count(attempt.account, now);
        }
        self.pairs.count(pair, now);
        if let Some(network) = attempt.network {
            self.networks.count(network, now);
        }
        Ok(())
    }

    /// Has somebody guessed at this account, so that attempts from there must wait? What else comes from the network counts
    /// for nothing here.
    pub fn is_guessed_at(&self, attempt: Attempt, now: DateTime<Utc>) -> bool {
        let from_there = self.pairs.check(&(attempt.account, attempt.network), now).is_err();
        from_there || !attempt.known && self.accounts.check(&attempt.account, now).is_err()
    }

    /// The password was right.
    pub fn succeeded(&self, attempt: Attempt) {
        self.pairs.forgive(&(attempt.account, attempt.network));
        if !attempt.known {
            self.accounts.uncount(&attempt.account);
        }
        if let Some(network) = attempt.network {
            self.networks.uncount(&network);
        }
    }

    /// Lets a code of a second factor be tried, for an account whoever tries: of a million codes three are right.
    ///
    /// # Errors
    /// How long to wait.
    pub fn code(&self, account: Uuid, now: DateTime<Utc>) -> Result<(), TooEarly> {
        self.codes.check(&account, now)?;
        self.codes.count(account, now);
        Ok(())
    }

    /// The code was right.
    pub fn code_succeeded(&self, account: Uuid) {
        self.codes.forgive(&account);
    }

    /// May a mail be asked for? Nobody's postbox is to be filled.
    ///
    /// # Errors
    /// How long to wait.
    pub fn request(&self, attempt: Attempt, now: DateTime<Utc>) -> Result<(), TooEarly> {
        let key = (attempt.account, attempt.network);
        self.requests.check(&key, now)?;
        self.requests.count(key, now);
        Ok(())
    }
}

impl Default for Guard {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<IpAddr> {
        Some(text.parse().expect("an address"))
    }

    #[test]
    fn whoever_guesses_from_everywhere_keeps_no_known_browser_out() {
        let guard = Guard::new();
        let now = DateTime::from_timestamp(1_780_000_000, 0).expect("an instant");
        let mail: Mail = "a@b.de".parse().expect("an address");
        let mut refused = 0;
        for n in 0..1_000 {
            let attempt = Attempt::new(&mail, at(&format!("10.{}.{}.1", n / 250, n % 250)), false);
            refused += u32::from(guard.attempt(attempt, now).is_err());
        }
        assert!(refused > 900, "{refused} of 1000 refused");
        assert!(guard.attempt(Attempt::new(&mail, at("192.0.2.1"), false), now).is_err());
        assert!(guard.attempt(Attempt::new(&mail, at("192.0.2.1"), true), now).is_ok());
    }

    #[test]
    fn one_network_guesses_at_many_accounts_slowly() {
        let guard = Guard::new();
        let now = DateTime::from_timestamp(1_780_000_000, 0).expect("an instant");
        let tried = (0..500).filter(|n| {
            let mail: Mail = format!("a{n}@b.de").parse().expect("an address");
            guard.attempt(Attempt::new(&mail, at(&format!("2001:db8::{n:x}")), false), now).is_ok()
        });
        assert_eq!(tried.count(), 60);
    }
}
