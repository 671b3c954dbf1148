//! `lychgate clients`.

use serde_json::Value;

use crate::calls::{AGENT, Trial};

fn rows(json: &str) -> Vec<Value> {
    let table: Value = serde_json::from_str(json).unwrap();
    table["clients"].as_array().unwrap().clone()
}

#[test]
fn who_called_what_is_told_and_outlives_a_restart() {
    let mut trial = Trial::start(&[]);
    for _ in 0..3 {
        trial.call("GetServerTime", "");
    }
    trial.call_as(&trial.password, "Another/2", "GetServerTime", "");
    trial.call_as("wrong", AGENT, "GetServerTime", "");
    let told = rows(&trial.told_by_server(&["clients", "--json"]));
    assert_eq!(told.len(), 3, "{told:?}");
    let row = told.iter().find(|row| row["calls"] == 3).unwrap();
    assert_eq!(row["face"], "dotdigital-soap");
    assert_eq!(row["operation"], "GetServerTime");
    assert_eq!((&row["account"], &row["status"]), (&Value::from(1), &Value::from(200)));
    assert_eq!(row["user"], *trial.user);
    assert_eq!((&row["peer"], &row["user_agent"]), (&"127.0.0.1".into(), &AGENT.into()));
    let refused = told.iter().find(|row| row["status"] == 401).unwrap();
    assert_eq!((&refused["account"], &refused["user"]), (&Value::Null, &Value::Null));

    trial.stop();
    assert_eq!(rows(&trial.told(&["clients", "--json"])), told);
    trial.again(&[]);
    trial.call("GetServerTime", "");
    let told = rows(&trial.told_by_server(&["clients", "--json"]));
    assert_eq!(told.len(), 3);
    assert_eq!((&told[0]["calls"], &told[0]["user_agent"]), (&4.into(), &AGENT.into()));
    let table = trial.told_by_server(&["clients", "--operation", "GetServerTime", "--since", "1h"]);
    // The refused call named no operation that was looked at.
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.contains(AGENT) && table.contains(&trial.user));
    assert!(!table.contains(&trial.password));
    let unused = trial.told_by_server(&["clients", "--json", "--unused-since", "1h"]);
    assert!(rows(&unused).is_empty());
    let other = trial.told_by_server(&["clients", "--json", "--face", "selzy"]);
    assert!(rows(&other).is_empty());
}
