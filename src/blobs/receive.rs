//! From a stream to whole content.

use std::fmt::Display;
use std::pin::pin;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use sha2::Digest;
use uuid::Uuid;

use super::{BlobError, Blobs, PORTION, Received, Sha256, store};

/// What is said of content whose first bytes are nothing that is known.
const UNKNOWN: &str = "application/octet-stream";

impl Blobs {
    /// Takes content in. What its sender says of it is not asked: its size is counted, its media type is read off its first
    /// bytes. If it breaks off, is too large, or cannot be stored, nothing of it stays; should this be dropped half-way, the
    /// rest is swept.
    ///
    /// # Errors
    /// [`BlobError::TooLarge`], [`BlobError::Empty`], [`BlobError::BrokenOff`], and the database's.
    pub async fn receive<E: Display>(
        &self,
        stream: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Received, BlobError> {
        let content = Uuid::now_v7();
        store::begin(&self.store, content).await?;
        let received = self.fill(content, stream).await;
        if received.is_err()
            && let Err(error) = store::remove(&self.store, &[content]).await
        {
            tracing::debug!(%content, %error, "content that is not whole is left to the sweeper");
        }
        received
    }

    async fn fill<E: Display>(
        &self,
        content: Uuid,
        stream: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Received, BlobError> {
        let mut stream = pin!(stream);
        let (mut hash, mut size, mut media) = (sha2::Sha256::new(), 0, None);
        let (mut portion, mut number) = (BytesMut::new(), 0);
        while let Some(some) = stream.next().await {
            let mut some = some.map_err(|error| BlobError::BrokenOff(error.to_string()))?;
            size += some.len() as u64;
            if size > self.most {
                return Err(BlobError::TooLarge { most: self.most });
            }
            hash.update(&some);
            while !some.is_empty() {
                let room = PORTION - portion.len();
                portion.extend_from_slice(&some.split_to(room.min(some.len())));
                if portion.len() == PORTION {
                    media.get_or_insert_with(|| media_of(&portion));
                    store::put(&self.store, content, number, &portion).await?;
                    number += 1;
                    portion.clear();
                }
            }
        }
        if !portion.is_empty() {
            media.get_or_insert_with(|| media_of(&portion));
            store::put(&self.store, content, number, &portion).await?;
        }
        let media = media.ok_or(BlobError::Empty)?;
        Ok(Received { content, sha256: Sha256(hash.finalize().into()), size, media })
    }
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
