//! What the name of a field says about its text.

use super::Options;

/// Names that are compared as a whole, in lower case, letters and digits alone.
const SECRETS: [&str; 18] = [
    "apikey",
    "sharedsecret",
    "pass",
    "pwd",
    "passwd",
    "passphrase",
    "saltkey",
    "authkey",
    "accesskey",
    "privatekey",
    "sessionid",
    "sessionkey",
    "authorization",
    "credential",
    "credentials",
    "nonce",
    "authtoken",
    "token",
];
const SECRET_PARTS: [&str; 4] = ["password", "passwd", "secret", "apikey"];
const SECRET_END: &str = "token";
/// Named like a secret, but elements around others.
const CONTAINERS: [&str; 2] = ["usernametoken", "securitytokenreference"];
/// Named like a secret, but how one is written.
const NO_SECRETS: [&str; 3] = ["passwordtype", "tokentype", "continuationtoken"];

const NAMES: [&str; 10] = [
    "firstname",
    "lastname",
    "fullname",
    "surname",
    "forename",
    "givenname",
    "familyname",
    "middlename",
    "maidenname",
    "contactname",
];
const PHONES: [&str; 6] = ["phone", "mobile", "telephone", "cellphone", "fax", "phonenumber"];

/// Where programs put whole files.
const FILES: [&str; 7] = [
    "data",
    "file",
    "filedata",
    "filecontent",
    "content",
    "getcontactimportreportfaultsresult",
    "attachment",
];

/// What a field holds, by its name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Meaning {
    ApiKey,
    SharedSecret,
    Secret,
    /// Of a `UsernameToken`.
    Login,
    Password,
    PasswordDigest,
    Nonce,
    PersonName,
    Phone,
    /// A file, perhaps in base64.
    File,
    /// Anything.
    #[default]
    Plain,
}

impl Meaning {
    pub fn is_secret(self) -> bool {
        self.is_whole() && !matches!(self, Self::PersonName | Self::Phone)
    }

    /// Whether the whole text is replaced.
    pub fn is_whole(self) -> bool {
        !matches!(self, Self::Plain | Self::File)
    }

    /// What something inside a field is: the same, where the field is replaced as a whole.
    pub fn inside(self, own: Self) -> Self {
        if self.is_whole() { self } else { own }
    }
}

/// What the body is when it is a single value: resources are called `webhook/apikey`.
pub(super) fn of_path(path: &str, options: &Options) -> Meaning {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let said = meaning(last, options);
    // A key that is set is not the one that the caller shows.
    if said.is_secret() { Meaning::Secret } else { Meaning::Plain }
}

/// Whether a member says the name of the value beside it.
pub(super) fn is_name(name: &str) -> bool {
    ["key", "name", "field", "fieldname"].iter().any(|known| folds_to(name, known))
}

pub(super) fn is_value(name: &str) -> bool {
    folds_to(name, "value")
}

/// Lower case, letters and digits alone, without a namespace prefix.
pub(super) fn folded(name: &str) -> String {
    let local = local(name);
    if !local.is_ascii() {
        return folded_letters(local).collect();
    }
    let mut folded = String::with_capacity(local.len());
    folded.extend(folded_ascii(local).map(char::from));
    folded
}

/// Whether [`folded`] gives this of the name.
pub(super) fn folds_to(name: &str, wanted: &str) -> bool {
    let local = local(name);
    if local.is_ascii() {
        folded_ascii(local).eq(wanted.bytes())
    } else {
        folded_letters(local).eq(wanted.chars())
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn folded_letters(local: &str) -> impl Iterator<Item = char> {
    local.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

fn folded_ascii(local: &str) -> impl Iterator<Item = u8> {
    local.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

/// What a field of that name holds.
pub(super) fn meaning(name: &str, options: &Options) -> Meaning {
    meaning_of_folded(&folded(name), options)
}

/// As [`meaning`], of a name that is [`folded`] already.
pub(super) fn meaning_of_folded(name: &str, options: &Options) -> Meaning {
    let is_in = |names: &[String]| names.iter().any(|one| folds_to(one, name));
    if CONTAINERS.contains(&name) || NO_SECRETS.contains(&name) {
        return Meaning::Plain;
    }
    let is_secret = SECRETS.contains(&name)
        || SECRET_PARTS.iter().any(|part| name.contains(part))
        || name.ends_with(SECRET_END)
        || is_in(&options.secret_fields);
    if is_secret {
        return match name {
            "apikey" => Meaning::ApiKey,
            "sharedsecret" => Meaning::SharedSecret,
            _ => Meaning::Secret,
        };
    }
    if options.names && PHONES.iter().any(|phone| name.ends_with(phone)) {
        return Meaning::Phone;
    }
    if options.names
        && (NAMES.iter().any(|one| name.ends_with(one)) || is_in(&options.person_fields))
    {
        return Meaning::PersonName;
    }
    if FILES.contains(&name) { Meaning::File } else { Meaning::Plain }
}

/// The name that decides of a bracket form's: `args[api_key]`, `data[0][password]`, `api_key[]`.
pub(super) fn bracketed(name: &str, options: &Options) -> Meaning {
    let keys = name.split(['[', ']']).filter(|key| !key.is_empty());
    let mut decided = Meaning::Plain;
    let mut count = 0;
    for key in keys {
        count += 1;
        let said = meaning(key, options);
        if said.is_secret() {
            return said;
        }
        let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
        decided = if is_number { decided } else { said };
    }
    // A cell of `data[0][1]` is no file.
    if decided == Meaning::File && count > 1 { Meaning::Plain } else { decided }
}
