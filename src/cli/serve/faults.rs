//! From `[[fault]]` sections to what the domain does on purpose.

use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use tracing::warn;

use crate::config::{Cut, Fault, Latency};
use crate::domain::on_purpose::{self, Meant, Plan, Spread, Wait};
use crate::domain::wildcard::is_like;
use crate::domain::{Context, nearest};
use crate::faces::{Face, on_purpose as of_face};
use crate::server::Mount;

/// Plans every fault and says so in the log. Refused are names that fit nothing.
pub async fn plan(faults: &[Fault], mounts: &[Mount], context: &Context) -> Result<()> {
    let mut plans = Vec::new();
    for fault in faults {
        plans.push(of(fault, mounts, context).await?);
        warn!(
            face = fault.face,
            operation = fault.operation.as_deref().unwrap_or("*"),
            account = fault.account.as_deref().unwrap_or("*"),
            rate = fault.rate,
            latency_ms = fault.latency_ms,
            latency_varies = fault.latency.is_some(),
            error = fault.error.as_deref().unwrap_or(""),
            cut = fault.cut.map(when),
            "calls will fail on purpose, as [[fault]] of the settings says",
        );
    }
    context.on_purpose.plan(plans);
    Ok(())
}

async fn of(fault: &Fault, mounts: &[Mount], context: &Context) -> Result<Plan> {
    let mut faces = mounts.iter().map(|mount| &*mount.face);
    let Some(face) = faces.find(|face| face.name() == fault.face) else {
        bail!("[[fault]] face: no face `{}` is switched on", fault.face);
    };
    if let Some(pattern) = &fault.operation
        && !face.operations().iter().any(|one| is_like(pattern, one.name))
    {
        bail!("[[fault]] operation: {} has no operation `{pattern}`", fault.face);
    }
    let account = match &fault.account {
        None => None,
        Some(name) => {
            let found = context.accounts().find(name).await;
            Some(found.map_err(|error| anyhow!("[[fault]] account `{name}`: {error}"))?.id)
        }
    };
    Ok(Plan {
        face: fault.face.clone(),
        operation: fault.operation.clone(),
        account,
        rate: fault.rate,
        wait: Wait {
            fixed: Duration::from_millis(fault.latency_ms),
            spread: fault.latency.map(spread),
        },
        error: fault.error.as_deref().map(|name| meant(name, face)).transpose()?,
        cut: fault.cut.map(|cut| match cut {
            Cut::Before => on_purpose::Cut::Before,
            Cut::After => on_purpose::Cut::After,
        }),
    })
}

fn meant(name: &str, face: &dyn Face) -> Result<Meant> {
    of_face::meant(name, face).ok_or_else(|| {
        let known = of_face::known(face);
        let hint = nearest::meant(nearest::nearest(name, known.iter().map(String::as_str)));
        let (face, known) = (face.name(), known.join(", "));
        anyhow!("[[fault]] error: {face} knows no error `{name}`{hint}; it knows {known}")
    })
}

fn spread(latency: Latency) -> Spread {
    let ms = Duration::from_millis;
    match latency {
        Latency::Uniform { from_ms, to_ms } => Spread::Uniform { from: ms(from_ms), to: ms(to_ms) },
        Latency::LogNormal { median_ms, sigma, most_ms } => {
            Spread::LogNormal { median: ms(median_ms), sigma, most: ms(most_ms) }
        }
    }
}

fn when(cut: Cut) -> &'static str {
    match cut {
        Cut::Before => "before",
        Cut::After => "after",
    }
}
