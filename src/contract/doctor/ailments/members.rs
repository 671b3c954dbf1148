//! Members of a request that get lost or are not understood.

use super::page;
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::misfit::{Misfit, What};
use crate::contract::doctor::names::{shown, shown_namespace};
use crate::contract::doctor::seen::Seen;
use crate::domain::nearest::meant;
use crate::protocol::xml::Kind;

/// The first place for which `told` has words, and how many more there are.
pub(super) fn first(
    misfits: &[Misfit],
    told: impl Fn(&Misfit) -> Option<String>,
) -> Option<String> {
    let mut all = misfits.iter().filter_map(&told);
    let first = all.next()?;
    Some(match all.count() {
        0 => first,
        more => format!("{first} And {more} more of the kind."),
    })
}

pub static NAMESPACE: Ailment = Ailment {
    code: "member-in-wrong-namespace",
    severity: Severity::Fails,
    page: page!("member-in-wrong-namespace"),
    look: Look::Exchange(|seen| {
        first(seen.misfits(), |misfit| {
            let What::Namespace { expected } = misfit.what else { return None };
            let found = shown_namespace(&misfit.namespace);
            Some(format!(
                "`{}` in `{}` is in {found}; it belongs in `{expected}`. Servers pass it over, \
                 and its value is lost without an error.",
                misfit.name, misfit.path
            ))
        })
    }),
};

pub static LETTER_CASE: Ailment = Ailment {
    code: "member-in-other-letters",
    severity: Severity::Fails,
    page: page!("member-in-other-letters"),
    look: Look::Exchange(|seen| {
        first(seen.misfits(), |misfit| {
            let What::LetterCase { expected } = misfit.what else { return None };
            let found = shown(&misfit.name);
            Some(format!("{found} in `{}` is written `{expected}`; XML counts case.", misfit.path))
        })
    }),
};

pub static UNKNOWN: Ailment = Ailment {
    code: "unknown-member",
    severity: Severity::Fails,
    page: page!("unknown-member"),
    look: Look::Exchange(|seen| {
        first(seen.misfits(), |misfit| {
            let What::Unknown { nearest } = misfit.what else { return None };
            let found = shown(&misfit.name);
            Some(format!("`{}` has no member {found}{}.", misfit.path, meant(nearest)))
        })
    }),
};

pub static ORDER: Ailment = Ailment {
    code: "members-out-of-order",
    severity: Severity::MayFail,
    page: page!("members-out-of-order"),
    look: Look::Exchange(|seen| {
        first(seen.misfits(), |misfit| {
            let What::Order { before } = misfit.what else { return None };
            Some(format!(
                "`{}` stands behind `{before}` in `{}`, and its place is before it.",
                misfit.name, misfit.path
            ))
        })
    }),
};

pub static UNTYPED: Ailment = Ailment {
    code: "untyped-value",
    severity: Severity::MayFail,
    page: page!("untyped-value"),
    look: Look::Exchange(|seen| {
        first(seen.misfits(), |misfit| {
            let is_untyped = misfit.what == What::Untyped;
            is_untyped.then(|| {
                format!("`{}` is an `xs:anyType` and does not say its `xsi:type`.", misfit.path)
            })
        })
    }),
};

pub static ENUMERATION: Ailment = Ailment {
    code: "unknown-enum-value",
    severity: Severity::Fails,
    page: page!("unknown-enum-value"),
    look: Look::Exchange(|seen| {
        let edition = seen.edition();
        first(seen.misfits(), |misfit| {
            let What::Enumeration { name, nearest } = misfit.what else { return None };
            Some(format!(
                "The value of `{}` is none of the names that `{name}` has in the WSDL of \
                 {edition}{}.",
                misfit.path,
                meant(nearest)
            ))
        })
    }),
};

pub static VALUE: Ailment = Ailment {
    code: "value-of-wrong-type",
    severity: Severity::Fails,
    page: page!("value-of-wrong-type"),
    look: Look::Exchange(|seen| {
        first(seen.misfits(), |misfit| {
            let What::Value { expected, is_empty } = misfit.what else { return None };
            let found = if is_empty { "is empty" } else { "is something else" };
            Some(format!("`{}` is of `{expected}`, and {found}.", misfit.path))
        })
    }),
};

pub static EMPTY: Ailment = Ailment {
    code: "empty-operation-element",
    severity: Severity::Fails,
    page: page!("empty-operation-element"),
    look: Look::Exchange(empty),
};

fn empty(seen: &Seen<'_>) -> Option<String> {
    let payload = seen.soap()?.payload.filter(|payload| payload.children.is_empty())?;
    let operation = seen.operation().filter(|operation| operation.name == payload.local())?;
    let Kind::Sequence(members) = (operation.request)().kind else { return None };
    let names: Vec<String> =
        members.iter().take(8).map(|member| format!("`{}`", member.name)).collect();
    if names.is_empty() {
        return None;
    }
    Some(format!(
        "`{}` came without any member, and it has {}. The caller's parameters were dropped before \
         the call was sent.",
        operation.name,
        names.join(", ")
    ))
}
