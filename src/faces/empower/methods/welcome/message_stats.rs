//! Figures of welcome messages.

use crate::domain::template::Purpose;
use crate::faces::empower::methods::figures::templates;
use crate::faces::empower::{Echo, Method};

pub static METHOD: Method = Method {
    name: "welcome.messageStats",
    echo: Echo::AsDocumented,
    doc: "Figures of welcome messages, by template, day or month.",
    args: &templates::ARGS,
    combinable: false,
    php: true,
    run: |call| Box::pin(templates::run(call, |head| matches!(head.purpose, Purpose::Welcome(_)))),
};
