//! Accounts as persons and attackers meet them.

mod address;
mod administration;
mod attacks;
mod browser;
mod guesses;
mod meeting;
mod openid;
mod passkeys;
mod sessions;
mod sign_in;

pub use browser::{Browser, Office, PASSWORD, secret};
