use std::time::Instant;

use proptest::prelude::*;

use super::*;

fn list(texts: &[&str]) -> Value {
    Value::list(texts.iter().map(|text| ("item".to_owned(), Value::text(*text))).collect())
}

fn product(name: &str, price: &str) -> Value {
    let member = |name: &str, value: &str| (name.to_owned(), Value::text(value));
    Value::list(vec![member("name", name), member("price", price)])
}

fn surroundings() -> Surroundings {
    let zone = TimeZone::get("America/Los_Angeles").unwrap();
    let mut all = Surroundings::new("2026-01-02T20:00:00Z".parse().unwrap(), zone);
    all.assign("name", Value::text("Jo <Ann>"));
    all.assign("COUNT", Value::text("3"));
    all.assign("zero", Value::text("0"));
    all.assign("colors", list(&["red", "green", "blue"]));
    let products = [("item", product("Hat", "9.5")), ("item", product("Shoe", "1234.567"))];
    let products = products.map(|(key, value)| (key.to_owned(), value)).to_vec();
    all.assign("products", Value::list(products));
    all.assign("buyer", product("Jo", "7"));
    all
}

fn rendered(template: &str) -> String {
    render(template, &surroundings()).unwrap()
}

fn check(cases: &[(&str, &str)]) {
    for (template, expected) in cases {
        assert_eq!(rendered(template), *expected, "{template}");
    }
}

#[test]
fn variables_are_put_in_unescaped_and_unknown_ones_are_empty() {
    check(&[
        ("Hi {$name}!", "Hi Jo <Ann>!"),
        ("Hi { $name }!", "Hi Jo <Ann>!"),
        ("{$Name}{$count}", "Jo <Ann>3"),
        ("[{$unknown}{$unknown.member}{$unknown[0].x}]", "[]"),
        ("{$buyer.name}/{$buyer->price}/{$buyer.none}", "Jo/7/"),
        ("{$colors[0]} {$colors[2]} {$colors[3]}{$colors.1}", "red blue green"),
        ("{$products[1].name} {$products.item[0].name}", "Shoe Hat"),
        ("{$colors}", "Array"),
        ("{$count+1} {$count*2-1} {$count/2} {$count%2}", "4 5 1.5 1"),
    ]);
}

#[test]
fn what_is_no_tag_stays_as_it_stands() {
    for text in [
        "p { color: red; }\nb {}",
        "if (a) { b(); }",
        "{unknown tag=1}",
        "{$name|no_such_modifier}",
        "{$name->method()}",
        "{include file=\"/etc/passwd\"}",
        "{fetch file='http://127.0.0.1/'}",
        "{$}",
        "{/if}",
        "{else}",
        "{ {",
        "} } {*",
        "{if}",
        "{literal}",
    ] {
        assert_eq!(rendered(text), text);
    }
    assert_eq!(rendered("a { b {$count} } c"), "a { b 3 } c");
}

#[test]
fn comments_and_code_go_and_literals_stay() {
    check(&[
        ("a{* {$name} } *}b", "ab"),
        ("{literal}p { x: {$name} }{/literal}", "p { x: {$name} }"),
        ("a{php} echo 1; {/php}b", "ab"),
        ("{ldelim}{rdelim}{$smarty.ldelim}", "{}{"),
        ("{strip}\n  <b>\n    x\n  </b>\n{/strip}", "<b>x</b>"),
        ("{$smarty.server.SERVER_NAME}{$smarty.env.PATH}{$smarty.const.X}", ""),
    ]);
}

