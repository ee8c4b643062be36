//! What all tests share: a database of one's own, a server on it, waiting without luck.

mod certified;
mod database;
mod server;

pub use certified::certified;
pub use database::{Database, until};
pub use server::{
    NOW, Reply, TestServer, Token, declarations, declarations_with, hydrant, keep_token, municipality, until_shown,
};
