//! Messages as files that a person can read: UTF-8 in the headers too (RFC 6532), the text as it is.

use super::Mail;
use crate::Clock;
use kernel::{Email, Error, Result};
use std::{io, path::Path};
use time::{OffsetDateTime, format_description::well_known::Rfc2822, macros::format_description};
use tokio::{fs, io::AsyncWriteExt};

/// Writes `<time>-<id>.eml`, for the program's own account alone: a message may hold a link that resets a password. It gets its name when it is whole, so whoever watches the folder never reads half of it.
pub(super) async fn write(folder: &Path, from: &Email, mail: &Mail) -> Result<()> {
    let clock = Clock::system();
    let id = clock.new_id().simple().to_string();
    let now = clock.now();
    let stamp = now
        .format(format_description!(
            "[year][month][day]T[hour][minute][second]Z"
        ))
        .map_err(Error::internal)?;
    let message = message(from, mail, now, &id)?;
    let write = async {
        let mut made = fs::DirBuilder::new();
        made.recursive(true).mode(0o700).create(folder).await?;
        let aside = folder.join(format!(".{id}"));
        let mut file = fs::OpenOptions::new();
        let mut file = file
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&aside)
            .await?;
        file.write_all(message.as_bytes()).await?;
        file.flush().await?;
        fs::rename(&aside, folder.join(format!("{stamp}-{id}.eml"))).await
    };
    write
        .await
        .map_err(|error: io::Error| Error::internal(format!("the outbox folder: {error}")))
}

fn message(from: &Email, mail: &Mail, now: OffsetDateTime, id: &str) -> Result<String> {
    let date = now.format(&Rfc2822).map_err(Error::internal)?;
    let name = mail.from_name.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!(
        "Date: {date}\nFrom: \"{name}\" <{from}>\nTo: {}\nSubject: {}\nMessage-ID: <{id}@clube-digital>\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{}\n",
        mail.to, mail.subject, mail.text
    ))
}