#[test]
fn modifiers_do_what_those_of_smarty_do() {
    check(&[
        ("{$unknown|default:\"friend\"}", "friend"),
        ("{$unknown|default:$buyer.name|upper}", "JO"),
        ("{$zero|default:'x'}", "0"),
        ("{$name|escape}", "Jo &lt;Ann&gt;"),
        ("{$name|escape:'url'}", "Jo%20%3CAnn%3E"),
        ("{$name|escape:\"javascript\"|lower}", "jo <ann>"),
        ("{'hello big world'|capitalize}", "Hello Big World"),
        ("{'a'|cat:\"b$count\"}", "ab3"),
        ("{\"`$buyer.name` has $zero of $colors[1]\"}", "Jo has 0 of green"),
        ("{$colors|@count} {$colors|count}", "3 3"),
        ("{$colors|@implode:', '}", "red, green, blue"),
        ("{$products[1].price|string_format:\"%.2f\"}", "1234.57"),
        ("{$products[1].price|number_format:2}", "1,234.57"),
        ("{7|string_format:'%03d'}", "007"),
        ("{'one two three'|truncate:10}", "one two..."),
        ("{'one two three'|truncate:6:'':true}", "one tw"),
        ("{'a b'|replace:' ':'-'}{'ab'|spacify:'.'}", "a-ba.b"),
        ("{\"a\\nb\"|nl2br}", "a<br />\nb"),
        ("{'<b>x</b>'|strip_tags:false}", "x"),
        ("{'a   b'|strip}", "a b"),
        ("{'aaa bbb ccc'|wordwrap:7:'|'}", "aaa bbb |ccc"),
        ("{'Two. Words.'|count_words}{'Two. Words.'|count_sentences}", "22"),
    ]);
}

#[test]
fn dates_are_shown_in_the_zone_of_the_surroundings() {
    check(&[
        ("{$smarty.now|date_format:'%Y-%m-%d %H:%M'}", "2026-01-02 12:00"),
        ("{'2026-03-04'|date_format}", "Mar  4, 2026"),
        ("{'2026-03-04 05:06:07'|date_format:'%H.%M'}", "05.06"),
        ("{'20260304050607'|date_format:'%d/%m/%y'}", "04/03/26"),
        ("{$unknown|date_format:'%Y'}{'soon'|date_format:'%Y'}", "soon"),
        ("{$smarty.now|date_format:'%999999999d'}", "1767384000"),
    ]);
}

#[test]
fn conditions_compare_as_php_does() {
    for (condition, holds) in [
        ("$name", true),
        ("$unknown", false),
        ("$zero", false),
        ("not $zero", true),
        ("!$unknown && $name", true),
        ("$unknown or $zero", false),
        ("$count eq 3 and $count neq '4'", true),
        ("$count == '3.0'", true),
        ("$count gt 2 && $count lte 3", true),
        ("$count GE 4", false),
        ("($unknown || $name) and $count != 0", true),
        ("$buyer.name eq \"Jo\"", true),
        ("$count is odd", true),
        ("$count is not even", true),
        ("6 is div by 3", true),
        ("4 is even by 2", true),
        ("$count mod 2 == 1", true),
        ("isset($unknown)", false),
        ("empty($unknown) and !empty($name)", true),
        ("count($colors) == 3", true),
        ("$colors|@count > 2", true),
        ("in_array('red', $colors)", true),
        ("$zero === '0'", true),
        ("$zero === 0", false),
        ("$unknown == ''", true),
        ("true", true),
    ] {
        let text = rendered(&format!("{{if {condition}}}yes{{else}}no{{/if}}"));
        assert_eq!(text, if holds { "yes" } else { "no" }, "{condition}");
    }
    let branches = "{if $count == 1}one{elseif $count == 3}three{else}other{/if}";
    assert_eq!(rendered(branches), "three");
    assert_eq!(rendered("{if $name}a{if $zero}b{/if}c"), "ac");
}

