//! What differences in XML are said to be; what is equal is in `tests/comparison`.

use std::time::{Duration, Instant};

use super::super::{Content, Difference, Rules, What, compare};

fn differences(expected: &str, found: &str) -> Vec<Difference> {
    by_rules("", expected, found)
}

fn by_rules(rules: &str, expected: &str, found: &str) -> Vec<Difference> {
    let rules: Rules = toml::from_str(rules).unwrap();
    let content = |text| Content { media_type: "text/xml", bytes: str::as_bytes(text) };
    compare(content(expected), content(found), &rules, None)
}

/// Path, what, expected, found of all differences, as one line each.
fn told(expected: &str, found: &str) -> Vec<String> {
    differences(expected, found).iter().map(ToString::to_string).collect()
}

#[test]
fn a_difference_names_its_place_and_both_values() {
    let expected = "<l><i><n>1</n></i><i><n>2</n><v a='x'>b</v></i></l>";
    let found = expected.replace("'x'", "'y'").replace(">b<", ">c<");
    assert_eq!(
        told(expected, &found),
        [
            "/l/i[2]/v/@a: the value differs; expected \"x\"; found \"y\"",
            "/l/i[2]/v: the value differs; expected \"b\"; found \"c\"",
        ]
    );
}

#[test]
fn a_subtree_in_a_wrong_namespace_is_one_difference() {
    let expected = "<a xmlns='urn:1'><b><c>1</c></b><b/></a>";
    assert_eq!(
        told(expected, &expected.replace("urn:1", "urn:2")),
        ["/a: the namespace differs; expected \"urn:1\"; found \"urn:2\""]
    );
    let found = "<a xmlns='urn:1'><b xmlns='urn:2'><c>2</c></b><b/></a>";
    assert_eq!(
        told(expected, found),
        [
            "/a/b[1]: the namespace differs; expected \"urn:1\"; found \"urn:2\"",
            "/a/b[1]/c: the value differs; expected \"1\"; found \"2\"",
        ]
    );
}

#[test]
fn two_that_stand_in_another_order_are_one_difference() {
    let expected = "<r><a>1</a><b>2</b><c>3</c><d>4</d></r>";
    assert_eq!(
        told(expected, "<r><a>1</a><c>3</c><b>2</b><d>4</d></r>"),
        ["/r/b: this stands in another place; expected \"behind a\"; found \"behind c\""]
    );
    assert_eq!(
        told(expected, "<r><d>4</d><c>3</c><b>2</b><a>1</a></r>").len(),
        3,
        "each but one has moved"
    );
    let many = "<r><a/><b/><c/><d/><e/><f/></r>";
    assert_eq!(
        told(many, "<r><f/><e/><d/><c/><b/><a/></r>"),
        ["/r: this stands in another place; expected \"a, b, c, d, e, f\"; \
          found \"f, e, d, c, b, a\""]
    );
}

#[test]
fn one_that_moved_and_changed_is_told_as_both() {
    let expected = "<r><a>1</a><b>2</b><c>3</c></r>";
    let told = told(expected, "<r><b>2</b><c>3</c><a>9</a></r>");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("/r/a: this stands in another place"), "{told:?}");
    assert_eq!(told[1], "/r/a: the value differs; expected \"1\"; found \"9\"");
}

#[test]
fn one_item_less_in_a_list_is_one_difference() {
    let item = |id: usize| format!("<i><id>{id}</id><name>n{id}</name></i>");
    let list =
        |ids: &[usize]| format!("<l>{}</l>", ids.iter().map(|id| item(*id)).collect::<String>());
    let missing = differences(&list(&[1, 2, 3, 4, 5]), &list(&[1, 3, 4, 5]));
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert_eq!((missing[0].path.as_str(), missing[0].what), ("/l/i[2]", What::Missing));
    let unexpected = differences(&list(&[1, 2]), &list(&[1, 7, 2]));
    assert_eq!(unexpected.len(), 1, "{unexpected:?}");
    assert_eq!((unexpected[0].path.as_str(), unexpected[0].what), ("/l/i[2]", What::Unexpected));
    let both = list(&[1, 2, 3]).replace("n3", "x");
    let both = differences(&both, &list(&[2, 3]));
    let paths: Vec<&str> = both.iter().map(|difference| difference.path.as_str()).collect();
    assert_eq!(paths, ["/l/i[1]", "/l/i[3]/name"]);
}

