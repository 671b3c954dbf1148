//! Figures of transactional messages.

use crate::domain::template::Purpose;
use crate::faces::empower::methods::figures::templates;
use crate::faces::empower::{Echo, Method};

pub static METHOD: Method = Method {
    name: "transactional.messageStats",
    echo: Echo::LowerCase,
    doc: "Figures of transactional messages, by template, day or month.",
    args: &templates::ARGS,
    combinable: false,
    php: true,
    run: |call| Box::pin(templates::run(call, |head| head.purpose == Purpose::Transactional)),
};
