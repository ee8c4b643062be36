//! The parts of a JPEG file (ITU-T T.81, annex B): is it whole, and is it an honest one? Decoders forgive what is missing, and go
//! through all scans however many there are.

/// Scans that a picture may have. A progressive one has about a dozen; each costs a pass over all of its blocks.
const MOST_SCANS: usize = 64;

/// Whether the picture ends where it should. What follows its end is somebody else's: phones put films and depth there.
pub fn is_whole(bytes: &[u8]) -> bool {
    // Behind the start of the image.
    let (mut at, mut scans) = (2, 0);
    while let Some(marker) = next_marker(bytes, &mut at) {
        match marker {
            // End of image.
            0xd9 => return scans > 0,
            // Those without a length: temporary, restarts, another start.
            0x01 | 0xd0..=0xd8 => {}
            _ => {
                let Some([high, low]) = bytes.get(at..at + 2) else { return false };
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                if length < 2 {
                    return false;
                }
                at += length;
                if marker == 0xda {
                    scans += 1;
                    if scans > MOST_SCANS {
                        return false;
                    }
                }
            }
        }
    }
    false
}

/// The next marker at or behind a place, which is moved past it. Coded data may hold the first byte of one if a zero follows.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        *at += bytes.get(*at..)?.iter().position(|byte| *byte == 0xff)? + 1;
        match *bytes.get(*at)? {
            0x00 | 0xff => {}
            marker => {
                *at += 1;
                return Some(marker);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: [u8; 6] = [0xff, 0xd8, 0xff, 0xe0, 0x00, 0x02];
    const SCAN: [u8; 8] = [0xff, 0xda, 0x00, 0x02, 0x12, 0xff, 0x00, 0x34];
    const END: [u8; 2] = [0xff, 0xd9];

    #[test]
    fn a_picture_is_whole_if_its_end_is_there_whatever_follows() {
        let whole = [&HEAD[..], &SCAN, &END].concat();
        assert!(is_whole(&whole));
        assert!(is_whole(&[&whole[..], b"PK\x03\x04 and a film"].concat()));
        for end in 0..whole.len() {
            assert!(!is_whole(&whole[..end]), "it breaks off after {end} bytes");
        }
        assert!(!is_whole(&[&HEAD[..], &END].concat()), "nothing is in it");
    }

    #[test]
    fn more_scans_than_any_picture_needs_are_not_gone_through() {
        let of = |scans: usize| [&HEAD[..], &SCAN.repeat(scans), &END].concat();
        assert!(is_whole(&of(MOST_SCANS)));
        assert!(!is_whole(&of(MOST_SCANS + 1)));
    }
}
