//! `lychgate wsdl`: writes the contract that is served, and compares it with a genuine one.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand, ValueEnum};

use super::output;
use crate::faces::dotdigital_soap::contract::{self, GOLDEN, GOLDEN_ADDRESS};
use crate::faces::dotdigital_soap::edition::{YEAR_2013, YEAR_2014};
use crate::protocol::soap::Edition;
use crate::protocol::soap::wsdl::Form;

/// Writes and compares the WSDL of the Dotdigital SOAP face.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Writes the WSDL as it is served.
    #[command(after_help = "\
Examples:
  lychgate wsdl render --address https://api.example.org/v2/api.svc > ApiService.wsdl
  lychgate wsdl render --golden wsdl")]
    Render(Render),
    /// Compares with a vendor's single-file WSDL. Fails when something differs that is not meant to.
    #[command(after_help = "Example:\n  lychgate wsdl agree ApiService.wsdl --edition 2014")]
    Agree {
        /// The genuine WSDL
        file: PathBuf,
        /// Edition to compare
        #[arg(long, value_enum, default_value_t = Year::Y2014)]
        edition: Year,
    },
}

/// A year that the vendor published a WSDL in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Year {
    #[value(name = "2013")]
    Y2013,
    #[value(name = "2014")]
    Y2014,
}

#[derive(Debug, Args)]
pub struct Render {
    /// Edition to write
    #[arg(long, value_enum, default_value_t = Year::Y2014)]
    edition: Year,
    /// Address for callers
    #[arg(long, value_name = "URL", default_value = GOLDEN_ADDRESS)]
    address: String,
    /// The form that imports its schemas from `?xsd=xsd0` and so on, as at `?wsdl`
    #[arg(long)]
    split: bool,
    /// Write the golden files of all editions into this folder instead
    #[arg(long, value_name = "DIR", conflicts_with_all = ["edition", "address", "split"])]
    golden: Option<PathBuf>,
}

impl Year {
    fn edition(self) -> Edition {
        match self {
            Self::Y2013 => YEAR_2013,
            Self::Y2014 => YEAR_2014,
        }
    }
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Render(render) => render.run(),
            Self::Agree { file, edition } => agree(&file, edition),
        }
    }
}

impl Render {
    fn run(self) -> Result<()> {
        let Some(folder) = self.golden else {
            let form = if self.split { Form::Split } else { Form::Single };
            let text = contract::render(self.edition.edition(), form, &self.address);
            return output::bytes(text.as_bytes());
        };
        for (edition, name) in GOLDEN {
            let path = folder.join(name);
            std::fs::write(&path, contract::render(edition, Form::Single, GOLDEN_ADDRESS))
                .with_context(|| format!("cannot write {}", path.display()))?;
            output::line(path.display())?;
        }
        Ok(())
    }
}

fn agree(file: &std::path::Path, year: Year) -> Result<()> {
    let genuine = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let agreement = contract::agree_with(year.edition(), &genuine)
        .with_context(|| format!("cannot compare with {}", file.display()))?;
    output::line(&agreement)?;
    if !agreement.holds() {
        bail!("the two do not agree");
    }
    Ok(())
}
