//! What is measured, and what is wanted of it.

/// One kind of call, made over and over by so many clients.
#[derive(Debug)]
pub struct Case {
    /// Short, for the command line and the path of peers.
    pub name: &'static str,
    pub about: &'static str,
    pub kind: Kind,
    pub connections: usize,
    /// Calls in a round at most, but for the floor: what an import leaves behind takes longer than
    /// its call, and an account may have only so many imports under way.
    pub burst: usize,
    pub target: Target,
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `GetContactImportReportFaults` over SOAP, whose reply has about so many bytes.
    Faults { reply_bytes: usize },
    /// `ImportContacts` over SOAP, whose request has about so many bytes.
    Import { request_bytes: usize },
    /// `transactional.bouncedList` as a `methodCall` document.
    Bounces,
    /// The same over XML-RPC.
    XmlRpc,
    /// `GetContactByEmail` over SOAP.
    Contact,
}

/// What the gateway without its journal must reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// CPU time of a call as a multiple of the floor's.
    Multiple(f64),
    /// The time that 99 of 100 calls take at most, in milliseconds.
    P99Millis(f64),
}

impl Case {
    pub const ALL: [Self; 9] = [
        Self {
            name: "faults-2k",
            about: "faults file, 1.8 KB reply",
            kind: Kind::Faults { reply_bytes: 1_800 },
            connections: 8,
            burst: usize::MAX,
            target: Target::Multiple(1.6),
        },
        Self {
            name: "faults-74k",
            about: "faults file, 74 KB",
            kind: Kind::Faults { reply_bytes: 74_000 },
            connections: 8,
            burst: usize::MAX,
            target: Target::Multiple(1.8),
        },
        Self {
            name: "faults-3700k",
            about: "faults file, 3.7 MB",
            kind: Kind::Faults { reply_bytes: 3_700_000 },
            connections: 4,
            burst: usize::MAX,
            target: Target::Multiple(1.8),
        },
        Self {
            name: "import-1k",
            about: "import call, 1 KB",
            kind: Kind::Import { request_bytes: 1_000 },
            connections: 8,
            burst: 40,
            target: Target::Multiple(2.5),
        },
        Self {
            name: "import-1m",
            about: "import call, 1 MB",
            kind: Kind::Import { request_bytes: 1_000_000 },
            connections: 4,
            burst: 20,
            target: Target::Multiple(2.5),
        },
        Self {
            name: "import-20m",
            about: "import call, 20 MB",
            kind: Kind::Import { request_bytes: 20_000_000 },
            connections: 2,
            burst: 6,
            target: Target::Multiple(4.0),
        },
        Self {
            name: "bounces-50",
            about: "bouncedList, 50 bounces",
            kind: Kind::Bounces,
            connections: 8,
            burst: usize::MAX,
            target: Target::Multiple(2.5),
        },
        Self {
            name: "xmlrpc-50",
            about: "XML-RPC, 50 structs",
            kind: Kind::XmlRpc,
            connections: 8,
            burst: usize::MAX,
            target: Target::Multiple(2.5),
        },
        Self {
            name: "small-150",
            about: "one contact, 150 clients",
            kind: Kind::Contact,
            connections: 150,
            burst: usize::MAX,
            target: Target::P99Millis(4.0),
        },
    ];
}