#[test]
fn a_renamed_element_is_one_difference() {
    assert_eq!(
        told("<r><a>1</a><b>2</b></r>", "<r><a>1</a><B>2</B></r>"),
        ["/r/b: the name differs; expected \"b\"; found \"B\""]
    );
    let other = differences("<r><a>1</a><b>2</b></r>", "<r><a>1</a><c>3</c></r>");
    let what: Vec<What> = other.iter().map(|difference| difference.what).collect();
    assert_eq!(what, [What::Missing, What::Unexpected]);
}

#[test]
fn what_is_nil_is_said_not_to_be_empty() {
    let nil = "<a xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'/>";
    let told_of = |one: &str, other: &str| {
        let found = differences(one, other);
        assert_eq!((found.len(), found[0].what), (1, What::Nil));
        (found[0].expected.clone().unwrap(), found[0].found.clone().unwrap())
    };
    assert_eq!(told_of(nil, "<a/>"), ("nil".to_owned(), "empty".to_owned()));
    assert_eq!(told_of("<a>x</a>", nil), ("x".to_owned(), "nil".to_owned()));
}

#[test]
fn differences_beyond_the_limit_are_counted() {
    let items: Vec<String> = (0..100).map(|n| format!("<i{n}>1</i{n}>")).collect();
    let expected = format!("<l>{}</l>", items.concat());
    let found = by_rules("most = 10", &expected, &expected.replace(">1<", ">2<"));
    assert_eq!(found.len(), 11);
    assert_eq!((found[10].what, found[10].found.as_deref()), (What::More, Some("90")));
}

#[test]
fn a_rule_that_met_nothing_is_reported_when_that_is_wished() {
    let rules = "ignore = [\"/a/b\", \"/a/z\"]";
    assert_eq!(by_rules(rules, "<a><b>1</b></a>", "<a><b>2</b></a>"), []);
    let rules = format!("{rules}\nreport_unused = true");
    let found = by_rules(&rules, "<a><b>1</b></a>", "<a><b>1</b></a>");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].path.as_str(), found[0].what), ("/a/z", What::UnusedRule));
}

#[test]
fn a_document_that_cannot_be_read_is_never_equal() {
    let kind = |expected, found| differences(expected, found).first().map(|found| found.what);
    assert_eq!(kind("<a/>", "<a>"), Some(What::Malformed));
    assert_eq!(kind("<a/>", "<!DOCTYPE a><a/>"), Some(What::Malformed));
    assert_eq!(kind("<a/>", ""), Some(What::Missing));
    assert_eq!(kind("", "<a/>"), Some(What::Unexpected));
    let as_text: Vec<What> = differences("<a>", "<a/>").iter().map(|found| found.what).collect();
    assert_eq!(as_text, [What::Malformed, What::Value]);
    assert_eq!(kind("<a>", "<a>"), None);
    assert_eq!(kind("<a>&#x1f;</a>", "<a/>"), Some(What::Value));
}

#[test]
fn a_path_leads_through_a_document_inside_a_text() {
    let inner = "<r><v>1</v></r>";
    let escaped = inner.replace('<', "&lt;");
    let expected = format!("<a><b>{escaped}</b></a>");
    let found = "<a><b><![CDATA[<r>\n<v>2</v>\n</r>]]></b></a>".to_string();
    assert_eq!(
        told(&expected, &found),
        ["/a/b/text()/r/v: the value differs; expected \"1\"; found \"2\""]
    );
    assert_eq!(by_rules("ignore = [\"/a/b/text()/r/v\"]", &expected, &found), []);
    let apart = by_rules("embedded = false", &expected, &found);
    assert_eq!((apart[0].path.as_str(), apart[0].what), ("/a/b", What::Value));
}

