//! Addresses that belong to no single person, and addresses that the operator names as traps.

use std::collections::BTreeSet;

use crate::domain::EmailAddress;

/// Mailboxes of roles and programs. The vendor names `info`, `sales`, `no-reply` and `all`; the
/// others are those of RFC 2142 and of its kin.
const ROLES: [&str; 44] = [
    "abuse",
    "accounting",
    "accounts",
    "admin",
    "administrator",
    "all",
    "billing",
    "contact",
    "contacts",
    "director",
    "do-not-reply",
    "donotreply",
    "everyone",
    "feedback",
    "ftp",
    "help",
    "helpdesk",
    "hostmaster",
    "hr",
    "info",
    "jobs",
    "list",
    "mailer-daemon",
    "mailerdaemon",
    "marketing",
    "news",
    "newsletter",
    "no-reply",
    "no_reply",
    "noc",
    "noreply",
    "office",
    "postmaster",
    "privacy",
    "root",
    "sales",
    "security",
    "spam",
    "support",
    "team",
    "usenet",
    "uucp",
    "webmaster",
    "www",
];

/// Whether the mailbox is one of a role or a program.
pub fn is_role(address: &EmailAddress) -> bool {
    let mailbox = address.as_compared().split_once('@').map_or("", |(mailbox, _)| mailbox);
    ROLES.binary_search(&mailbox).is_ok()
}

/// Most entries of a list of traps: it is held in memory.
pub const MAX_TRAPS: usize = 100_000;

/// Addresses and domains that exist to catch senders who did not ask for consent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SpamTraps {
    /// As compared.
    addresses: BTreeSet<String>,
    /// Lower case.
    domains: BTreeSet<String>,
}

impl std::fmt::Debug for SpamTraps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SpamTraps({})", self.addresses.len() + self.domains.len())
    }
}

/// Why a list of traps cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpamTrapsError {
    #[error("line {line} is neither an address nor a domain behind @")]
    Line { line: usize },
    #[error("there are more than {MAX_TRAPS} entries")]
    TooMany,
}

impl SpamTraps {
    /// From lines: an address, or `@` and a domain. Empty lines and those that begin with `#` are
    /// passed over.
    pub fn parse(text: &str) -> Result<Self, SpamTrapsError> {
        let mut traps = Self::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if traps.addresses.len() + traps.domains.len() >= MAX_TRAPS {
                return Err(SpamTrapsError::TooMany);
            }
            let wrong = SpamTrapsError::Line { line: number + 1 };
            match line.strip_prefix('@') {
                Some(domain) if is_domain(domain) => {
                    traps.domains.insert(domain.to_lowercase());
                }
                Some(_) => return Err(wrong),
                None => {
                    let address = EmailAddress::parse(line).map_err(|_| wrong)?;
                    traps.addresses.insert(address.as_compared().to_owned());
                }
            }
        }
        Ok(traps)
    }

    pub fn has(&self, address: &EmailAddress) -> bool {
        self.addresses.contains(address.as_compared())
            || self.domains.contains(&address.domain().to_lowercase())
    }
}

fn is_domain(text: &str) -> bool {
    EmailAddress::parse(&format!("a@{text}")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roles_are_in_order_and_found_in_any_case() {
        assert!(ROLES.is_sorted());
        let address = |text: &str| EmailAddress::parse(text).unwrap();
        for text in ["info@b.example", "SALES@b.example", "No-Reply@b.example", "all@b.example"] {
            assert!(is_role(&address(text)), "{text}");
        }
        for text in ["information@b.example", "ann@info.example", "info.ann@b.example"] {
            assert!(!is_role(&address(text)), "{text}");
        }
    }

    #[test]
    fn traps_are_addresses_and_domains() {
        let traps = SpamTraps::parse("# ours\nTrap@b.example\n\n @Pit.example \n").unwrap();
        let has = |text: &str| traps.has(&EmailAddress::parse(text).unwrap());
        assert!(has("trap@B.example") && has("anybody@pit.example"));
        assert!(!has("ann@b.example") && !has("ann@deep.pit.example"));
        for (text, line) in [("a@b.example\nnobody", 2), ("@", 1), ("@a b", 1)] {
            assert_eq!(SpamTraps::parse(text), Err(SpamTrapsError::Line { line }), "{text}");
        }
    }

    #[test]
    fn a_list_without_an_end_is_refused() {
        let many: Vec<String> =
            (0..=MAX_TRAPS).map(|number| format!("t{number}@b.example")).collect();
        assert_eq!(SpamTraps::parse(&many.join("\n")), Err(SpamTrapsError::TooMany));
    }
}
