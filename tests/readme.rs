//! The README's tables are what the program does.

#[cfg(test)]
mod tests {
    use lychgate::config::{Config, SECTIONS};
    use lychgate::domain::import::Reason;
    use lychgate::faces::dotdigital_rest::operations::all as rest_operations;
    use lychgate::faces::dotdigital_rest::quirks::QUIRKS as REST_QUIRKS;
    use lychgate::faces::dotdigital_soap::operations::OPERATIONS;
    use lychgate::faces::dotdigital_soap::quirks::QUIRKS;
    use lychgate::faces::empower::methods::METHODS;
    use lychgate::faces::empower::quirks::QUIRKS as EMPOWER_QUIRKS;
    use lychgate::faces::quirk::Quirk;
    use lychgate::faces::selzy::methods::all as selzy_methods;
    use lychgate::faces::selzy::quirks::QUIRKS as SELZY_QUIRKS;
    use lychgate::faces::which50::operations::OPERATIONS as WHICH50_OPERATIONS;
    use lychgate::faces::which50::quirks::QUIRKS as WHICH50_QUIRKS;

    const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

    /// Holds the table called `name` against `expected`; writes it when `UPDATE_README` is set.
    fn table_is(name: &str, expected: &str) {
        let text = std::fs::read_to_string(README).unwrap();
        let (before, rest) = text.split_once(&format!("<!-- {name}:")).unwrap();
        let (marker, rest) = rest.split_once('\n').unwrap();
        let end = format!("<!-- end of {name} -->");
        let (there, after) = rest.split_once(&end).unwrap();
        if std::env::var_os("UPDATE_README").is_some() {
            let updated = format!("{before}<!-- {name}:{marker}\n\n{expected}\n{end}{after}");
            std::fs::write(README, updated).unwrap();
            return;
        }
        assert_eq!(there.trim(), expected.trim(), "the README's {name} are out of date");
    }

    fn table(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let owned =
            |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let mut text = line(&owned(headings));
        text.push_str(&line(&vec!["---".to_owned(); headings.len()]));
        for row in rows {
            text.push_str(&line(&row));
        }
        text
    }

    #[test]
    fn the_tables_of_the_readme_are_what_the_program_does() {
        // One test, so that an update writes the file from one thread.
        table_is("operations", &operations());
        table_is("reasons", &reasons());
        table_is("quirks", &quirks(QUIRKS));
        table_is("methods", &methods());
        table_is("Empower quirks", &quirks(EMPOWER_QUIRKS));
        table_is("REST operations", &operations_over_rest());
        table_is("REST quirks", &quirks(REST_QUIRKS));
        table_is("Which50 operations", &which50());
        table_is("Which50 quirks", &quirks(WHICH50_QUIRKS));
        table_is("Selzy methods", &selzy());
        table_is("Selzy quirks", &quirks(SELZY_QUIRKS));
        table_is("limits", &limits());
    }

    /// One row a name: an operation that two editions have in two forms is one operation.
    fn operations() -> String {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for operation in OPERATIONS {
            let name = format!("`{}`", operation.shape.name);
            let editions: Vec<String> =
                operation.shape.editions.iter().map(ToString::to_string).collect();
            match rows.iter_mut().find(|row| row[0] == name) {
                Some(row) => row[1] = format!("{}, {}", editions.join(", "), row[1]),
                None => {
                    rows.push(vec![name, editions.join(", "), operation.shape.doc().to_owned()]);
                }
            }
        }
        for row in &mut rows {
            let mut years: Vec<&str> = row[1].split(", ").collect();
            years.sort_unstable();
            row[1] = years.join(", ");
        }
        table(&["Operation", "WSDL of", "What it does"], rows)
    }

    fn methods() -> String {
        let rows = METHODS.iter().map(|method| {
            let alone = if method.combinable { "" } else { "alone in its post" };
            vec![format!("`{}`", method.name), method.doc.to_owned(), alone.to_owned()]
        });
        table(&["Method", "What it does", ""], rows)
    }

    fn operations_over_rest() -> String {
        let active = rest_operations().filter(|operation| operation.run.is_some());
        let rows = active.map(|operation| {
            vec![
                format!("`{} {}`", operation.method, operation.path),
                format!("`{}`", operation.name()),
                operation.doc.to_owned(),
            ]
        });
        table(&["Call", "Operation", "What it does"], rows)
    }

    fn which50() -> String {
        let rows = WHICH50_OPERATIONS.iter().map(|operation| {
            let call = format!("`{} {}`", operation.method, operation.path);
            vec![call, format!("`{}`", operation.name), operation.doc.to_owned()]
        });
        table(&["Call", "Operation", "What it does"], rows)
    }

    fn selzy() -> String {
        let rows =
            selzy_methods().map(|method| vec![format!("`{}`", method.name), method.doc.to_owned()]);
        table(&["Method", "What it does"], rows)
    }

    fn quirks(quirks: &[Quirk]) -> String {
        let rows = quirks.iter().map(|quirk| {
            vec![
                quirk.name.to_owned(),
                quirk.meaning.to_owned(),
                format!("`{}`", quirk.fixture),
                quirk.source.to_string(),
            ]
        });
        table(&["Quirk", "Meaning", "Fixture", "Source"], rows)
    }

    fn reasons() -> String {
        let rows = (1..).zip(Reason::ALL).map(|(number, reason): (u32, Reason)| {
            vec![number.to_string(), format!("`{}`", reason.text()), meaning(reason).to_owned()]
        });
        table(&["", "Reason", "Holds when"], rows)
    }

    fn meaning(reason: Reason) -> &'static str {
        match reason {
            Reason::InvalidEmail => "the e-mail address is not one",
            Reason::GloballySuppressed => "the address is suppressed everywhere, or complained",
            Reason::SuppressedByDomain => "the account suppresses the address's domain",
            Reason::Blocker => "the provider does not take the account's messages",
            Reason::ComplainedToIsp => "the contact complained to its provider",
            Reason::HardBounced => "the address does not exist",
            Reason::MailBlocked => "the mail server refuses the account's mail",
            Reason::SoftBounced => "the mailbox was unavailable at the last message",
            Reason::Unsubscribed => "the contact unsubscribed, or from the list imported into",
            Reason::PendingOptIn => "the contact has not confirmed its opt-in yet",
            Reason::Duplicate => "an earlier row of the file has the same address",
            Reason::Failures => "a value does not fit its field, or the row is too long",
        }
    }

    fn limits() -> String {
        let defaults = toml::Table::try_from(Config::default()).unwrap();
        let rows = SECTIONS.iter().flat_map(|section| {
            // Sections that may stand any number of times have no defaults.
            let keys = defaults[section.name].as_table().cloned().unwrap_or_default();
            section.fields.iter().filter_map(move |field| {
                let value = keys.get(field.name)?.as_integer()?;
                let doc = field.doc.replace('\n', " ");
                Some(vec![format!("`{}.{}`", section.name, field.name), value.to_string(), doc])
            })
        });
        table(&["Setting", "Default", "Meaning"], rows)
    }
}
