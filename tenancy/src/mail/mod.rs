//! E-mail: by SMTP when it is set, else one readable `.eml` file a message in an outbox folder.
//!
//! What a message says is never logged: it may hold a link that resets a password. Another way out is one more variant
//! of [`MailSettings`] and a file beside `outbox.rs` and `smtp.rs`.

mod outbox;
mod smtp;
#[cfg(test)]
mod tests;

use kernel::{Email, Error, Result};
use secrecy::SecretString;
use std::{fmt, path::PathBuf, sync::Arc};

/// How messages leave.
#[derive(Clone, Debug)]
pub enum MailSettings {
    /// A folder; the default.
    Outbox(PathBuf),
    /// `smtps://user:password@host:port` or `smtp://…`.
    Smtp(SecretString),
}

/// A message to one person.
#[derive(Clone)]
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

/// Without the text, which may hold a link that only the receiver may see.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("to", &self.to)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// Sends messages. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    from: Email,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Outbox(Arc<PathBuf>),
    Smtp(Arc<smtp::Transport>),
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match &self.way {
            Way::Outbox(_) => "outbox",
            Way::Smtp(_) => "smtp",
        };
        f.debug_struct("Mailer")
            .field("from", &self.from)
            .field("way", &way)
            .finish()
    }
}

impl Mailer {
    /// `from` is the installation's sender address.
    pub fn new(settings: MailSettings, from: Email) -> Result<Self> {
        let way = match settings {
            MailSettings::Outbox(folder) => Way::Outbox(Arc::new(folder)),
            MailSettings::Smtp(url) => Way::Smtp(Arc::new(smtp::transport(&url)?)),
        };
        Ok(Self { from, way })
    }

    /// Sends one message.
    pub async fn send(&self, mail: Mail) -> Result<()> {
        // A line end in a header would begin another header.
        if mail.subject.contains(char::is_control) || mail.from_name.contains(char::is_control) {
            return Err(Error::internal(
                "an e-mail's subject or sender is not one line",
            ));
        }
        match &self.way {
            Way::Outbox(folder) => outbox::write(folder, &self.from, &mail).await,
            Way::Smtp(transport) => smtp::send(transport, &self.from, mail).await,
        }
    }
}
