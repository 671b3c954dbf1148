//! Ranges of internet addresses, as whitelists name them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Addresses from a first to a last one, both of one family: `192.0.2.1`, `192.0.2.1-192.0.2.9`,
/// `192.0.2.0/24`, `2001:db8::/32`. Stored and shown as text.
///
/// An IPv4 address mapped into IPv6 is the IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AddressRange {
    first: IpAddr,
    last: IpAddr,
}

/// Why a text is no [`AddressRange`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no address, range (192.0.2.1-192.0.2.9) or network (192.0.2.0/24)")]
pub struct AddressRangeError {
    text: String,
}

impl AddressRange {
    pub fn contains(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        // `IpAddr` orders every IPv4 address before every IPv6 one, and a range has one family.
        self.first <= address && address <= self.last
    }

    fn parse(text: &str) -> Option<Self> {
        if let Some((address, prefix_bits)) = text.split_once('/') {
            return Self::network(parse_address(address)?, prefix_bits.trim().parse().ok()?);
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (parse_address(first)?, parse_address(last)?);
        (first.is_ipv4() == last.is_ipv4() && first <= last).then_some(Self { first, last })
    }

    fn network(address: IpAddr, prefix_bits: u32) -> Option<Self> {
        match address {
            IpAddr::V4(address) => {
                let host = u32::MAX.checked_shr(prefix_bits).unwrap_or(0);
                let first = Ipv4Addr::from_bits(address.to_bits() & !host).into();
                let last = Ipv4Addr::from_bits(address.to_bits() | host).into();
                (prefix_bits <= 32).then_some(Self { first, last })
            }
            IpAddr::V6(address) => {
                let host = u128::MAX.checked_shr(prefix_bits).unwrap_or(0);
                let first = Ipv6Addr::from_bits(address.to_bits() & !host).into();
                let last = Ipv6Addr::from_bits(address.to_bits() | host).into();
                (prefix_bits <= 128).then_some(Self { first, last })
            }
        }
    }

    /// The prefix of the network that this range is, if it is one.
    fn prefix_bits(self) -> Option<u32> {
        let (free, width) = match (self.first, self.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                let free = (first.to_bits() ^ last.to_bits()).count_ones();
                (free, 32)
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                let free = (first.to_bits() ^ last.to_bits()).count_ones();
                (free, 128)
            }
            _ => return None,
        };
        let bits = width - free;
        (Self::network(self.first, bits) == Some(self)).then_some(bits)
    }
}

fn parse_address(text: &str) -> Option<IpAddr> {
    text.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

impl FromStr for AddressRange {
    type Err = AddressRangeError;

    fn from_str(text: &str) -> Result<Self, AddressRangeError> {
        Self::parse(text.trim()).ok_or_else(|| AddressRangeError { text: text.to_owned() })
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prefix_bits() {
            _ if self.first == self.last => self.first.fmt(f),
            Some(bits) => write!(f, "{}/{bits}", self.first),
            None => write!(f, "{}-{}", self.first, self.last),
        }
    }
}

impl TryFrom<String> for AddressRange {
    type Error = AddressRangeError;

    fn try_from(text: String) -> Result<Self, AddressRangeError> {
        text.parse()
    }
}

impl From<AddressRange> for String {
    fn from(range: AddressRange) -> Self {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> AddressRange {
        text.parse().unwrap()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_a_range_and_a_network_hold_what_they_name() {
        for (text, inside, outside) in [
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("192.0.2.7 - 192.0.2.9", "192.0.2.9", "192.0.2.10"),
            ("192.0.2.200-192.0.3.5", "192.0.2.255", "192.0.2.199"),
            ("192.0.2.77/24", "192.0.2.0", "192.0.3.0"),
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
            ("2001:db8::1-2001:db8::5", "2001:db8::5", "2001:db8::6"),
            ("::/0", "ffff::", "0.0.0.1"),
            ("192.0.2.7", "::ffff:192.0.2.7", "::ffff:192.0.2.8"),
            ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.8"),
        ] {
            assert!(range(text).contains(address(inside)), "{text} holds {inside}");
            assert!(!range(text).contains(address(outside)), "{text} does not hold {outside}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "-", "192.0.2", "192.0.2.1/33", "::/129", "192.0.2.9-192.0.2.1", "a.b"] {
            assert!(text.parse::<AddressRange>().is_err(), "{text}");
        }
        assert!("192.0.2.1-::1".parse::<AddressRange>().is_err());
    }

    #[test]
    fn a_range_is_shown_in_the_shortest_form_and_read_back_as_itself() {
        for (text, shown) in [
            ("192.0.2.7/32", "192.0.2.7"),
            ("192.0.2.0-192.0.2.255", "192.0.2.0/24"),
            ("192.0.2.1-192.0.2.2", "192.0.2.1-192.0.2.2"),
            ("192.0.2.1-192.0.2.4", "192.0.2.1-192.0.2.4"),
            ("2001:DB8:0::/32", "2001:db8::/32"),
            ("0.0.0.0/0", "0.0.0.0/0"),
        ] {
            assert_eq!(range(text).to_string(), shown);
            assert_eq!(range(shown), range(text));
        }
    }
}