#[test]
fn a_reported_path_given_to_ignore_silences_the_difference() {
    let expected = "<l><i k='1'><v>1</v><w/></i><i k='2'><v>2</v></i><p>a<q/>b</p></l>";
    let found = "<l><i k='1'><v>9</v></i><i k='3'><v>2</v></i><p>a<q/>c</p></l>";
    let paths: Vec<String> =
        differences(expected, found).into_iter().map(|difference| difference.path).collect();
    assert_eq!(paths, ["/l/i[1]/v", "/l/i[1]/w", "/l/i[2]/@k", "/l/p/text()[2]"]);
    let rules = toml::to_string(&Rules {
        ignore: paths.iter().map(|path| path.parse().unwrap()).collect(),
        ..Rules::default()
    });
    assert_eq!(by_rules(&rules.unwrap(), expected, found), []);
}

#[test]
fn rules_that_are_not_understood_are_refused() {
    for bad in
        ["ignroe = []", "ignore = [\"a\"]", "whitespace = \"some\"", "types = { \"/a\" = \"x\" }"]
    {
        assert!(toml::from_str::<Rules>(bad).is_err(), "{bad}");
    }
}

#[test]
fn debug_and_differences_show_no_value() {
    let found = differences("<a>ann@b.example</a>", "<a>bob@b.example</a>");
    assert!(!format!("{found:?}").contains("b.example"));
}

/// Lists of records that differ in every way that costs most to find out.
fn hostile_lists() -> Vec<(String, String)> {
    let list = |items: &mut dyn Iterator<Item = usize>, inner: &str| {
        let items: Vec<String> = items.map(|n| format!("<i>{inner}<v>{n}</v></i>")).collect();
        format!("<l>{}</l>", items.concat())
    };
    let same = "<a><b><c>x</c></b></a>".repeat(5);
    let deep = format!("{}{}", "<d>".repeat(90), "</d>".repeat(90));
    vec![
        (list(&mut (0..2_000), ""), list(&mut (2_000..4_000), "")),
        (list(&mut (0..200), &same), list(&mut (500..700), &same)),
        (list(&mut (0..1_000), ""), list(&mut (0..1_000).rev(), "")),
        (list(&mut (0..300), &deep), list(&mut (1..301), &deep)),
        (list(&mut (0..1), ""), list(&mut (0..2_000), "")),
    ]
}

#[test]
fn no_pair_of_lists_costs_more_than_it_is_granted() {
    for (number, (expected, found)) in hostile_lists().into_iter().enumerate() {
        for rules in ["", "unordered = [\"/l\"]", "ignore = [\"/**/x/**/y/**/z\", \"/**/i[7]/**\"]"]
        {
            let before = Instant::now();
            let differences = by_rules(rules, &expected, &found);
            let took = before.elapsed();
            let is_same_set = number == 2 && rules.starts_with("unordered");
            assert_eq!(differences.is_empty(), is_same_set, "{number} {rules}");
            assert!(differences.len() <= 52, "{number} {rules}");
            assert!(took < Duration::from_secs(60), "{number} {rules}: {took:?}");
        }
    }
}

#[test]
fn nested_lists_are_aligned_once_at_each_level() {
    // Were every trial to try what is in it again, this would never end.
    let nested = |leaf: &str| {
        (0..40).fold(format!("<v>{leaf}</v>"), |inner, _| format!("<i><k/>{inner}<k/></i>"))
    };
    let found = differences(&nested("1"), &nested("2"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].what, What::Value);
}

#[test]
fn documents_in_texts_are_followed_only_so_deep() {
    let wrapped = |inner: &str, times: usize| {
        (0..times).fold(inner.to_owned(), |inner, _| {
            format!("<a>{}</a>", inner.replace('&', "&amp;").replace('<', "&lt;"))
        })
    };
    let paths = |times| {
        let found = differences(&wrapped("<v>1</v>", times), &wrapped("<v>2</v>", times));
        found.into_iter().map(|found| found.path).collect::<Vec<_>>()
    };
    assert_eq!(paths(2), ["/a/text()/a/text()/v"]);
    assert_eq!(paths(8), [format!("/a{}", "/text()/a".repeat(4))]);
}
