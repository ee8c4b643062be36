//! From where a request comes, behind whatever proxies are trusted.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, HeaderName};

use super::Network;

/// What proxies write the address of their caller into, the nearest last.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the nearest caller that is no trusted proxy. What others write into the header is not believed.
pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.holds(*address));
    let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
    let named: Vec<IpAddr> =
        lines.flat_map(|line| line.split(',')).map_while(|part| part.trim().parse().ok()).collect();
    let mut origin = peer;
    for address in named.into_iter().rev() {
        if !is_trusted(&origin) {
            break;
        }
        origin = address;
    }
    origin
}

/// How many of something each origin has, and how many one may have.
#[derive(Debug)]
pub struct Shares {
    counts: Arc<Mutex<HashMap<IpAddr, usize>>>,
    most: usize,
}

/// One of an origin's, given back when dropped.
#[derive(Debug)]
pub struct Share {
    counts: Arc<Mutex<HashMap<IpAddr, usize>>>,
    of: IpAddr,
}

impl Shares {
    /// So many each.
    pub fn new(most: usize) -> Self {
        Self { counts: Arc::default(), most }
    }

    /// One more of an origin's; `None` if it has its share.
    pub fn take(&self, origin: IpAddr) -> Option<Share> {
        let of = household(origin);
        let mut counts = lock(&self.counts);
        let count = counts.entry(of).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Share { counts: self.counts.clone(), of })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut counts = lock(&self.counts);
        if let Some(count) = counts.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.of);
            }
        }
    }
}

fn lock(counts: &Mutex<HashMap<IpAddr, usize>>) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whoever has an address of IPv6 has at least 2⁶⁴ of them.
pub fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = ["127.0.0.1", "10.0.0.0/8"].map(|text| text.parse::<Network>().expect("a network"));
        let from = |peer: &str, lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, line.parse().expect("a header"));
            }
            of(address(peer), &headers, &trusted).to_string()
        };
        assert_eq!(from("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(from("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(from("127.0.0.1", &["203.0.113.9, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(from("127.0.0.1", &["203.0.113.9, 198.51.100.7, 10.1.2.3"]), "198.51.100.7");
        assert_eq!(from("127.0.0.1", &["203.0.113.9", "2001:db8::1"]), "2001:db8::1");
        assert_eq!(from("127.0.0.1", &["10.0.0.1"]), "10.0.0.1");
    }

    #[test]
    fn an_origin_has_its_share_and_leaves_the_rest_to_others() {
        let shares = Shares::new(2);
        let mine: Vec<_> = (1..=2).map(|nth| shares.take(address(&format!("2001:db8::{nth}")))).collect();
        assert!(mine.iter().all(Option::is_some));
        assert!(shares.take(address("2001:db8::3")).is_none(), "the same household");
        assert!(shares.take(address("2001:db8:0:1::3")).is_some());
        assert!(shares.take(address("::ffff:192.0.2.1")).is_some());
        drop(mine);
        assert!(shares.take(address("2001:db8::3")).is_some());
        assert!(lock(&shares.counts).is_empty());
    }
}
