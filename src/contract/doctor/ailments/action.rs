//! Which operation a call asks for, and whether its parts agree on that.

use super::page;
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::names::{shown, shown_namespace};
use crate::contract::doctor::seen::{Seen, operation};
use crate::domain::nearest::{meant, nearest};
use crate::faces::dotdigital_soap::operations::OPERATIONS;

pub static DISAGREE: Ailment = Ailment {
    code: "action-and-body-disagree",
    severity: Severity::Fails,
    page: page!("action-and-body-disagree"),
    look: Look::Exchange(disagree),
};

fn disagree(seen: &Seen<'_>) -> Option<String> {
    let payload = seen.soap()?.payload?;
    let actions = seen.actions();
    let of_action = actions.iter().find_map(|action| seen.operation_of(action))?;
    let is_other = of_action.name != payload.local();
    is_other.then(|| {
        let found = shown(payload.local());
        format!("The action asks for `{}`, and the body holds {found}.", of_action.name)
    })
}

pub static EMPTY_BODY: Ailment = Ailment {
    code: "empty-soap-body",
    severity: Severity::Fails,
    page: page!("empty-soap-body"),
    look: Look::Exchange(empty_body),
};

fn empty_body(seen: &Seen<'_>) -> Option<String> {
    let soap = seen.soap()?;
    if soap.payload.is_some() {
        return None;
    }
    let asked =
        seen.operation().map(|operation| format!("; the action asks for `{}`", operation.name));
    let asked = asked.unwrap_or_default();
    let what = if soap.body.is_some() { "The SOAP body is empty" } else { "There is no SOAP body" };
    Some(format!("{what}{asked}."))
}

pub static UNKNOWN: Ailment = Ailment {
    code: "unknown-operation",
    severity: Severity::Fails,
    page: page!("unknown-operation"),
    look: Look::Exchange(unknown),
};

fn unknown(seen: &Seen<'_>) -> Option<String> {
    let payload = seen.soap()?.payload?;
    if seen.operation().is_some() {
        return None;
    }
    let all = || OPERATIONS.iter().map(|any| any.shape.name);
    let actions = seen.actions();
    let first = actions.first();
    let of_action = first.rsplit(['/', '#']).next().unwrap_or_default();
    let meant_by = nearest(payload.local(), all()).or_else(|| nearest(of_action, all()));
    let action = if first.is_empty() {
        "no action".to_owned()
    } else {
        format!("the action {}", shown(of_action))
    };
    let element = shown(payload.local());
    Some(format!(
        "Neither {action} nor the body's element {element} names an operation of this API{}.",
        meant(meant_by)
    ))
}

pub static NAMESPACE: Ailment = Ailment {
    code: "operation-in-wrong-namespace",
    severity: Severity::Fails,
    page: page!("operation-in-wrong-namespace"),
    look: Look::Exchange(namespace),
};

fn namespace(seen: &Seen<'_>) -> Option<String> {
    let payload = seen.soap()?.payload?;
    let shape = operation(payload.local(), seen.edition())?;
    let is_other = payload.namespace() != shape.namespace;
    is_other.then(|| {
        let found = shown_namespace(payload.namespace());
        format!("`{}` is in {found}; it belongs in `{}`.", shape.name, shape.namespace)
    })
}

pub static EDITION: Ailment = Ailment {
    code: "operation-of-another-edition",
    severity: Severity::MayFail,
    page: page!("operation-of-another-edition"),
    look: Look::Exchange(edition),
};

fn edition(seen: &Seen<'_>) -> Option<String> {
    let (operation, edition) = (seen.operation()?, seen.edition());
    if operation.is_listed_in(edition) {
        return None;
    }
    let listed: Vec<String> = operation.editions.iter().map(ToString::to_string).collect();
    Some(format!(
        "The address is that of the WSDL of {edition}, and `{}` is in that of {} only.",
        operation.name,
        listed.join(" and ")
    ))
}
