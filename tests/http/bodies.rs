//! Bodies: chunked, compressed, too large, damaged, too many at once; and compressed replies.

use std::time::Duration;

use crate::support::{BODY_BYTES, Trial, gunzip, gzip, post, post_head};

pub const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";
pub const GZIP: &str = "Content-Encoding: gzip\r\n";

pub fn chunked(path: &str, headers: &str, body: &[u8], chunk_bytes: usize) -> Vec<u8> {
    let mut wire =
        format!("POST {path} HTTP/1.1\r\nHost: t\r\n{headers}{CHUNKED}\r\n").into_bytes();
    let mut extension = ";name=value";
    for chunk in body.chunks(chunk_bytes) {
        wire.extend(format!("{:x}{extension}\r\n", chunk.len()).bytes());
        extension = "";
        wire.extend(chunk);
        wire.extend(b"\r\n");
    }
    wire.extend(b"0\r\nTrailer: ignored\r\n\r\n");
    wire
}

pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 7_u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(length)
    .collect()
}

#[tokio::test]
async fn a_chunked_body_arrives_whole_and_the_connection_goes_on() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    let body = noise(100_000);
    for chunk_bytes in [100_000, 4_096, 17] {
        client.send(chunked("/echo", "", &body, chunk_bytes)).await;
        assert!(client.reply().await.body == body, "chunks of {chunk_bytes}");
    }
}

#[tokio::test]
async fn a_chunked_body_is_refused_as_soon_as_it_is_too_large() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    client.send(format!("POST /echo HTTP/1.1\r\nHost: t\r\n{CHUNKED}\r\n")).await;
    let chunk = [format!("{:x}\r\n", 100_000).into_bytes(), noise(100_000), b"\r\n".to_vec()];
    for _ in 0..10 {
        client.send(chunk.concat()).await;
    }
    client.send("1\r\nx\r\n").await;
    let answer = client.reply().await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.text(), format!("unreadable: the body is larger than {BODY_BYTES} bytes"));
}

#[tokio::test]
async fn a_body_of_exactly_the_bound_is_taken() {
    let trial = Trial::start().await;
    let body = vec![b'x'; usize::try_from(BODY_BYTES).unwrap()];
    assert_eq!(trial.ask(post("/length", "", &body)).await.text(), BODY_BYTES.to_string());
}

#[tokio::test]
async fn damaged_chunks_are_told_in_the_faces_own_words() {
    let trial = Trial::start().await;
    let head = format!("POST /echo HTTP/1.1\r\nHost: t\r\n{CHUNKED}\r\n");
    for rubbish in ["zz\r\n", "5\r\nhello!!", "fffffffffffffffffff\r\n", "-1\r\n"] {
        let answer = trial.ask(format!("{head}{rubbish}")).await;
        assert_eq!(answer.status, 400, "{rubbish}");
        assert_eq!(answer.text(), "unreadable: the body's chunks are damaged", "{rubbish}");
    }
}

#[tokio::test]
async fn a_body_cut_short_is_told_to_a_caller_that_still_listens() {
    use tokio::io::AsyncWriteExt as _;
    let trial = Trial::start().await;
    for request in [post_head("/echo", "", 10), post_head("/echo", GZIP, 10)] {
        let mut client = trial.connect().await;
        client.send(format!("{request}half")).await;
        client.stream().shutdown().await.unwrap();
        let answer = client.reply().await;
        assert_eq!(answer.status, 400);
        assert!(answer.text().starts_with("unreadable: the"), "{}", answer.text());
        client.ends().await;
    }
}

#[tokio::test]
async fn a_caller_may_close_its_side_and_still_read_its_reply() {
    use tokio::io::AsyncWriteExt as _;
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    client.send(post("/echo", "", b"hello")).await;
    client.stream().shutdown().await.unwrap();
    assert_eq!(client.reply().await.text(), "hello");
    client.ends().await;
}

