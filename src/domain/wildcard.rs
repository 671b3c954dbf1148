//! Names by patterns.

/// Whether a name is like a pattern, in which `*` stands for any letters, none too.
pub fn is_like(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some((_, behind)) = left.split_once(part) else { return false };
        left = behind;
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_letters() {
        for (pattern, name, is) in [
            ("getLists", "getLists", true),
            ("getLists", "getList", false),
            ("get*", "getLists", true),
            ("*Lists", "getLists", true),
            ("*", "", true),
            ("g*L*s", "getLists", true),
            ("g*L*t", "getLists", false),
            ("a*a", "a", false),
            ("**", "x", true),
            ("Get*", "GetContacts", true),
            ("Get*", "get", false),
            ("get", "getLists", false),
            ("*x", "x", true),
            ("*x", "xy", false),
            ("", "a", false),
            ("*.send*", "legacy.send_campaign", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "acb", false),
        ] {
            assert_eq!(is_like(pattern, name), is, "{pattern} {name}");
        }
    }
}
