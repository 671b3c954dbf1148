//! Every recorded exchange of the REST face is held against the vendor's OpenAPI: statuses, replies
//! and requests, with each difference that is accepted listed with its reason.
//!
//! The document is the vendor's and not in the project: `LYCHGATE_EVIDENCE` names the folder that
//! holds it. Where it is not at hand the comparisons are skipped, and say so; that every operation
//! has a recorded reply is held all the same.

#![cfg(test)]

mod accepted;
mod cases;
mod schema;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use accepted::Accepted;
use cases::{Body, Exchange, exchanges};
use lychgate::faces::dotdigital_rest::{Operation, operations};
use schema::{OpenApi, Way};
use serde_json::Value;

/// The vendor's document, if it is at hand.
fn openapi() -> Option<OpenApi> {
    let folder = std::env::var_os("LYCHGATE_EVIDENCE").map(PathBuf::from);
    let file = folder?.join("dotdigital-rest/openapi/dotdigital-v2-api-swagger.json");
    let Ok(text) = std::fs::read(&file) else {
        println!("skipped: the vendor's OpenAPI is not at hand");
        return None;
    };
    Some(OpenApi::new(serde_json::from_slice(&text).expect("the OpenAPI is JSON")))
}

/// The operations by the names of their folders.
fn by_name() -> BTreeMap<&'static str, &'static Operation> {
    let all: Vec<_> = operations::all().collect();
    let by_name: BTreeMap<_, _> = all.iter().map(|one| (one.name(), *one)).collect();
    assert_eq!(by_name.len(), all.len(), "two operations have one name");
    by_name
}

#[test]
fn every_operation_that_is_built_has_a_recorded_success() {
    let recorded: BTreeSet<String> = exchanges()
        .into_iter()
        .filter(|exchange| (200..300).contains(&exchange.status))
        .map(|exchange| exchange.operation)
        .collect();
    let built: Vec<&str> = operations::all()
        .filter(|operation| operation.run.is_some())
        .map(Operation::name)
        .collect();
    let with_reply = built.iter().filter(|name| recorded.contains(**name)).count();
    println!("{with_reply} of {} built operations have a recorded success", built.len());
    let without: Vec<_> = built.iter().filter(|name| !recorded.contains(**name)).collect();
    assert!(without.is_empty(), "without a recorded success: {without:?}");
}

#[test]
fn every_operation_of_the_openapi_is_routed_as_it_says() {
    let Some(openapi) = openapi() else { return };
    let mut wrong = Vec::new();
    for operation in operations::all() {
        let Some((path, method, told)) = openapi.operation(operation.id) else {
            wrong.push(format!("{} is unknown", operation.id));
            continue;
        };
        let is_same = operation.path == path
            && operation.method.as_str().eq_ignore_ascii_case(method)
            && told["responses"].get(operation.success.as_str()).is_some();
        if !is_same {
            let Operation { id, method, path, success, .. } = operation;
            wrong.push(format!("{id}: {method} {path} {success}"));
        }
    }
    refuse(&wrong, accepted::STATUSES);
    assert_eq!(operations::all().count(), openapi.count());
}

#[test]
fn every_recorded_reply_is_as_its_schema_says() {
    let Some(openapi) = openapi() else { return };
    let names = by_name();
    let (mut wrong, mut bodies, mut held, mut free) = (Vec::new(), Vec::new(), 0, 0);
    for exchange in exchanges() {
        let Some(operation) = names.get(exchange.operation.as_str()) else { continue };
        if exchange.status >= 300 {
            wrong.extend(error_differences(&exchange));
            continue;
        }
        let (_, _, told) = openapi.operation(operation.id).unwrap();
        let response = &told["responses"][exchange.status.to_string()];
        if response.is_null() && operation.success != exchange.status {
            wrong.push(format!("{}: status {}", exchange.name, exchange.status));
        }
        let schema = &response["content"]["application/json"]["schema"];
        let says_nothing = response["content"].get("application/octet-stream").is_some();
        match (&exchange.response, schema.is_null()) {
            (Body::Json(reply), false) => {
                held += 1;
                wrong.extend(differences(&openapi, &exchange, reply, schema, Way::Reply));
            }
            (_, true) if says_nothing => free += 1,
            (Body::Other, _) | (Body::Empty, true) => {}
            (Body::Json(_), true) | (Body::Empty, false) => bodies.push(exchange.operation),
        }
    }
    println!("{held} recorded replies were held against their schemas; {free} have none");
    refuse(&wrong, accepted::REPLIES);
    refuse(&bodies, accepted::BODIES);
}

