//! The arguments by which a call names a file: a URL, or a server with folder and name.

use super::{Answer, Arg, Args, Call, Failure, Need};
use crate::domain::files::{Fetched, FileError, FilePlace};
use crate::domain::{Error, Refusal};

const WHERE: Need = Need::OneOf("data_url or ftp_server");

pub const DATA_URL: Arg =
    Arg::text("data_url", WHERE, "Where the file lies; http, https or ftp. It may be packed.");
pub const FTP_SERVER: Arg =
    Arg::text("ftp_server", WHERE, "The server of the file, instead of data_url.");
pub const SFTP: Arg =
    Arg::flag("sftp", "Whether the server speaks SFTP; the file is found all the same.");
pub const FTP_USER_NAME: Arg = Arg::text("ftp_user_name", Need::Optional, "Not looked at.");
pub const FTP_USER_PASS: Arg = Arg::text("ftp_user_pass", Need::Optional, "Not looked at.");
pub const FILENAME: Arg =
    Arg::text("filename", Need::Optional, "The file's name; needed with ftp_server.");
pub const SERVER_FOLDER: Arg =
    Arg::text("server_folder", Need::Optional, "The file's folder on the server.");

/// Where the call says that its file lies.
fn place(args: &Args) -> Result<FilePlace, Trouble> {
    let invalid = |error: FileError| Trouble::Refused(Refusal::File(error));
    if let Some(url) = args.text("data_url") {
        return FilePlace::from_url(url).map_err(invalid);
    }
    let server = args.text("ftp_server").unwrap_or_default();
    let name =
        args.text("filename").ok_or_else(|| Trouble::Failed(Failure::missing("filename")))?;
    let folder = args.text("server_folder").unwrap_or_default();
    FilePlace::on_server(server, folder, name).map_err(invalid)
}

/// Fetches the file that the call names.
pub async fn fetch(call: &Call<'_>) -> Result<Fetched, Trouble> {
    let place = place(call.args)?;
    call.context.fetch_file(&place).await.map_err(Trouble::from)
}

/// Why a call with a file comes to nothing.
#[derive(Debug)]
pub enum Trouble {
    /// The caller can do something about it.
    Refused(Refusal),
    Failed(Failure),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal),
            error @ Error::Broken(_) => Self::Failed(error.into()),
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Trouble {
    /// In the manner of `legacy.*`: an answer with a reason.
    pub fn legacy(self) -> Result<Answer, Failure> {
        match self {
            Self::Refused(refusal) => Ok(Answer::legacy_failed(refusal)),
            Self::Failed(failure) => Err(failure),
        }
    }

    pub fn failure(self) -> Failure {
        match self {
            Self::Refused(refusal) => refusal.into(),
            Self::Failed(failure) => failure,
        }
    }
}
