//! Messages by SMTP.

use super::Mail;
use kernel::{Email, Error, Kind, Result};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

pub(super) type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// For each command of the conversation.
const STEP: Duration = Duration::from_secs(10);
/// For the whole message.
const WHOLE: Duration = Duration::from_secs(30);

/// The URL holds a password, so the refusal does not repeat it.
pub(super) fn transport(url: &SecretString) -> Result<Transport> {
    let builder = Transport::from_url(url.expose_secret()).map_err(|_| {
        Error::new(
            Kind::Internal,
            "wrong_setting",
            "CLUBE_SMTP_URL must be smtps://user:password@host:port, or smtp:// with an optional ?tls=required.",
        )
    })?;
    Ok(builder.timeout(Some(STEP)).build())
}

pub(super) async fn send(transport: &Transport, from: &Email, mail: Mail) -> Result<()> {
    let message = Message::builder()
        .from(Mailbox::new(Some(mail.from_name), address(from)?))
        .to(Mailbox::new(None, address(&mail.to)?))
        .subject(mail.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text)
        .map_err(|error| Error::internal(format!("e-mail: {error}")))?;
    tokio::time::timeout(WHOLE, transport.send(message))
        .await
        .map_err(|_| Error::internal("the SMTP server did not answer in time"))?
        .map_err(|error| Error::internal(format!("SMTP: {error}")))?;
    Ok(())
}

fn address(email: &Email) -> Result<lettre::Address> {
    email
        .as_str()
        .parse()
        .map_err(|error| Error::internal(format!("e-mail address: {error}")))
}
