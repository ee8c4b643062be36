//! From a stream to whole content.

use std::fmt::Display;
use std::pin::pin;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use object_store::WriteMultipart;
use sha2::Digest;
use uuid::Uuid;

use super::{BlobError, Blobs, PORTION, Place, Received, Sha256, store};
use crate::store::Store;

/// What is said of content whose first bytes are nothing that is known.
const UNKNOWN: &str = "application/octet-stream";

/// Parts of an upload to a bucket that are under way at a time.
const UNDER_WAY: usize = 2;

impl Blobs {
    /// Takes content in. What its sender says of it is not asked: its size is counted, its media type is read off its first
    /// bytes. If it breaks off, is too large, or cannot be stored, nothing of it stays; should this be dropped half-way, the
    /// rest is swept.
    ///
    /// # Errors
    /// [`BlobError::TooLarge`], [`BlobError::Empty`], [`BlobError::BrokenOff`], and those of the store.
    pub async fn receive<E: Display>(
        &self,
        stream: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Received, BlobError> {
        let content = Uuid::now_v7();
        let place = if self.bucket.is_some() { Place::Bucket } else { Place::Database };
        store::begin(&self.store, content, place).await?;
        let kept = self.keep(content, place, stream).await;
        if kept.is_err()
            && let Err(error) = store::remove(self.store.pool(), &[content]).await
        {
            tracing::debug!(%content, %error, "content that is not whole is left to the sweeper");
        }
        kept.map(|(sha256, size, media)| Received { content, sha256, size, media })
    }

    async fn keep<E: Display>(
        &self,
        content: Uuid,
        place: Place,
        stream: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<(Sha256, u64, &'static str), BlobError> {
        let mut sink = match place {
            Place::Database => Sink::Database { store: self.store.clone(), content, number: 0 },
            Place::Bucket => Sink::Bucket(self.bucket()?.begin(content).await?),
        };
        match fill(&mut sink, self.most, stream).await {
            Ok(filled) => sink.finish().await.map(|()| filled),
            Err(error) => {
                sink.abort().await;
                Err(error)
            }
        }
    }
}

/// Where portions go.
enum Sink {
    Database { store: Store, content: Uuid, number: i32 },
    Bucket(WriteMultipart),
}

impl Sink {
    async fn put(&mut self, portion: &[u8]) -> Result<(), BlobError> {
        match self {
            Self::Database { store, content, number } => {
                store::put(store, *content, *number, portion).await?;
                *number += 1;
            }
            Self::Bucket(upload) => {
                upload.wait_for_capacity(UNDER_WAY).await?;
                upload.write(portion);
            }
        }
        Ok(())
    }

    async fn finish(self) -> Result<(), BlobError> {
        if let Self::Bucket(upload) = self {
            upload.finish().await?;
        }
        Ok(())
    }

    /// Takes back what has no row. What a bucket has of it nobody can read, and its rule for uploads that broke off ends it.
    async fn abort(self) {
        if let Self::Bucket(upload) = self
            && let Err(error) = upload.abort().await
        {
            tracing::debug!(%error, "an upload that broke off is left to the bucket");
        }
    }
}

async fn fill<E: Display>(
    sink: &mut Sink,
    most: u64,
    stream: impl Stream<Item = Result<Bytes, E>>,
) -> Result<(Sha256, u64, &'static str), BlobError> {
    let mut stream = pin!(stream);
    let (mut hash, mut size, mut media) = (sha2::Sha256::new(), 0, None);
    let mut portion = BytesMut::new();
    while let Some(some) = stream.next().await {
        let mut some = some.map_err(|error| BlobError::BrokenOff(error.to_string()))?;
        size += some.len() as u64;
        if size > most {
            return Err(BlobError::TooLarge { most });
        }
        hash.update(&some);
        while !some.is_empty() {
            let room = PORTION - portion.len();
            portion.extend_from_slice(&some.split_to(room.min(some.len())));
            if portion.len() == PORTION {
                media.get_or_insert_with(|| media_of(&portion));
                sink.put(&portion).await?;
                portion.clear();
            }
        }
    }
    if !portion.is_empty() {
        media.get_or_insert_with(|| media_of(&portion));
        sink.put(&portion).await?;
    }
    Ok((Sha256(hash.finalize().into()), size, media.ok_or(BlobError::Empty)?))
}

fn media_of(first: &[u8]) -> &'static str {
    infer::get(first).map_or(UNKNOWN, |kind| kind.mime_type())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_media_type_is_read_off_the_content() {
        assert_eq!(media_of(b"\x89PNG\r\n\x1a\n0000"), "image/png");
        assert_eq!(media_of(b"\xff\xd8\xff\xe0\0\x10JFIF"), "image/jpeg");
        assert_eq!(media_of(b"%PDF-1.7\n"), "application/pdf");
        assert_eq!(media_of(b"a few words"), UNKNOWN);
        assert_eq!(media_of(b""), UNKNOWN);
    }
}
