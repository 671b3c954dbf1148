//! Which paths are this face's, in any letter case.

/// The paths under which the service is published, in lower case. The last one asks for the
/// edition of 2013 on any host.
const SERVICE_PATHS: [&str; 3] = ["/v2/api.svc", "/v2/apiservice.svc", "/2013/v2/api.svc"];

/// Whether a path is one of the service's: the path itself, or anything below it. WCF takes what
/// follows the file name as part of the address, and Visual Studio appends `/mex` and `/basic`.
pub fn is_service(path: &str) -> bool {
    SERVICE_PATHS.iter().any(|service| {
        let Some((head, rest)) = path.split_at_checked(service.len()) else { return false };
        head.eq_ignore_ascii_case(service) && (rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::is_service;

    #[test]
    fn the_path_is_read_in_any_letter_case() {
        for path in ["/v2/api.svc", "/V2/Api.svc", "/v2/ApiService.svc", "/2013/v2/api.SVC"] {
            assert!(is_service(path), "{path}");
        }
    }

    #[test]
    fn what_follows_the_service_behind_a_slash_is_tolerated() {
        assert!(is_service("/v2/api.svc/"));
        assert!(is_service("/v2/api.svc/mex"));
        assert!(!is_service("/v2/api.svcs"));
    }

    #[test]
    fn other_paths_are_not_this_face() {
        for path in ["/", "/v2/", "/v2/contacts", "/v2/AccountsApi.svc", "/2013/v2/contacts", ""] {
            assert!(!is_service(path), "{path}");
        }
    }
}