#[test]
fn every_recorded_request_that_succeeds_is_as_its_schema_says() {
    let Some(openapi) = openapi() else { return };
    let names = by_name();
    let mut wrong = Vec::new();
    for exchange in exchanges() {
        let Some(operation) = names.get(exchange.operation.as_str()) else { continue };
        let Some(request) = exchange.request.as_ref().filter(|_| exchange.status < 300) else {
            continue;
        };
        let (_, _, told) = openapi.operation(operation.id).unwrap();
        let schema = &told["requestBody"]["content"]["application/json"]["schema"];
        if !schema.is_null() {
            wrong.extend(differences(&openapi, &exchange, request, schema, Way::Request));
        }
    }
    refuse(&wrong, accepted::REQUESTS);
}

/// What of a document is not as its schema says, each difference once.
fn differences(
    openapi: &OpenApi,
    exchange: &Exchange,
    document: &Value,
    schema: &Value,
    way: Way,
) -> BTreeSet<String> {
    let mut found = Vec::new();
    openapi.judge(document, schema, "reply", way, &mut found);
    let name = &exchange.name;
    found.into_iter().map(|difference| format!("{name}: {difference}")).collect()
}

/// An error is an object with one text, whatever else the OpenAPI leaves open. What answers no
/// `message` is a success to clients.
fn error_differences(exchange: &Exchange) -> Option<String> {
    let Body::Json(reply) = &exchange.response else { return None };
    let members = reply.as_object()?;
    let is_error = members.len() == 1 && members.get("message").is_some_and(Value::is_string);
    (!is_error).then(|| format!("{}: no error", exchange.name))
}

/// Fails with what is not accepted, and with what is accepted for nothing.
fn refuse(found: &[String], accepted: &[Accepted]) {
    let is = |found: &str, accepted: &Accepted| {
        assert!(!accepted.reason.is_empty());
        found == accepted.difference || found.ends_with(&format!(": {}", accepted.difference))
    };
    let wrong: Vec<&String> =
        found.iter().filter(|found| !accepted.iter().any(|accepted| is(found, accepted))).collect();
    let all: Vec<String> = wrong.iter().map(|wrong| format!("  {wrong}\n")).collect();
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), all.concat());
    for accepted in accepted {
        let is_used = found.iter().any(|found| is(found, accepted));
        assert!(is_used, "accepted for nothing: {}", accepted.difference);
    }
}

#[test]
fn a_document_that_differs_is_found_out() {
    let openapi = OpenApi::new(serde_json::json!({ "components": { "schemas": {
        "Kind": { "type": "string", "enum": ["A", "B"] },
        "Base": { "type": "object", "additionalProperties": false, "required": ["id"],
                  "properties": { "id": { "type": "integer", "format": "int32" } } },
        "Thing": { "allOf": [
            { "$ref": "#/components/schemas/Base" },
            { "type": "object", "additionalProperties": false, "properties": {
                "kind": { "nullable": true, "oneOf": [{ "$ref": "#/components/schemas/Kind" }] },
                "since": { "type": "string", "format": "date-time" },
                "tags": { "type": "array", "items": { "type": "string", "minLength": 1 } } } },
        ] },
    } } }));
    let schema = serde_json::json!({ "$ref": "#/components/schemas/Thing" });
    let judged = |document: Value, way| {
        let mut found = Vec::new();
        openapi.judge(&document, &schema, "reply", way, &mut found);
        found.join(", ")
    };
    let right = serde_json::json!({ "id": 1, "kind": null, "since": "2026-01-02T00:00:00Z" });
    assert_eq!(judged(right, Way::Reply), "");
    for (document, differences) in [
        (serde_json::json!({ "id": 2_147_483_648_i64 }), "Thing.id: no int32"),
        (serde_json::json!({ "ID": 1 }), "Thing.id: missing, Thing.ID: unknown"),
        (serde_json::json!({ "id": 1, "kind": "C" }), "Thing.kind: none of its words"),
        (serde_json::json!({ "id": 1, "since": "today" }), "Thing.since: no date-time"),
        (serde_json::json!({ "id": 1, "since": null }), "Thing.since: null"),
        (
            serde_json::json!({ "id": 1, "tags": ["", 7] }),
            "Thing.tags: no string, Thing.tags: no string",
        ),
        (serde_json::json!([]), "reply: no object"),
    ] {
        assert_eq!(judged(document, Way::Reply), differences);
    }
    let lax = serde_json::json!({ "ID": 1, "Kind": 1, "since": null, "Since": "2026-01-02" });
    assert_eq!(judged(lax, Way::Request), "");
}
