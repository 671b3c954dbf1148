//! Where a file lies, as callers say it.

use std::fmt;

use super::FileError;

/// Longest location, in bytes.
const MAX_BYTES: usize = 2_048;

/// Where a file lies: on a host, under a path. Its `Debug` leaves out user, password and query.
#[derive(Clone, PartialEq, Eq)]
pub struct FilePlace {
    /// `ftp`, `sftp`, `http` or `https`.
    pub scheme: String,
    /// In lower case; an IPv6 address without its brackets.
    pub host: String,
    pub port: Option<u16>,
    /// Folders and name, decoded; none of them is empty, `.` or `..` or has a separator in it.
    pub path: Vec<String>,
    /// Path and query as they were written, for a request.
    pub target: String,
    /// User and password, for a request.
    pub user: Option<(String, String)>,
}

impl fmt::Debug for FilePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePlace")
            .field("scheme", &self.scheme)
            .field("host", &self.host)
            .field("port", &self.port)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl FilePlace {
    /// Reads a URL: `ftp://`, `sftp://`, `http://` or `https://`.
    pub fn from_url(url: &str) -> Result<Self, FileError> {
        let url = url.trim();
        let invalid = FileError::PlaceInvalid;
        if url.len() > MAX_BYTES || url.chars().any(|c| c.is_control() || c == '\\') {
            return Err(invalid);
        }
        let (scheme, rest) = url.split_once("://").ok_or(invalid.clone())?;
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "ftp" | "sftp" | "http" | "https") {
            return Err(invalid);
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let split = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(split).ok_or(invalid.clone())?;
        let path = target.split('?').next().unwrap_or_default();
        let (user, authority) = match authority.rsplit_once('@') {
            Some((user, authority)) => (Some(user_of(user)?), authority),
            None => (None, authority),
        };
        let (host, port) = host_and_port(authority)?;
        let path = decoded_path(path)?;
        let target = target.replace(' ', "%20");
        Ok(Self { scheme, host, port, path, target, user })
    }

    /// A file on an FTP server, in a folder of it.
    pub fn on_server(host: &str, folder: &str, name: &str) -> Result<Self, FileError> {
        let host = host.trim();
        let host = host.split_once("://").map_or(host, |(_, host)| host).trim_end_matches('/');
        let (host, port) = host_and_port(host)?;
        let parts = folder.split('/').chain(name.split('/')).map(str::trim);
        let path: Vec<String> = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
        ensure_plain(&path)?;
        let scheme = "ftp".to_owned();
        let target = format!("/{}", path.join("/"));
        Ok(Self { scheme, host, port, path, target, user: None })
    }
}

fn user_of(text: &str) -> Result<(String, String), FileError> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    Ok((decoded(user)?, decoded(password)?))
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), FileError> {
    let invalid = || FileError::PlaceInvalid;
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or_else(invalid)?;
            (host, rest.strip_prefix(':').or(rest.is_empty().then_some("")).ok_or_else(invalid)?)
        }
        None => authority.split_once(':').unwrap_or((authority, "")),
    };
    let port = match port {
        "" => None,
        port => Some(port.parse().map_err(|_| invalid())?),
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if host.is_empty() || host.starts_with('.') || host.contains("..") || !host.chars().all(is_host)
    {
        return Err(invalid());
    }
    Ok((host, port))
}

fn decoded_path(path: &str) -> Result<Vec<String>, FileError> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    let path: Vec<String> = parts.map(decoded).collect::<Result<_, _>>()?;
    ensure_plain(&path)?;
    Ok(path)
}

/// Every part is the name of one folder or file, and there is one at least.
fn ensure_plain(path: &[String]) -> Result<(), FileError> {
    let is_plain = |part: &String| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && !part.contains(['/', '\\'])
            && !part.chars().any(char::is_control)
    };
    if path.is_empty() || !path.iter().all(is_plain) {
        return Err(FileError::PlaceInvalid);
    }
    Ok(())
}

/// Undoes percent encoding.
fn decoded(text: &str) -> Result<String, FileError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let (high, low) = digit().zip(digit()).ok_or(FileError::PlaceInvalid)?;
        bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
    }
    String::from_utf8(bytes).map_err(|_| FileError::PlaceInvalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart_and_its_path_decoded() {
        let place =
            FilePlace::from_url(" FTP://ann:s%40crt@Files.Example.ORG:2121/a/b%20c.csv ").unwrap();
        assert_eq!((place.scheme.as_str(), place.host.as_str()), ("ftp", "files.example.org"));
        assert_eq!(place.port, Some(2121));
        assert_eq!(place.path, ["a", "b c.csv"]);
        assert_eq!(place.user, Some(("ann".to_owned(), "s@crt".to_owned())));
        assert!(!format!("{place:?}").contains("crt"));
        let place = FilePlace::from_url("https://[::1]/x?y=1#z").unwrap();
        assert_eq!((place.host.as_str(), place.target.as_str()), ("::1", "/x?y=1"));
    }

    #[test]
    fn a_path_that_would_leave_its_folder_is_no_place() {
        for url in [
            "file:///etc/passwd",
            "ftp://h/../x",
            "ftp://h/a/%2e%2e/x",
            "ftp://h/a%2F..%2Fx",
            "ftp://h/a%5Cx",
            "ftp://h/a\\..\\x",
            "ftp://h/a%00x",
            "ftp://../x",
            "ftp://.h/x",
            "ftp://h",
            "ftp://h/",
            "ftp:///x",
            "ftp://h:99999/x",
            "ftp://h/%zz",
            "/etc/passwd",
        ] {
            assert_eq!(FilePlace::from_url(url), Err(FileError::PlaceInvalid), "{url}");
        }
    }

    #[test]
    fn server_folder_and_name_are_the_same_place_as_a_url() {
        let place = FilePlace::on_server("FTP.example.org", "/in/", "a.csv").unwrap();
        let url = FilePlace::from_url("ftp://ftp.example.org/in/a.csv").unwrap();
        assert_eq!(place, url);
        for (host, folder, name) in
            [("h", "..", "x"), ("h", "", "../x"), ("h", "", ""), ("", "", "x"), ("a/b", "", "x")]
        {
            let refused = FilePlace::on_server(host, folder, name);
            assert_eq!(refused, Err(FileError::PlaceInvalid), "{host} {folder} {name}");
        }
    }
}
