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

#[test]
fn addresses_of_this_machine_and_its_link_are_inward() {
    for (ip, is) in [
        ("127.0.0.1", true),
        ("::1", true),
        ("::ffff:127.0.0.1", true),
        ("169.254.169.254", true),
        ("fe80::1", true),
        ("0.0.0.0", true),
        ("192.168.0.1", false),
        ("203.0.113.7", false),
        ("2001:db8::1", false),
    ] {
        assert_eq!(is_inward(ip.parse().unwrap()), is, "{ip}");
    }
}

#[tokio::test]
async fn a_name_may_lead_inward_only_where_that_is_meant() {
    for url in ["http://localhost:9", "http://127.0.0.1:9", "http://[::1]:9"] {
        let client = Client::new(url, None, bounds()).unwrap().outward();
        assert_eq!(client.find().await, Ok(()), "{url}");
    }
    // The machine's own name leads to itself wherever it is known at all.
    let own = hostname();
    let client = |url: &str| Client::new(url, None, bounds()).unwrap();
    let url = format!("http://{own}:9");
    let leads_inward = client(&url).addresses().await;
    if leads_inward.is_ok_and(|found| found.iter().any(|address| is_inward(address.ip()))) {
        assert_eq!(client(&url).outward().find().await, Err(ClientError::InwardAddress));
    }
}

fn hostname() -> String {
    let name = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "localhost".to_owned() } else { name.to_owned() }
}
