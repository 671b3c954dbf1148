//! Compares our contract with a genuine one, operation by operation.
//!
//! Every operation that both have must agree in names, namespaces, order, types, occurrence,
//! nillability, enumeration names and numbers, and actions. A difference is accepted only by an
//! entry that says why; an entry that accepts nothing any more is reported as stale.

use std::collections::BTreeSet;
use std::fmt;

use super::model::{Contract, Element, Message, Operation, QName, Type, TypeKind};

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// They do not have the operation, type or member that we have.
    OnlyOurs,
    /// We do not have the type or member that they have.
    OnlyTheirs,
    /// Name or namespace of an element or of the service's parts.
    Name,
    /// Members or names stand in another order.
    Order,
    Type,
    MinOccurs,
    MaxOccurs,
    Nillable,
    /// The number that stands for a name of an enumeration.
    Number,
    SoapAction,
    ReplyAction,
}

/// One difference. `place` is a path such as `GetContacts/request/select` or `ApiContact/Email`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    pub place: String,
    pub what: What,
    pub ours: String,
    pub theirs: String,
}

/// A difference that is meant, with the reason for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The place, or its beginning followed by `*`.
    pub place: &'static str,
    pub what: What,
    pub reason: &'static str,
}

/// The outcome of a comparison.
#[derive(Debug, Clone, Default)]
pub struct Agreement {
    /// Operations that were compared.
    pub compared: usize,
    /// Operations of theirs that are not built here.
    pub not_built: Vec<String>,
    pub accepted: Vec<(Difference, &'static str)>,
    pub unexplained: Vec<Difference>,
    /// Entries of the list of accepted differences that accept nothing.
    pub stale: Vec<Accepted>,
}

/// Compares our contract with theirs.
pub fn agree(ours: &Contract, theirs: &Contract, accepted: &[Accepted]) -> Agreement {
    let mut comparison = Comparison::new(ours, theirs);
    comparison.service();
    for operation in &ours.operations {
        comparison.operation(operation);
    }
    let named = |operation: &&Operation| ours.operation(&operation.name).is_none();
    let mut agreement = Agreement {
        compared: comparison.compared,
        not_built: theirs.operations.iter().filter(named).map(|o| o.name.clone()).collect(),
        ..Agreement::default()
    };
    for difference in comparison.differences {
        match accepted.iter().find(|entry| entry.covers(&difference)) {
            Some(entry) => agreement.accepted.push((difference, entry.reason)),
            None => agreement.unexplained.push(difference),
        }
    }
    let covers_nothing = |entry: &&Accepted| {
        !agreement.accepted.iter().any(|(difference, _)| entry.covers(difference))
    };
    agreement.stale = accepted.iter().filter(covers_nothing).copied().collect();
    agreement
}

impl Accepted {
    fn covers(&self, difference: &Difference) -> bool {
        let is_here = match self.place.strip_suffix('*') {
            Some(beginning) => difference.place.starts_with(beginning),
            None => difference.place == self.place,
        };
        is_here && difference.what == self.what
    }
}

impl Agreement {
    /// Whether every difference is explained and every explanation is needed.
    pub fn holds(&self) -> bool {
        self.unexplained.is_empty() && self.stale.is_empty()
    }
}

struct Comparison<'c> {
    ours: &'c Contract,
    theirs: &'c Contract,
    differences: BTreeSet<Difference>,
    seen_types: BTreeSet<QName>,
    compared: usize,
}

impl<'c> Comparison<'c> {
    fn new(ours: &'c Contract, theirs: &'c Contract) -> Self {
        let (differences, seen_types) = (BTreeSet::new(), BTreeSet::new());
        Self { ours, theirs, differences, seen_types, compared: 0 }
    }

    fn note(
        &mut self,
        place: &str,
        what: What,
        ours: &dyn fmt::Display,
        theirs: &dyn fmt::Display,
    ) {
        let (ours, theirs) = (ours.to_string(), theirs.to_string());
        if ours != theirs {
            self.differences.insert(Difference { place: place.to_owned(), what, ours, theirs });
        }
    }

    fn service(&mut self) {
        let (ours, theirs) = (self.ours, self.theirs);
        self.note("service", What::Name, &ours.name, &theirs.name);
        self.note("namespace", What::Name, &ours.target_namespace, &theirs.target_namespace);
        self.note("portType", What::Name, &ours.port_type, &theirs.port_type);
        self.note("binding", What::Name, &ours.binding, &theirs.binding);
        self.note("port", What::Name, &ours.port, &theirs.port);
        let common = |of: &Contract, other: &Contract| {
            let names = of.operations.iter().map(|operation| operation.name.clone());
            names.filter(|name| other.operation(name).is_some()).collect::<Vec<_>>().join(" ")
        };
        self.note("operations", What::Order, &common(ours, theirs), &common(theirs, ours));
    }

    fn operation(&mut self, ours: &Operation) {
        let name = &ours.name;
        let Some(theirs) = self.theirs.operation(name) else {
            self.note(name, What::OnlyOurs, name, &"");
            return;
        };
        self.compared += 1;
        self.note(name, What::SoapAction, &ours.soap_action, &theirs.soap_action);
        self.note(name, What::ReplyAction, &ours.reply_action, &theirs.reply_action);
        self.message(&format!("{name}/request"), &ours.request, &theirs.request);
        self.message(&format!("{name}/response"), &ours.response, &theirs.response);
    }