#[test]
fn lists_are_walked_by_foreach_and_section() {
    check(&[
        ("{foreach from=$colors item=c}{$c},{/foreach}", "red,green,blue,"),
        ("{foreach from=$colors item=c key=k}{$k}{$c}{/foreach}", "0red1green2blue"),
        ("{foreach from=$buyer key=k item=v}{$k}={$v};{/foreach}", "name=Jo;price=7;"),
        ("{foreach from=$unknown item=c}{$c}{foreachelse}none{/foreach}", "none"),
        ("{foreach from=$name item=c}[{$c}]{/foreach}", "[Jo <Ann>]"),
        (
            "{foreach from=$colors item=c name=f}{$c}{if !$smarty.foreach.f.last}, {/if}{/foreach}",
            "red, green, blue",
        ),
        ("{section name=i loop=$products}{$products[i].name} {/section}", "Hat Shoe "),
        ("{section name=i loop=$colors start=1 step=1 max=1}{$colors[i]}{/section}", "green"),
        ("{section name=n loop=3}{$smarty.section.n.iteration}{/section}", "123"),
        ("{section name=n loop=$none}x{sectionelse}none{/section}", "none"),
        ("{section name=i loop=$colors}{cycle values='a,b'}{/section}", "aba"),
        ("{assign var=x value=$count+1}{$x}", "4"),
        ("{capture name=c}{$count}!{/capture}{$smarty.capture.c}{$smarty.capture.c}", "3!3!"),
    ]);
}

#[test]
fn the_line_break_behind_a_block_goes_with_it() {
    let template = "Items:\n{foreach from=$colors item=c}\n- {$c}\n{/foreach}\nEnd {$count}\n.";
    assert_eq!(rendered(template), "Items:\n- red\n- green\n- blue\nEnd 3\n.");
}

#[test]
fn endless_output_and_endless_work_are_refused() {
    let deep = "{section name=a loop=99999}".repeat(4) + &"x".repeat(100);
    let idle = "{section name=a loop=999999999}{/section}";
    let doubling = "{assign var=a value='xxxxxxxxxxxxxxxx'}".to_owned()
        + &"{assign var=a value=\"$a$a\"}".repeat(40)
        + "{$a}";
    let widening = "{assign var=a value='aaaaaaaa'|indent:99999999}";
    for template in [&*deep, idle, &doubling, widening] {
        assert_eq!(render(template, &surroundings()), Err(Overflow), "{template}");
    }
}

#[test]
fn hostile_nesting_and_braces_are_rendered_in_short_time() {
    let begun = Instant::now();
    for part in [
        "{",
        "}",
        "{*",
        "{literal}",
        "{if $a}",
        "{foreach from=$a item=b}",
        "{if (",
        "{$a|upper",
        "{$a|",
        "{\"",
        "{$a[",
        "{if !",
        "{assign var=x value=\"",
        "((",
        "{/if}",
        "{capture}",
    ] {
        let template = part.repeat(MAX_OUTPUT_BYTES / part.len() / 4);
        drop(render(&template, &surroundings()));
        drop(render(&format!("{template}}}"), &surroundings()));
        drop(render(&format!("{{if {}}}", "!(".repeat(100_000)), &surroundings()));
    }
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

/// Texts that look like templates.
fn template() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "\\PC{0,6}",
        Just("{$name}".to_owned()),
        Just("{$colors[i].x}".to_owned()),
        Just("{foreach from=$colors item=c}".to_owned()),
        Just("{/foreach}".to_owned()),
        Just("{section name=i loop=$products}".to_owned()),
        Just("{/section}".to_owned()),
        Just("{else}".to_owned()),
        Just("{/if}".to_owned()),
        Just("{literal}".to_owned()),
        Just("{/literal}".to_owned()),
        "\\{if [$a-z0-9 |!()=<>&\"']{0,20}\\}",
        "\\{[$a-z0-9 .|:!@\\[\\]()=<>&\"'`+*/%-]{0,30}\\}",
        "\\{\\$name\\|[a-z0-9_]{3,12}(:[0-9'a\"]{0,9}){0,3}\\}",
    ];
    prop::collection::vec(part, 0..30).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_template_is_rendered_within_the_bound_or_refused(template in template()) {
        if let Ok(text) = render(&template, &surroundings()) {
            prop_assert!(text.len() <= MAX_OUTPUT_BYTES);
        }
    }

    #[test]
    fn a_text_without_braces_stays_as_it_is(text in "[^{}]{0,200}") {
        prop_assert_eq!(rendered(&text), text);
    }

    #[test]
    fn a_value_is_shown_as_it_was_given(value in "\\PC{0,50}") {
        let mut all = surroundings();
        all.assign("v", Value::text(value.as_str()));
        prop_assert_eq!(render("{$v}", &all).unwrap(), value);
    }
}
