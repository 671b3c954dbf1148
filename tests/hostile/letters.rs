//! Letters: headers within headers, templates that run for ever or run programs.

use super::case::{Case, Expected, Form, answered, refused};
use super::gateway::{Gateway, empower, get};
use super::make::{each, form};
use super::support::lychgate;
use super::wire::Reply;

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    let mut cases = headers(gateway);
    cases.extend(templates(gateway));
    cases
}

/// Every line of the newest letter's head, as a mail program would read it.
fn newest_head(gateway: &Gateway) -> Result<Vec<String>, String> {
    let run = |arguments: &[&str]| {
        let server = format!("http://{}", gateway.authority);
        let place = ["--server", server.as_str()];
        let mut command = lychgate(&[&["outbox"], arguments, &place].concat());
        let output = command.env("LYCHGATE_ADMIN_TOKEN", &gateway.admin_token).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap()).ok_or(error)
    };
    let bearer = format!("Bearer {}", gateway.admin_token);
    let listed = gateway.ask(&get("/_lychgate/outbox?account=demo&limit=1", &bearer))?;
    let listed: serde_json::Value = serde_json::from_slice(&listed.body).unwrap();
    let id = listed["messages"][0]["id"].to_string();
    let letter = run(&["show", "demo", &id, "--eml"])?;
    let (head, _) = letter.split_once("\r\n\r\n").ok_or("a letter without a head")?;
    Ok(head.split("\r\n").map(str::to_owned).collect())
}

/// No header of the newest letter is one that the caller made up.
fn has_no_made_up_header(gateway: &Gateway, _: &Reply) -> Result<(), String> {
    let head = newest_head(gateway)?;
    let is_made_up = |line: &&String| {
        let line = line.to_ascii_lowercase();
        line.starts_with("bcc:") || line.starts_with("x-evil") || line.contains(['\r', '\n'])
    };
    match head.iter().find(is_made_up) {
        Some(line) => Err(format!("the letter has a header of the caller's: {line:?}")),
        None => Ok(()),
    }
}

fn headers(gateway: &Gateway) -> Vec<Case> {
    const EVIL: &str = "Order\r\nBcc: all@b.example\r\nX-Evil: 1";
    let letter = |changed: (&str, &str)| {
        let mut pairs = vec![
            ("email", "ann@letters.example"),
            ("sender_name", "Shop"),
            ("sender_email", "shop@b.example"),
            ("subject", "Order"),
            ("body", "<p>Thanks</p>"),
            ("list_id", "3"),
        ];
        match pairs.iter_mut().find(|(name, _)| *name == changed.0) {
            Some(pair) => *pair = changed,
            None => pairs.push(changed),
        }
        gateway.selzy("sendEmail", "", form(&pairs))
    };
    let sent = || answered("\"result\"");
    let invalid = || refused(Form::Selzy, 200, "invalid");
    let selzy: Vec<(&str, (&str, &str), Expected)> = vec![
        ("a subject with headers", ("subject", EVIL), sent()),
        ("a sender's name with headers", ("sender_name", EVIL), sent()),
        (
            "a sender's address with headers",
            ("sender_email", "shop@b.example\r\nBcc: all@b.example"),
            invalid(),
        ),
        (
            "a recipient with headers",
            ("email", "ann@letters.example\r\nBcc: all@b.example"),
            invalid(),
        ),
        ("a recipient that is two", ("email", "ann@letters.example, all@b.example"), answered("")),
        ("a file's name with headers", ("attachments[a\"\r\nX-Evil: 1.txt]", "text"), sent()),
        ("a file's name that is a path", ("attachments[../../../etc/cron.d/evil]", "text"), sent()),
        ("headers of its own", ("headers", "Bcc: all@b.example"), answered("")),
    ];
    let why = "sends the letter to whom its sender does not name";
    let mut cases: Vec<Case> = selzy
        .into_iter()
        .map(|(name, changed, expected)| {
            let case = Case::new(name, why, Form::Selzy, letter(changed), expected);
            case.then(has_no_made_up_header)
        })
        .collect();
    let evil = "Order\\r\\nBcc: all@b.example\\r\\nX-Evil: 1";
    for (name, member, value) in [
        ("a subject in JSON with headers", "subject", format!("\"{evil}\"")),
        (
            "an address in JSON with headers",
            "fromAddress",
            "\"shop@b.example\\r\\nBcc: all@b.example\"".to_owned(),
        ),
        (
            "a copy in JSON with headers",
            "ccAddresses",
            "[\"a@b.example\\r\\nBcc: all@b.example\"]".to_owned(),
        ),
    ] {
        let mut letter = serde_json::json!({
            "toAddresses": ["ann@letters.example"], "subject": "Order",
            "fromAddress": "shop@b.example", "htmlContent": "<p>Thanks</p>", "plainTextContent": "Thanks",
        });
        letter[member] = serde_json::from_str(&value).unwrap();
        let wire = gateway.rest("/v2/email", "application/json", letter.to_string());
        let expected = if member == "subject" {
            answered("")
        } else {
            refused(Form::RestJson, 400, "ERROR_PARAMETER_INVALID")
        };
        cases
            .push(Case::new(name, why, Form::RestJson, wire, expected).then(has_no_made_up_header));
    }
    cases
}