    fn message(&mut self, place: &str, ours: &Message, theirs: &Message) {
        self.note(place, What::Name, &ours.element, &theirs.element);
        self.members(place, &ours.members, &theirs.members);
    }

    fn members(&mut self, place: &str, ours: &[Element], theirs: &[Element]) {
        let names = |members: &[Element], others: &[Element]| {
            let shared = members.iter().filter(|m| others.iter().any(|other| other.name == m.name));
            shared.map(|member| member.name.as_str()).collect::<Vec<_>>().join(" ")
        };
        self.note(place, What::Order, &names(ours, theirs), &names(theirs, ours));
        for member in ours {
            let place = format!("{place}/{}", member.name);
            match theirs.iter().find(|other| other.name == member.name) {
                Some(other) => self.member(&place, member, other),
                None => self.note(&place, What::OnlyOurs, &member.name, &""),
            }
        }
        for other in theirs.iter().filter(|other| !ours.iter().any(|m| m.name == other.name)) {
            let place = format!("{place}/{}", other.name);
            self.note(&place, What::OnlyTheirs, &"", &other.name);
        }
    }

    fn member(&mut self, place: &str, ours: &Element, theirs: &Element) {
        self.note(place, What::Type, &ours.ty, &theirs.ty);
        self.note(place, What::MinOccurs, &ours.min_occurs, &theirs.min_occurs);
        self.note(place, What::MaxOccurs, &ours.max_occurs, &theirs.max_occurs);
        self.note(place, What::Nillable, &ours.nillable, &theirs.nillable);
        if ours.ty == theirs.ty {
            self.named_type(&ours.ty);
        }
    }

    /// Compares a type of both, once.
    fn named_type(&mut self, name: &QName) {
        let Some(ours) = self.ours.ty(name) else { return };
        if !self.seen_types.insert(name.clone()) {
            return;
        }
        let place = &name.local;
        match self.theirs.ty(name) {
            Some(theirs) => self.kinds(place, ours, theirs),
            None => self.note(place, What::OnlyOurs, name, &""),
        }
    }

    fn kinds(&mut self, place: &str, ours: &Type, theirs: &Type) {
        match (&ours.kind, &theirs.kind) {
            (TypeKind::Sequence(ours), TypeKind::Sequence(theirs)) => {
                self.members(place, ours, theirs);
            }
            (TypeKind::Enumeration(ours), TypeKind::Enumeration(theirs)) => {
                self.enumerations(place, ours, theirs);
            }
            (ours, theirs) => self.note(place, What::Type, &kind(ours), &kind(theirs)),
        }
    }

    fn enumerations(&mut self, place: &str, ours: &[(String, i32)], theirs: &[(String, i32)]) {
        let number = |names: &[(String, i32)], name: &str| {
            names.iter().find(|(known, _)| known == name).map(|(_, number)| *number)
        };
        let shared = |names: &[(String, i32)], others: &[(String, i32)]| {
            let shared = names.iter().filter(|(name, _)| number(others, name).is_some());
            shared.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ")
        };
        self.note(place, What::Order, &shared(ours, theirs), &shared(theirs, ours));
        for (name, ours) in ours {
            let place = format!("{place}/{name}");
            match number(theirs, name) {
                Some(theirs) => self.note(&place, What::Number, ours, &theirs),
                None => self.note(&place, What::OnlyOurs, name, &""),
            }
        }
        for (name, _) in theirs.iter().filter(|(name, _)| number(ours, name).is_none()) {
            self.note(&format!("{place}/{name}"), What::OnlyTheirs, &"", name);
        }
    }
}

fn kind(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Sequence(_) => "sequence",
        TypeKind::Enumeration(_) => "enumeration",
        TypeKind::Other => "something else",
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OnlyOurs => "only here",
            Self::OnlyTheirs => "only there",
            Self::Name => "name",
            Self::Order => "order",
            Self::Type => "type",
            Self::MinOccurs => "minOccurs",
            Self::MaxOccurs => "maxOccurs",
            Self::Nillable => "nillable",
            Self::Number => "number",
            Self::SoapAction => "soapAction",
            Self::ReplyAction => "reply action",
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, what, ours, theirs } = self;
        write!(f, "{place}: {what}: here {ours:?}, there {theirs:?}")
    }
}

/// For people: what was compared, then what is accepted and why, then what is not.
impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} operations compared", self.compared)?;
        if !self.not_built.is_empty() {
            writeln!(f, "{} not built here: {}", self.not_built.len(), self.not_built.join(", "))?;
        }
        for (difference, reason) in &self.accepted {
            writeln!(f, "accepted: {difference}\n          because {reason}")?;
        }
        for entry in &self.stale {
            writeln!(f, "stale: {}: {} is accepted but agrees", entry.place, entry.what)?;
        }
        for difference in &self.unexplained {
            writeln!(f, "differs: {difference}")?;
        }
        f.write_str(if self.holds() { "The contracts agree." } else { "The contracts differ." })
    }
}
