//! Whole bodies, damaged ones, and bombs, in each coding.

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use bytes::Bytes;
use bzip2::write::BzEncoder;
use std::io::Write as _;

use super::*;
use crate::protocol::http::BodyBounds;

const BOUNDS: BodyBounds = BodyBounds { decoded: 1_000_000, ratio: 100 };

fn inflate(coding: Coding, wire: &[u8], bounds: BodyBounds) -> Result<Bytes, BodyError> {
    let mut inflater = Inflater::new(coding, bounds);
    let mut rest = wire;
    while !rest.is_empty() {
        let used = inflater.piece(rest)?;
        rest = &rest[used..];
    }
    inflater.finish()
}

fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0] & 0x3f
    })
    .take(length)
    .collect()
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn gzip_zlib_and_bare_deflate_all_come_back_whole() {
    let plain = noise(200_000);
    assert_eq!(inflate(Coding::Gzip, &gzip(&plain), BOUNDS).unwrap(), plain);
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(&plain).unwrap();
    assert_eq!(inflate(Coding::Deflate, &zlib.finish().unwrap(), BOUNDS).unwrap(), plain);
    let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
    bare.write_all(&plain).unwrap();
    assert_eq!(inflate(Coding::Deflate, &bare.finish().unwrap(), BOUNDS).unwrap(), plain);
}

#[test]
fn two_gzip_members_are_one_body() {
    let mut wire = gzip(b"first, ");
    wire.extend(gzip(b"second"));
    assert_eq!(inflate(Coding::Gzip, &wire, BOUNDS).unwrap(), b"first, second"[..]);
}

#[test]
fn a_gzip_body_cut_short_is_damaged_at_every_length() {
    let wire = gzip(&noise(5_000));
    for length in 1..wire.len() {
        let outcome = inflate(Coding::Gzip, &wire[..length], BOUNDS);
        assert_eq!(outcome, Err(BodyError::BadCompression), "cut at {length}");
    }
}

#[test]
fn what_is_not_compressed_at_all_is_damaged() {
    let outcome = inflate(Coding::Gzip, b"<?xml version=\"1.0\"?><a/>", BOUNDS);
    assert_eq!(outcome, Err(BodyError::BadCompression));
}

#[test]
fn a_bomb_is_refused_by_ratio_before_its_bound() {
    let bomb = gzip(&vec![0; 900_000]);
    assert_eq!(inflate(Coding::Gzip, &bomb, BOUNDS), Err(BodyError::RatioExceeded));
}

#[test]
fn a_body_past_the_absolute_bound_is_too_large_whatever_its_ratio() {
    let wire = gzip(&noise(1_000_001));
    let outcome = inflate(Coding::Gzip, &wire, BOUNDS);
    assert_eq!(outcome, Err(BodyError::TooLarge { limit: 1_000_000 }));
}

#[test]
fn codings_are_read_without_regard_to_case_and_twice_compressed_is_refused() {
    let coding = |text: &str| {
        let mut headers = http::HeaderMap::new();
        headers.insert(http::header::CONTENT_ENCODING, text.parse().unwrap());
        Coding::of(headers.get_all(http::header::CONTENT_ENCODING))
    };
    assert_eq!(coding("GZip"), Ok(Coding::Gzip));
    assert_eq!(coding("identity, x-gzip"), Ok(Coding::Gzip));
    assert_eq!(coding("gzip, gzip"), Err(BodyError::UnsupportedEncoding));
    assert_eq!(coding("br"), Err(BodyError::UnsupportedEncoding));
}

fn bzip2(plain: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn bunzip(wire: &[u8]) -> Result<Bytes, BodyError> {
    inflate(Coding::Bzip2, wire, BOUNDS)
}

#[test]
fn bzip2_is_read_and_what_follows_it_passed_over() {
    let plain = b"api_key=1&data[0][0]=a%40b.example".repeat(200);
    let mut wire = bzip2(&plain);
    assert_eq!(bunzip(&wire).unwrap(), plain);
    wire.extend_from_slice(b"rubbish");
    assert_eq!(bunzip(&wire).unwrap(), plain);
    assert_eq!(bunzip(b"").unwrap(), "");
    assert_eq!(bunzip(&bzip2(b"")).unwrap(), "");
}

#[test]
fn damaged_bzip2_and_what_is_cut_short_are_refused() {
    let mut wire = bzip2(&b"abc".repeat(500));
    let cut = &wire[..wire.len() - 3];
    assert_eq!(bunzip(cut), Err(BodyError::BadCompression));
    wire[12] ^= 0x55;
    assert_eq!(bunzip(&wire), Err(BodyError::BadCompression));
    assert_eq!(bunzip(b"api_key=1"), Err(BodyError::BadCompression));
}

#[test]
fn a_bzip2_bomb_is_refused_while_it_is_decoded() {
    let zeros = bzip2(&vec![0; 20_000_000]);
    assert!(zeros.len() < 1_000);
    assert_eq!(bunzip(&zeros), Err(BodyError::RatioExceeded));
    assert_eq!(bunzip(&bzip2(&noise(2_000_000))), Err(BodyError::TooLarge { limit: 1_000_000 }));
}
