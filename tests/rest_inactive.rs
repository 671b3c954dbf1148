//! Features that accounts do not have here are known all the same: each of their operations in the
//! vendor's REST API answers the vendor's own refusal, never that there is no such path.

#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod world;

#[cfg(test)]
mod tests {
    use http::Method;

    use crate::world::{World, head};

    /// Every operation of a feature that is not active, with a path as a client would call it.
    const INACTIVE: [(&str, &str); 39] = [
        // Accounts are the operator's to make.
        ("POST", "/v2/accounts"),
        ("POST", "/v2/accounts/1/managed-users"),
        ("POST", "/v2/accounts/1/oauth-tokens"),
        ("PUT", "/v2/accounts/1/theme"),
        ("POST", "/v2/accounts/1/api-users"),
        // Scores.
        ("GET", "/v2/contacts/score"),
        ("GET", "/v2/contacts/score/modified-since/2026-01-01"),
        ("GET", "/v2/contacts/17/score"),
        ("GET", "/v2/contacts/ann@example.org/score"),
        ("GET", "/v2/address-books/3/contacts/score"),
        // Ecommerce and recommendations.
        ("GET", "/v2/ecommerce/summaries?dateRange=Last30Days"),
        ("POST", "/v2/ecommerce/summaries"),
        ("GET", "/v2/ecommerce/fullsummary"),
        ("GET", "/v2/ecommerce/summary/Revenue"),
        ("GET", "/v2/ecommerce/orders?fromDate=2026-01-01"),
        ("GET", "/v2/products/recommendations"),
        // Images.
        ("GET", "/v2/image-folders"),
        ("GET", "/v2/image-folders/1"),
        ("POST", "/v2/image-folders/1"),
        ("POST", "/v2/image-folders/1/images"),
        // Programs.
        ("GET", "/v2/programs"),
        ("GET", "/v2/programs/1"),
        ("GET", "/v2/programs/enrolments/Finished"),
        ("GET", "/v2/programs/enrolments/af4ac4bc-e1e7-4817-8a66-73fb59e91ce6"),
        ("GET", "/v2/programs/enrolments/af4ac4bc-e1e7-4817-8a66-73fb59e91ce6/report-faults"),
        ("POST", "/v2/programs/enrolments"),
        // Text messages.
        ("POST", "/v2/sms-messages/send-to/447700900123"),
        ("GET", "/v2/sms/campaigns"),
        ("POST", "/v2/sms/campaigns"),
        ("POST", "/v2/sms/campaigns/copy"),
        ("GET", "/v2/sms/campaigns/1"),
        ("PUT", "/v2/sms/campaigns/1"),
        ("DELETE", "/v2/sms/campaigns/1"),
        // Surveys.
        ("GET", "/v2/surveys"),
        ("GET", "/v2/surveys/with-activity-since/2026-01-01"),
        ("GET", "/v2/surveys/1"),
        ("GET", "/v2/surveys/1/fields"),
        ("GET", "/v2/surveys/1/responses"),
        ("GET", "/v2/surveys/1/responses/with-activity-since/2026-01-01"),
    ];

    /// Makes a call and returns the status, the content type and the body.
    async fn call(world: &World, method: &str, path: &str, accept: &str) -> [String; 3] {
        let body = if method == "GET" || method == "DELETE" { "" } else { "{}" };
        let headers = [
            ("authorization", world.authorization(None)),
            ("accept", accept.to_owned()),
            ("content-type", "application/json".to_owned()),
        ];
        let method: Method = method.parse().unwrap();
        let reply = world.answer(head(method, "api.example.org", path, &headers), body).await;
        let content_type = reply.headers.get("content-type").unwrap().to_str().unwrap().to_owned();
        let body = reply.body.whole().unwrap();
        let said = String::from_utf8(body.to_vec()).unwrap();
        [reply.status.as_u16().to_string(), content_type, said]
    }

    #[tokio::test]
    async fn each_operation_of_a_feature_that_is_not_active_says_so() {
        let world = World::new().await;
        for (method, path) in INACTIVE {
            let [status, content_type, said] = call(&world, method, path, "*/*").await;
            assert_eq!(status, "403", "{method} {path}: {said}");
            assert!(content_type.starts_with("application/json"), "{content_type}");
            assert_eq!(said, r#"{"message":"Error: ERROR_FEATURENOTACTIVE"}"#, "{method} {path}");
        }
    }

    #[tokio::test]
    async fn the_refusal_is_in_the_form_that_the_caller_takes() {
        let world = World::new().await;
        let [status, content_type, said] =
            call(&world, "GET", "/v2/programs/", "application/xml").await;
        assert_eq!(status, "403");
        assert!(content_type.starts_with("application/xml"), "{content_type}");
        assert!(said.contains("Error: ERROR_FEATURENOTACTIVE"), "{said}");
    }

    #[tokio::test]
    async fn who_does_not_log_in_learns_nothing_of_features() {
        let world = World::new().await;
        let answer = async |path: &str| {
            let reply = world.answer(head(Method::GET, "api.example.org", path, &[]), "").await;
            reply.status.as_u16()
        };
        assert_eq!(answer("/v2/programs").await, 401);
        assert_eq!(answer("/v2/contacts").await, 401);
    }
}
