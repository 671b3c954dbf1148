//! Handshakes that failed, as the server's log tells of them.

/// What the log says of a handshake that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handshake {
    /// Why, in the words of the TLS library.
    pub failure: String,
    /// Cipher suites that the client offered, by their IANA names.
    pub suites: Vec<String>,
    /// Signature schemes that the client offered.
    pub signatures: Vec<String>,
}

/// What every line of a failed handshake says.
const SAID: &str = "a TLS handshake failed: ";

/// Most handshakes that are read of one log.
const MOST_HANDSHAKES: usize = 1_000;

/// Most names that are read of one offer; the log itself names 40.
const MOST_NAMES: usize = 64;

impl Handshake {
    /// Every failed handshake in a log, be its lines text or JSON.
    pub fn all_in(log: &str) -> Vec<Self> {
        let lines = log.lines().filter(|line| line.contains(SAID));
        lines.take(MOST_HANDSHAKES).map(Self::of).collect()
    }

    fn of(line: &str) -> Self {
        let (_, said) = line.split_once(SAID).unwrap_or_default();
        // In text the fields follow the message, in JSON the message's quote does.
        let end = [" peer=", " offer=", "\""].iter().filter_map(|end| said.find(end)).min();
        let failure = said.get(..end.unwrap_or(said.len())).unwrap_or(said).trim().to_owned();
        Self { failure, suites: list(line, "suites ["), signatures: list(line, "signatures [") }
    }

    /// Whether the offer could be read: without one nothing is known of the client.
    pub fn has_offer(&self) -> bool {
        !self.suites.is_empty()
    }

    /// Whether a suite is one of TLS 1.3, whose names do not say how keys are agreed upon.
    pub fn offers_tls13(&self) -> bool {
        const TLS13: [&str; 5] = ["AES_128_GCM", "AES_256_GCM", "CHACHA20", "AES_128_CCM", "TLS13"];
        self.suites
            .iter()
            .any(|suite| !suite.contains("_WITH_") && TLS13.iter().any(|part| suite.contains(part)))
    }

    /// Suites that an authenticated cipher and a key exchange of either certificate make.
    pub fn modern(&self, key: &str) -> bool {
        let exchange = format!("ECDHE_{key}_WITH");
        let is_aead = |suite: &str| suite.contains("_GCM_") || suite.contains("CHACHA20");
        self.suites.iter().any(|suite| suite.contains(&exchange) && is_aead(suite))
    }
}

/// The names between a word with its bracket and the bracket's end.
fn list(line: &str, behind: &str) -> Vec<String> {
    let Some((_, rest)) = line.split_once(behind) else { return Vec::new() };
    let inside = rest.split(']').next().unwrap_or_default();
    let names = inside.split(',').map(str::trim).filter(|name| !name.is_empty());
    let is_name = |name: &&str| {
        name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || "_()".contains(c))
    };
    names.filter(is_name).take(MOST_NAMES).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_text_and_one_of_json_say_the_same() {
        let text = "2026-11-22T07:00:00Z  WARN lychgate: a TLS handshake failed: no suites in \
                    common peer=127.0.0.1 offer=\"suites [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA], \
                    signatures [RSA_PKCS1_SHA256]\"";
        let json = "{\"fields\":{\"message\":\"a TLS handshake failed: no suites in common\",\
                    \"offer\":\"suites [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA], signatures \
                    [RSA_PKCS1_SHA256]\"}}";
        let expected = Handshake {
            failure: "no suites in common".to_owned(),
            suites: vec!["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA".to_owned()],
            signatures: vec!["RSA_PKCS1_SHA256".to_owned()],
        };
        assert_eq!(Handshake::all_in(text), vec![expected.clone()]);
        assert_eq!(Handshake::all_in(json), [expected]);
        assert!(Handshake::all_in("nothing of the kind").is_empty());
    }

    #[test]
    fn what_an_offer_can_do_is_read_from_its_names() {
        let of = |suite: &str| Handshake { suites: vec![suite.to_owned()], ..Handshake::default() };
        assert!(of("TLS13_AES_128_GCM_SHA256").offers_tls13());
        assert!(!of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256").offers_tls13());
        assert!(of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256").modern("ECDSA"));
        assert!(!of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256").modern("RSA"));
        assert!(!of("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA").modern("RSA"));
    }
}
