//! The names of all settings, and how they stand in the file.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use super::Config;

/// The file, key by key; durations in seconds, sizes in bytes.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) database_url: Option<Spanned<String>>,
    pub(super) database_patience: Option<Spanned<u64>>,
    pub(super) data: Option<Spanned<PathBuf>>,
    pub(super) tiles: Option<Spanned<PathBuf>>,
    pub(super) district: Option<Spanned<PathBuf>>,
    pub(super) listen: Option<Spanned<String>>,
    pub(super) public_url: Option<Spanned<String>>,
    pub(super) body_limit: Option<Spanned<usize>>,
    pub(super) file_limit: Option<Spanned<u64>>,
    pub(super) removed_file_lifetime: Option<Spanned<u64>>,
    pub(super) files_url: Option<Spanned<String>>,
    pub(super) files_endpoint: Option<Spanned<String>>,
    pub(super) files_region: Option<Spanned<String>>,
    pub(super) files_key: Option<Spanned<String>>,
    pub(super) files_secret: Option<Spanned<String>>,
    pub(super) files_ca: Option<Spanned<PathBuf>>,
    pub(super) request_timeout: Option<Spanned<u64>>,
    pub(super) write_timeout: Option<Spanned<u64>>,
    pub(super) maximum_requests: Option<Spanned<usize>>,
    pub(super) answer_memory: Option<Spanned<usize>>,
    pub(super) trusted_proxies: Option<Spanned<String>>,
    pub(super) tile_cache: Option<Spanned<usize>>,
    pub(super) map_ground: Option<Spanned<String>>,
    pub(super) map_ground_night: Option<Spanned<String>>,
    pub(super) map_ground_attribution: Option<Spanned<String>>,
    pub(super) embed_origins: Option<Spanned<String>>,
    pub(super) maximum_streams: Option<Spanned<usize>>,
    pub(super) mail_url: Option<Spanned<String>>,
    pub(super) mail_from: Option<Spanned<String>>,
    pub(super) mail_ca: Option<Spanned<PathBuf>>,
    pub(super) sheet_patience: Option<Spanned<u64>>,
    pub(super) stop_patience: Option<Spanned<u64>>,
    pub(super) default_limit: Option<Spanned<usize>>,
    pub(super) maximum_limit: Option<Spanned<usize>>,
    pub(super) limit_sign_in: Option<Spanned<u32>>,
    pub(super) limit_search: Option<Spanned<u32>>,
    pub(super) limit_image: Option<Spanned<u32>>,
    pub(super) limit_sheet: Option<Spanned<u32>>,
    pub(super) limit_export: Option<Spanned<u32>>,
    pub(super) limit_write: Option<Spanned<u32>>,
    pub(super) limit_address_factor: Option<Spanned<u32>>,
    pub(super) session_idle: Option<Spanned<u64>>,
    pub(super) imports_kept: Option<Spanned<u64>>,
    pub(super) session_longest: Option<Spanned<u64>>,
    pub(super) device_code_lifetime: Option<Spanned<u64>>,
    pub(super) device_lifetime: Option<Spanned<u64>>,
    pub(super) password_memory: Option<Spanned<u32>>,
    pub(super) password_rounds: Option<Spanned<u32>>,
    pub(super) second_factor: Option<Spanned<String>>,
    pub(super) openid_providers: Option<Spanned<PathBuf>>,
    pub(super) log: Option<Spanned<String>>,
    pub(super) log_format: Option<Spanned<String>>,
}

/// The names of all settings in the file and, in capitals, the environment.
const SETTINGS: [&str; 52] = [
    "database_url",
    "database_patience",
    "data",
    "tiles",
    "district",
    "listen",
    "public_url",
    "body_limit",
    "file_limit",
    "removed_file_lifetime",
    "files_url",
    "files_endpoint",
    "files_region",
    "files_key",
    "files_secret",
    "files_ca",
    "request_timeout",
    "write_timeout",
    "maximum_requests",
    "answer_memory",
    "trusted_proxies",
    "tile_cache",
    "map_ground",
    "map_ground_night",
    "map_ground_attribution",
    "embed_origins",
    "maximum_streams",
    "mail_url",
    "mail_from",
    "mail_ca",
    "sheet_patience",
    "stop_patience",
    "default_limit",
    "maximum_limit",
    "limit_sign_in",
    "limit_search",
    "limit_image",
    "limit_sheet",
    "limit_export",
    "limit_write",
    "limit_address_factor",
    "session_idle",
    "imports_kept",
    "session_longest",
    "device_code_lifetime",
    "device_lifetime",
    "password_memory",
    "password_rounds",
    "second_factor",
    "openid_providers",
    "log",
    "log_format",
];

/// Variables with our prefix that are not settings: they name the file, and where the scripts keep their cluster.
const OTHERS: [&str; 2] = ["config", "home"];

impl Config {
    /// True for the name of a setting.
    pub fn is_setting(key: &str) -> bool {
        SETTINGS.contains(&key) || OTHERS.contains(&key)
    }
}