fn templates(gateway: &Gateway) -> Vec<Case> {
    let sent = || answered("Sent Transaction");
    let too_long = || refused(Form::Empower, 200, "the text is longer than 1048576 bytes");
    let items = each(100, |n| format!("<item><sku>{n}</sku></item>"));
    let nested = |depth: usize| {
        format!(
            "{}{{$a}}{}",
            "{foreach from=$items item=a}".repeat(depth),
            "{/foreach}".repeat(depth)
        )
    };
    let bomb = "runs for ever, or writes for ever";
    let code = "runs a program, or reads a file";
    let stays = |says: &'static str| {
        move |gateway: &Gateway, _: &Reply| {
            let bearer = format!("Bearer {}", gateway.admin_token);
            let ask = |path: &str| gateway.ask(&get(path, &bearer));
            let listed = ask("/_lychgate/outbox?account=demo&limit=1")?;
            let listed: serde_json::Value = serde_json::from_slice(&listed.body).unwrap();
            let id = &listed["messages"][0]["id"];
            let letter = ask(&format!("/_lychgate/outbox/{id}?account=demo"))?.text();
            let fits = letter.contains(says) && !letter.contains("root:");
            fits.then_some(()).ok_or_else(|| format!("the letter does not say {says:?}: {letter}"))
        }
    };
    let rows: Vec<(&str, &'static str, String, Expected, Option<&'static str>)> = vec![
        ("eight loops of a hundred", bomb, nested(8), too_long(), None),
        ("a hundred loops", bomb, nested(100), too_long(), None),
        (
            "a section of a thousand million",
            bomb,
            "{section name=i loop=999999999}x{/section}".into(),
            too_long(),
            None,
        ),
        (
            "a section with a step of nought",
            bomb,
            "{section name=i loop=10 step=0}x{/section}".into(),
            sent(),
            None,
        ),
        (
            "a section backwards",
            bomb,
            "{section name=i loop=-5 start=-999999999 step=-1}x{/section}".into(),
            sent(),
            None,
        ),
        (
            "a thousand indents",
            bomb,
            format!("{{$name{}}}", "|indent:99999999".repeat(50)),
            too_long(),
            None,
        ),
        (
            "a format of a thousand million",
            bomb,
            "{$name|string_format:\"%999999999d\"}".into(),
            sent(),
            None,
        ),
        (
            "a pattern that tries for ever",
            bomb,
            "{$name|regex_replace:\"/^(a+)+$/e\":\"b\"}".into(),
            sent(),
            None,
        ),
        (
            "a replacement of nothing",
            bomb,
            "{$name|replace:\"\":\"xxxxxxxxxx\"}".into(),
            sent(),
            None,
        ),
        (
            "a replacement that doubles",
            bomb,
            format!("{{$name{}}}", "|replace:\"a\":\"aa\"".repeat(60)),
            too_long(),
            None,
        ),
        ("wrapped at nought", bomb, "{$name|wordwrap:0:\"x\":true}".into(), sent(), None),
        ("cut at less than nothing", bomb, "{$name|truncate:-5}".into(), sent(), None),
        ("10,000 conditions", bomb, "{if $a}".repeat(10_000), sent(), None),
        (
            "a thousand parentheses",
            bomb,
            format!("{{if {}1{}}}a{{/if}}", "(".repeat(1_000), ")".repeat(1_000)),
            sent(),
            None,
        ),
        ("a megabyte of braces", bomb, "{".repeat(1 << 20), answered(""), None),
        ("a comment without an end", bomb, "{* comment".into(), sent(), None),
        ("a literal without an end", bomb, "{literal}{$name}".into(), sent(), None),
        ("PHP", code, "{php}system('id');{/php}".into(), sent(), Some("")),
        (
            "a file of the server",
            code,
            "{include file=\"/etc/passwd\"}{fetch file=\"/etc/passwd\"}".into(),
            sent(),
            Some("{include"),
        ),
        (
            "the environment",
            code,
            "{$smarty.env.PATH}{$smarty.server.HTTP_HOST}{$smarty.get.x}".into(),
            sent(),
            None,
        ),
        (
            "a function of PHP",
            code,
            "{$name|system}{$name|file_get_contents}{'/etc/passwd'|file_get_contents}".into(),
            sent(),
            None,
        ),
        (
            "an evaluation",
            code,
            "{eval var=$name}{math equation=\"system('id')\"}".into(),
            sent(),
            Some("{eval"),
        ),
    ];
    rows.into_iter()
        .map(|(name, why, template, expected, says)| {
            let id = inserted(gateway, &template);
            let arguments = format!(
                "<email>ann@letters.example</email><template_id>{id}</template_id>\
                 <name>{}</name><items>{items}</items>",
                "a".repeat(40)
            );
            let call = gateway.api("transactional.sendTransaction", &arguments);
            let wire = empower("text/xml", call);
            let case = Case::new(format!("a template: {name}"), why, Form::Empower, wire, expected);
            let cpu = case.most_cpu * 8;
            let bytes = case.most_bytes;
            let case = case.costing(cpu, bytes);
            match says {
                Some(says) => case.then(stays(says)),
                None => case,
            }
        })
        .collect()
}

/// The number of a new template with this text.
fn inserted(gateway: &Gateway, html: &str) -> String {
    let html = html.replace("]]>", "");
    let call = gateway.api(
        "transactional.insertTemplate",
        &format!(
            "<subject>Order</subject><from_description>Shop</from_description>\
             <from_email>shop@b.example</from_email><reply_email>help@b.example</reply_email>\
             <template_data><html><![CDATA[{html}]]></html><plain>Hi</plain></template_data>"
        ),
    );
    let reply = gateway.ask(&empower("text/xml", call)).unwrap().text();
    let id = reply.split("<template_id><![CDATA[").nth(1).and_then(|rest| rest.split(']').next());
    id.unwrap_or_else(|| panic!("no template was made: {reply}")).to_owned()
}
