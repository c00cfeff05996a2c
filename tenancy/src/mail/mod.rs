//! E-mail: by SMTP when it is set, else one readable `.eml` file a message in an outbox folder.

use kernel::{Email, Result};
use secrecy::SecretString;
use std::path::PathBuf;

/// How messages leave.
#[derive(Clone, Debug)]
pub enum MailSettings {
    /// A folder; the default.
    Outbox(PathBuf),
    /// `smtps://user:password@host:port` or `smtp://…`.
    Smtp(SecretString),
}

/// A message to one person.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The name that the receiver sees, usually the club's.
    pub from_name: String,
    /// To whom.
    pub to: Email,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Sends messages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Mailer {}

impl Mailer {
    /// `from` is the installation's sender address.
    pub fn new(_settings: MailSettings, _from: Email) -> Result<Self> {
        unimplemented!()
    }

    /// Sends one message.
    pub async fn send(&self, _mail: Mail) -> Result<()> {
        unimplemented!()
    }
}
