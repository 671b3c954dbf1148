use super::{Config, ConfigError, Engine, SECTIONS, example, from_text};

fn load(text: &str) -> Result<Config, ConfigError> {
    from_text(text, "lychgate.toml", [])
}

fn with_variable(name: &str, value: &str) -> Result<Config, ConfigError> {
    from_text("", "lychgate.toml", [(name.to_owned(), value.to_owned())])
}

#[test]
fn an_empty_file_gives_the_defaults() {
    assert_eq!(load("").unwrap(), Config::default());
}

#[test]
fn the_documented_example_loads_and_gives_the_defaults() {
    assert_eq!(load(&example()).unwrap(), Config::default());
}

#[test]
fn the_committed_example_is_the_rendered_one() {
    let committed = include_str!("../../lychgate.example.toml");
    assert_eq!(committed, example(), "run: cargo run -- config example > lychgate.example.toml");
}

#[test]
fn every_key_of_the_example_can_be_set_when_its_comment_sign_is_taken_away() {
    let known = |line: &str| {
        if line.starts_with("# [[") {
            return true;
        }
        SECTIONS
            .iter()
            .flat_map(|one| one.fields)
            .any(|field| line.starts_with(&format!("# {} = ", field.name)))
    };
    let text: String =
        example()
            .lines()
            .map(|line| {
                if known(line) { line.trim_start_matches("# ").to_owned() } else { line.to_owned() }
            })
            .collect::<Vec<_>>()
            .join("\n");
    let config = load(&text).unwrap();
    assert!(config.server.public_url.is_some() && config.tls.cert.is_some());
}

#[test]
fn an_unknown_key_stops_the_start_and_names_the_nearest_and_the_line() {
    let error = load("[server]\nlisten = \"127.0.0.1:1\"\nconections = 5\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "lychgate.toml: line 3: unknown key `conections` in [server]; the nearest known one is `connections`"
    );
}

#[test]
fn a_key_in_the_wrong_section_names_the_right_one() {
    let error = load("[tls]\nhosts_2013 = []\n").unwrap_err();
    assert!(error.to_string().ends_with("`dotdigital_soap.hosts_2013`"), "{error}");
}

#[test]
fn an_unknown_section_names_the_nearest() {
    let error = load("\n[sever]\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "lychgate.toml: line 2: unknown section `sever`; the nearest known one is `server`"
    );
}

#[test]
fn a_value_of_the_wrong_type_shows_its_line() {
    let error = load("[server]\n\nconnections = \"many\"\n").unwrap_err();
    assert!(error.to_string().contains("line 3"), "{error}");
}

#[test]
fn the_environment_wins_over_the_file() {
    let variables = [("LYCHGATE_IMPORT_ACTIVE_PER_ACCOUNT".to_owned(), "3".to_owned())];
    let config = from_text("[import]\nactive_per_account = 7\n", "f", variables).unwrap();
    assert_eq!(config.import.active_per_account, 3);
}

#[test]
fn variables_carry_texts_numbers_and_lists() {
    assert_eq!(
        with_variable("LYCHGATE_STORE_ENGINE", "memory").unwrap().store.engine,
        Engine::Memory
    );
    assert_eq!(with_variable("LYCHGATE_SERVER_LISTEN", "[::1]:9").unwrap().server.listen.port(), 9);
    let hosts = with_variable("LYCHGATE_DOTDIGITAL_SOAP_HOSTS", "[\"a.example\"]").unwrap();
    assert_eq!(hosts.dotdigital_soap.hosts, ["a.example"]);
}

#[test]
fn an_unknown_variable_of_a_known_section_stops_the_start() {
    let error = with_variable("LYCHGATE_SERVER_LISTN", "x").unwrap_err();
    assert!(error.to_string().ends_with("`LYCHGATE_SERVER_LISTEN`"), "{error}");
}

#[test]
fn a_misspelled_section_in_a_variable_stops_the_start() {
    assert!(with_variable("LYCHGATE_SERVR_LISTEN", "127.0.0.1:1").is_err());
}

#[test]
fn variables_of_others_are_left_alone() {
    assert!(with_variable("LYCHGATE_URL", "http://127.0.0.1:1").is_ok());
    assert!(with_variable("LYCHGATE_LOG", "debug").is_ok());
    assert!(with_variable("LYCHGATE_USER", "somebody").is_ok());
}

#[test]
fn a_certificate_without_its_key_is_refused() {
    let error = load("[tls]\ncert = \"a.pem\"\n").unwrap_err();
    assert_eq!(error.to_string(), "[tls] cert: `cert` and `key` go together");
}

#[test]
fn a_public_url_with_a_path_is_refused() {
    assert!(load("[server]\npublic_url = \"https://a.example/x\"\n").is_err());
    assert!(load("[server]\npublic_url = \"https://a.example:8443\"\n").is_ok());
}

#[test]
fn a_limit_of_zero_is_refused() {
    assert!(load("[server]\nconnections = 0\n").is_err());
}

#[test]
fn a_section_that_may_stand_many_times_keeps_its_order_and_names_its_unknown_keys() {
    let text = "[[route]]\nface = \"selzy\"\noperation = \"get*\"\nanswer = \"here\"\n\
                [[route]]\nface = \"selzy\"\nanswer = \"recordings\"\nrecordings = \"r\"\n";
    let routes = load(text).unwrap().route;
    assert_eq!(routes.len(), 2);
    assert_eq!(routes.first().unwrap().operation.as_deref(), Some("get*"));
    let error = load(&format!("{text}recordngs = \"x\"\n")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "lychgate.toml: line 9: unknown key `recordngs` in [route]; the nearest known one is `recordings`"
    );
    let error = load("[route]\nface = \"selzy\"\nanswer = \"here\"\n").unwrap_err();
    assert!(error.to_string().contains("line 1"), "{error}");
    assert!(with_variable("LYCHGATE_ROUTE_FACE", "selzy").is_err());
}

#[test]
fn a_route_without_what_its_answer_needs_is_refused() {
    let route = |more: &str| load(&format!("[[route]]\nface = \"selzy\"\n{more}"));
    assert!(route("answer = \"recordings\"\n").is_err());
    assert!(route("answer = \"upstream\"\n").is_err());
    assert!(route("answer = \"compare\"\n").is_err());
    assert!(route("answer = \"here\"\ncompare_writes = true\n").is_err());
    assert!(route("").is_err());
    assert!(route("answer = \"compare\"\nupstream = \"https://a.example\"\n").is_ok());
}
