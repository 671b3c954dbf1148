//! HTTP Basic: user name and password out of the `Authorization` header.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use http::HeaderMap;
use zeroize::Zeroizing;

/// A user name and a password as text.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: Zeroizing<String>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

/// Longest decoded `user:password` that is looked at, in bytes.
const MAX_LOGIN_BYTES: usize = 1_024;

/// Base64 as clients write it: with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The logins that the header can mean: none when it is absent, of another scheme or malformed.
///
/// PHP, Java and Node write UTF-8; Mono, .NET Framework and Python's `requests` write ISO-8859-1.
/// Bytes above ASCII can mean either, so both readings are returned, UTF-8 first.
pub fn logins(headers: &HeaderMap) -> Vec<Login> {
    let Some(decoded) = decoded(headers) else { return Vec::new() };
    let utf8 = std::str::from_utf8(&decoded).ok().and_then(split);
    if decoded.is_ascii() {
        return utf8.into_iter().collect();
    }
    let latin1: Zeroizing<String> =
        Zeroizing::new(decoded.iter().copied().map(char::from).collect());
    utf8.into_iter().chain(split(&latin1)).collect()
}

fn decoded(headers: &HeaderMap) -> Option<Zeroizing<Vec<u8>>> {
    let value = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || token.len() > MAX_LOGIN_BYTES * 2 {
        return None;
    }
    let decoded = Zeroizing::new(BASE64.decode(token.trim()).ok()?);
    (decoded.len() <= MAX_LOGIN_BYTES).then_some(decoded)
}

/// The first colon separates: a password may hold colons, a user name may not.
fn split(text: &str) -> Option<Login> {
    let (user, password) = text.split_once(':')?;
    Some(Login { user: user.to_owned(), password: Zeroizing::new(password.to_owned()) })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(value: &str) -> Vec<(String, String)> {
        let mut headers = HeaderMap::new();
        headers.insert(http::header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        logins(&headers).into_iter().map(|l| (l.user, l.password.to_string())).collect()
    }

    fn pair(user: &str, password: &str) -> (String, String) {
        (user.to_owned(), password.to_owned())
    }

    #[test]
    fn an_ascii_login_has_one_reading() {
        let expected = vec![pair("user@apiconnector.com", "secret")];
        assert_eq!(read("Basic dXNlckBhcGljb25uZWN0b3IuY29tOnNlY3JldA=="), expected);
        assert_eq!(read("basic  dXNlckBhcGljb25uZWN0b3IuY29tOnNlY3JldA"), expected);
    }

    #[test]
    fn a_password_in_utf8_and_in_latin1_is_among_the_readings() {
        // "u:wörd" in UTF-8, then in ISO-8859-1.
        let utf8 = read("Basic dTp3w7ZyZA==");
        assert_eq!(utf8.first(), Some(&pair("u", "wörd")));
        assert_eq!(utf8.len(), 2);
        assert_eq!(read("Basic dTp39nJk"), vec![pair("u", "wörd")]);
    }

    #[test]
    fn a_password_keeps_its_colons_and_may_be_empty() {
        assert_eq!(read("Basic dTphOmI="), vec![pair("u", "a:b")]);
        assert_eq!(read("Basic dTo="), vec![pair("u", "")]);
    }

    #[test]
    fn a_malformed_header_carries_no_login() {
        for value in ["", "Basic", "Basic !!!", "Bearer dTpw", "Basic dXA=", "Digest username=u"] {
            assert!(read(value).is_empty(), "{value}");
        }
        assert!(read(&format!("Basic {}", "YTpi".repeat(1_000))).is_empty());
    }
}
