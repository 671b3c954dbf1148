//! By which address the caller came: `Host`, the request line, proxies, a public URL.

use crate::support::Trial;

async fn described(trial: &Trial, target: &str, headers: &str) -> String {
    let answer = trial.ask(format!("GET {target} HTTP/1.1\r\n{headers}\r\n")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().to_owned()
}

async fn behind_proxy() -> Trial {
    Trial::with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await
}

#[tokio::test]
async fn the_host_header_says_what_the_caller_used() {
    let trial = Trial::start().await;
    assert_eq!(
        described(&trial, "/describe?a=b%20c", "Host: API.Example.org:8080\r\n").await,
        "http://API.Example.org:8080 api.example.org 127.0.0.1 a=b%20c"
    );
    assert_eq!(
        described(&trial, "/describe", "Host: [::1]:80\r\n").await,
        "http://[::1]:80 [::1] 127.0.0.1 "
    );
}

#[tokio::test]
async fn an_absolute_request_line_goes_before_the_host_header() {
    let trial = Trial::start().await;
    let told = described(&trial, "http://user@a.example:81/describe?q", "Host: b.example\r\n");
    assert_eq!(told.await, "http://a.example:81 a.example 127.0.0.1 q");
}

#[tokio::test]
async fn a_missing_repeated_or_impossible_host_is_refused() {
    let trial = Trial::start().await;
    for headers in [
        "",
        "Host: a\r\nHost: a\r\n",
        "Host: a b\r\n",
        "Host: <script>\r\n",
        "Host: a:99999\r\n",
        "Host: a/b\r\n",
        "Host: a@b\r\n",
    ] {
        let answer = trial.ask(format!("GET /describe HTTP/1.1\r\n{headers}\r\n")).await;
        assert_eq!(answer.status, 400, "{headers}");
    }
}

#[tokio::test]
async fn http_1_0_needs_no_host() {
    let trial = Trial::start().await;
    let own = trial.running.local_address();
    let answer = trial.ask("GET /describe HTTP/1.0\r\n\r\n").await;
    assert_eq!(answer.text(), format!("http://{own} 127.0.0.1 127.0.0.1 "));
}

#[tokio::test]
async fn strangers_are_not_believed_about_addresses() {
    let trial = Trial::start().await;
    let lies = "Host: t\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Host: evil.example\r\n\
                X-Forwarded-Proto: https\r\nForwarded: for=8.8.8.8;host=evil.example\r\n";
    assert_eq!(described(&trial, "/describe", lies).await, "http://t t 127.0.0.1 ");
}

#[tokio::test]
async fn a_trusted_proxy_says_who_called_and_by_what_address() {
    let trial = behind_proxy().await;
    let cases = [
        (
            "X-Forwarded-Proto: https\r\nX-Forwarded-Host: api.example.org\r\n\
             X-Forwarded-For: 203.0.113.9, 127.0.0.2\r\n",
            "https://api.example.org api.example.org 203.0.113.9 ",
        ),
        // spring-ws#1420: the host may carry the port already.
        (
            "X-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example:8443\r\n\
             X-Forwarded-Port: 8443\r\n",
            "https://a.example:8443 a.example 127.0.0.1 ",
        ),
        (
            "X-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example\r\nX-Forwarded-Port: 8443\r\n",
            "https://a.example:8443 a.example 127.0.0.1 ",
        ),
        (
            "X-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\nX-Forwarded-Prefix: /mail/\r\n",
            "https://t/mail t 127.0.0.1 ",
        ),
        (
            "Forwarded: for=\"[2001:db8::7]:4711\";proto=https;host=\"b.example:444\", \
             for=127.0.0.3\r\n",
            "https://b.example:444 b.example 2001:db8::7 ",
        ),
        // What is no host name is not believed even from a proxy.
        ("X-Forwarded-Host: <x>\r\nX-Forwarded-Prefix: /\"><\r\n", "http://t t 127.0.0.1 "),
    ];
    for (headers, expected) in cases {
        let told = described(&trial, "/describe", &format!("Host: t\r\n{headers}")).await;
        assert_eq!(told, expected, "{headers}");
    }
}

#[tokio::test]
async fn a_caller_cannot_hide_behind_a_forged_first_hop() {
    let trial = behind_proxy().await;
    let told = described(&trial, "/describe", "Host: t\r\nX-Forwarded-For: 1.1.1.1, 5.5.5.5\r\n");
    assert_eq!(told.await, "http://t t 5.5.5.5 ");
}

#[tokio::test]
async fn a_public_url_goes_before_everything_but_the_host_for_routing() {
    let trial =
        Trial::with(|config| config.public_url = Some("https://mail.example/".to_owned())).await;
    assert_eq!(
        described(&trial, "/describe", "Host: inner:8080\r\n").await,
        "https://mail.example inner 127.0.0.1 "
    );
}
