//! Archives of others, served as tilesets: a base map that somebody has made already.
//!
//! They are declared in `tiles/tilesets.toml` and opened at start. Their tiles are sent as they lie in the file; what is
//! in them is theirs, and everybody may see it.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pmtiles::{AsyncPmTilesReader, Compression, MmapBackend, PmtError, TileCoord, TileType};
use serde_json::{Value as Json, json};

use super::made::measured;
use super::ranges::Served;
use crate::collection::Label;
use crate::http::{Absent, Ask, Problem, etag};
use crate::tiles::TileId;

/// An archive as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    pub name: String,
    pub title: Label,
    pub file: PathBuf,
}

/// An open archive.
pub struct Archive {
    pub declared: Declared,
    pub served: Served,
    reader: AsyncPmTilesReader<MmapBackend>,
    metadata: Json,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("declared", &self.declared).finish_non_exhaustive()
    }
}

/// Why an archive cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the archive {0} cannot be read: {1}")]
    File(String, io::Error),
    #[error("{0} is no PMTiles archive: {1}")]
    Format(String, PmtError),
}

/// All that are declared.
#[derive(Debug, Default)]
pub struct Archives(Vec<Archive>);

impl Archives {
    /// Opens them. Each is read once to its end, for a tag that is the same on every node.
    ///
    /// # Errors
    /// With the file that cannot be served.
    pub async fn open(declared: &[Declared]) -> Result<Self, OpenError> {
        let mut archives = Vec::with_capacity(declared.len());
        for declared in declared {
            archives.push(Archive::open(declared.clone()).await?);
        }
        Ok(Self(archives))
    }

    /// One by its name.
    pub fn get(&self, name: &str) -> Option<&Archive> {
        self.0.iter().find(|archive| archive.declared.name == name)
    }
}

impl Archive {
    async fn open(declared: Declared) -> Result<Self, OpenError> {
        let shown = declared.file.display().to_string();
        let unread = |error| OpenError::File(shown.clone(), error);
        let mut file = File::open(&declared.file).map_err(unread)?;
        let (size, tag) = measured(&mut file).map_err(unread)?;
        let foreign = |error| OpenError::Format(shown.clone(), error);
        let backend = MmapBackend::try_from(declared.file.as_path()).await.map_err(foreign)?;
        let reader = AsyncPmTilesReader::try_from_source(backend).await.map_err(foreign)?;
        // An archive without a description still has tiles.
        let metadata = reader.get_metadata().await.ok().and_then(|text| serde_json::from_str(&text).ok());
        let served = Served { file: Arc::new(file), size, tag };
        Ok(Self { declared, served, reader, metadata: metadata.unwrap_or_default() })
    }

    /// Its TileJSON.
    pub fn document(&self, ask: &Ask) -> Json {
        let header = self.reader.get_header();
        let name = &self.declared.name;
        let mut document = json!({
            "tilejson": "3.0.0",
            "name": name,
            "description": self.declared.title.in_language(ask.language),
            "scheme": "xyz",
            "tiles": [ask.url(&format!("/tiles/{name}/{{z}}/{{x}}/{{y}}"))],
            "minzoom": header.min_zoom,
            "maxzoom": header.max_zoom,
            "bounds": [header.min_longitude, header.min_latitude, header.max_longitude, header.max_latitude],
            "center": [header.center_longitude, header.center_latitude, header.center_zoom],
        });
        for member in ["attribution", "vector_layers"] {
            if let Some(value) = self.metadata.get(member) {
                document[member] = value.clone();
            }
        }
        document
    }

    /// One of its tiles, as it lies in the file; unpacked for who does not take its coding.
    ///
    /// # Errors
    /// 404 where an archive of pictures has none; 500 if the file cannot be read.
    pub async fn tile(&self, tile: TileId, headers: &HeaderMap) -> Result<Response, Problem> {
        let header = self.reader.get_header();
        let whole = self.served.tag.to_str().unwrap_or_default().trim_matches('"').to_owned();
        let tag = HeaderValue::try_from(format!("W/\"{whole}-{}-{}-{}\"", tile.z, tile.x, tile.y));
        let tag = tag.map_err(|error| Problem::internal(&error))?;
        let known: Vec<HeaderValue> = headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect();
        let kept = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
        if etag::is_known(&known, &tag) {
            return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
        }
        let at = TileCoord::new(tile.z, tile.x, tile.y).map_err(|error| Problem::internal(&error))?;
        let coding = header.tile_compression.content_encoding();
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let as_it_is = coding.is_none_or(|coding| accepted.contains(coding));
        let found = if as_it_is || header.tile_compression == Compression::Unknown {
            self.reader.get_tile(at).await
        } else {
            self.reader.get_tile_decompressed(at).await
        };
        let found = found.map_err(|error| Problem::internal(&error))?;
        if found.is_none() && header.tile_type != TileType::Mvt {
            return Err(Problem::not_found(&Absent::ArchiveTile));
        }
        let media = HeaderValue::from_static(header.tile_type.content_type());
        let is_empty = found.is_none();
        let mut response = (kept, found.unwrap_or_default()).into_response();
        let out = response.headers_mut();
        out.insert(header::CONTENT_TYPE, media);
        out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if let Some(coding) = coding.filter(|_| as_it_is && !is_empty) {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        Ok(response)
    }
}
