//! Addresses that belong together: one, or all that begin alike.

use std::net::IpAddr;
use std::str::FromStr;

/// A network in CIDR notation (`10.0.0.0/8`), or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// Bits that all its addresses have in common.
    prefix: u32,
}

impl Network {
    /// Whether an address belongs to it. One of IPv4 that is written as one of IPv6 is the same.
    pub fn holds(self, address: IpAddr) -> bool {
        let differ = match (self.address, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            _ => return false,
        };
        differ >= self.prefix
    }
}

/// A text is neither an address nor a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoNetwork;

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address = address.parse::<IpAddr>().map_err(|_| NoNetwork)?.to_canonical();
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(bits), |prefix| prefix.parse().map_err(|_| NoNetwork))?;
        if prefix > bits { Err(NoNetwork) } else { Ok(Self { address, prefix }) }
    }
}

/// Reads a list, apart by spaces or commas.
///
/// # Errors
/// Every entry that is none.
pub fn parse(text: &str) -> (Vec<Network>, Vec<&str>) {
    let entries = text.split([' ', ',']).map(str::trim).filter(|entry| !entry.is_empty());
    let (mut networks, mut faults) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry.parse() {
            Ok(network) => networks.push(network),
            Err(NoNetwork) => faults.push(entry),
        }
    }
    (networks, faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_what_begins_alike_and_what_is_none_is_named() {
        let (networks, faults) = parse("127.0.0.1, 10.0.0.0/8 2001:db8::/32, 10.0.0.0/33 nginx");
        let holds = |address: &str| networks.iter().any(|network| network.holds(address.parse().expect("an address")));
        assert!(["127.0.0.1", "10.255.0.1", "2001:db8:1::1", "::ffff:10.0.0.1"].into_iter().all(holds));
        assert!(!["127.0.0.2", "11.0.0.1", "2001:db9::1", "::1"].into_iter().any(holds));
        assert_eq!(faults.len(), 2, "{faults:?}");
    }
}