#[tokio::test]
async fn compressed_bodies_are_decoded_with_a_length_and_chunked() {
    let trial = Trial::start().await;
    let body = noise(300_000);
    assert!(trial.ask(post("/echo", GZIP, &gzip(&body))).await.body == body);
    assert!(trial.ask(chunked("/echo", GZIP, &gzip(&body), 1_000)).await.body == body);
    let mut zlib = flate2::read::ZlibEncoder::new(&body[..], flate2::Compression::fast());
    let mut packed = Vec::new();
    std::io::Read::read_to_end(&mut zlib, &mut packed).unwrap();
    let answer = trial.ask(post("/echo", "Content-Encoding: deflate\r\n", &packed)).await;
    assert!(answer.body == body);
}

#[tokio::test]
async fn a_damaged_compressed_body_is_told_in_the_faces_own_words() {
    let trial = Trial::start().await;
    let mut packed = gzip(&noise(10_000));
    packed.truncate(5_000);
    let answer = trial.ask(post("/echo", GZIP, &packed)).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.text(), "unreadable: the compressed body is damaged");
}

/// The whole bomb would be 200 MB. The best of five shows the work and not the machine's load.
#[tokio::test]
async fn a_gzip_bomb_is_refused_without_being_unpacked() {
    let bomb = gzip(&vec![0; 200_000_000]);
    assert!(bomb.len() < 1_000_000, "the bomb itself passes the length check");
    let trial = Trial::start().await;
    let mut quickest = Duration::MAX;
    for _ in 0..5 {
        let began = std::time::Instant::now();
        let answer = trial.ask(post("/echo", GZIP, &bomb)).await;
        quickest = quickest.min(began.elapsed());
        assert_eq!(answer.status, 413);
        let words = "unreadable: the compressed body expands beyond the accepted ratio";
        assert_eq!(answer.text(), words);
    }
    assert!(quickest < Duration::from_millis(50), "{quickest:?}");
}

#[tokio::test]
async fn bodies_beyond_the_memory_budget_are_turned_away_and_later_ones_taken() {
    let trial = Trial::with(|config| {
        config.bounds.bodies_bytes = 1_000_000;
        config.times.budget = Duration::from_millis(50);
    })
    .await;
    let mut holder = trial.connect().await;
    holder.send(post("/slow", "", &vec![b'x'; 900_000])).await;
    trial.face.slow_began.acquire().await.unwrap().forget();

    let answer = trial.ask(post("/length", "", &vec![b'x'; 500_000])).await;
    assert_eq!(answer.status, 503);
    assert!(answer.text().starts_with("unreadable: the server holds as many bodies"));
    assert_eq!(answer.header("retry-after"), Some("2"));

    trial.face.slow_may_end.notify_one();
    assert_eq!(holder.reply().await.status, 200);
    assert_eq!(trial.ask(post("/length", "", &vec![b'x'; 500_000])).await.text(), "500000");
}

#[tokio::test]
async fn a_reply_is_compressed_for_who_asks_when_it_is_worth_it() {
    let trial = Trial::start().await;
    let body = b"<contact>many alike</contact>".repeat(200);
    let asks = "Accept-Encoding: gzip, deflate\r\n";
    let packed = trial.ask(post("/echo", asks, &body)).await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(packed.header("vary"), Some("Accept-Encoding"));
    assert!(packed.body.len() < body.len() / 4);
    assert!(gunzip(&packed.body) == body);

    let plain = [
        trial.ask(post("/echo", "", &body)).await,
        trial.ask(post("/echo", "Accept-Encoding: gzip;q=0\r\n", &body)).await,
        trial.ask(post("/echo", "Accept-Encoding: br\r\n", &body)).await,
        trial.ask(post("/echo", asks, b"short")).await,
    ];
    for answer in plain {
        assert_eq!(answer.header("content-encoding"), None);
    }
}
