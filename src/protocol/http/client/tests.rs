use super::*;

fn bounds() -> CallBounds {
    let connect = Duration::from_secs(5);
    CallBounds { connect, reply: Duration::from_secs(5), most_bytes: 1024 }
}

#[test]
fn a_place_is_a_scheme_a_host_and_a_prefix() {
    let place = Place::of("https://API.example.org/old/").unwrap();
    assert_eq!((place.host.as_str(), place.port), ("api.example.org", 443));
    assert_eq!(
        (place.origin().as_str(), place.prefix.as_str()),
        ("https://api.example.org", "/old")
    );
    assert_eq!(Place::of("http://[::1]:8080").unwrap().host, "::1");
    for wrong in
        ["api.example.org", "ftp://a", "http://", "http://u:p@a/", "http://a/?x=1", "http://a:b"]
    {
        assert!(Place::of(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_host_alone_allows_the_usual_port_only() {
    let usual = Place::of("https://api.example.org").unwrap();
    assert!(usual.is_named_by("API.example.org") && usual.is_named_by("api.example.org:443"));
    let other = Place::of("https://api.example.org:444").unwrap();
    assert!(!other.is_named_by("api.example.org") && other.is_named_by("api.example.org:444"));
    assert!(!other.is_named_by("example.org:444"));
}

#[tokio::test]
async fn the_own_address_is_never_called() {
    for (own, url) in [
        ("127.0.0.1:9", "http://127.0.0.1:9"),
        ("0.0.0.0:9", "http://127.0.0.1:9"),
        ("[::]:9", "http://localhost:9"),
        ("127.0.0.1:9", "http://0.0.0.0:9"),
    ] {
        let client = Client::new(url, None, bounds()).unwrap();
        client.avoid(own.parse().unwrap());
        assert_eq!(client.find().await, Err(ClientError::OwnAddress), "{own} {url}");
    }
    let other = Client::new("http://127.0.0.1:9", None, bounds()).unwrap();
    other.avoid("127.0.0.1:10".parse().unwrap());
    assert_eq!(other.find().await, Ok(()));
}
