//! Every command explains itself.

use crate::support::run_well;

/// The commands that `--help` of `path` lists.
fn subcommands(help: &str) -> Vec<String> {
    let listed = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    listed
        .lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

fn walk(path: &[&str], seen: &mut Vec<String>) {
    let help = run_well(&[path, &["--help"]].concat());
    assert!(help.contains("Example"), "`lychgate {} --help` has no example", path.join(" "));
    seen.push(path.join(" "));
    for name in subcommands(&help) {
        walk(&[path, &[name.as_str()]].concat(), seen);
    }
}

#[test]
fn the_help_of_every_command_has_an_example() {
    let mut seen = Vec::new();
    walk(&[], &mut seen);
    for expected in ["serve", "account credential add", "import watch", "events import"] {
        assert!(seen.iter().any(|command| command == expected), "{expected} is not in {seen:?}");
    }
}
