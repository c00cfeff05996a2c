//! Messages in the outbox and to an SMTP server of our own.

use super::{Mail, MailSettings, Mailer};
use kernel::{Email, Error, Result};
use std::{error, fs, os::unix::fs::PermissionsExt};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

fn mail() -> Mail {
    Mail {
        from_name: "Clube \"Navi\"".to_owned(),
        to: email("ana@example.com"),
        subject: "Redefinição de senha".to_owned(),
        text: "Olá, João!\n\nhttps://clube-navi.example.com/reset?token=a=b".to_owned(),
    }
}

fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

#[tokio::test]
async fn a_message_in_the_outbox_can_be_read() -> Result<(), Box<dyn error::Error>> {
    let folder = tempfile::tempdir()?;
    let outbox = folder.path().join("outbox");
    let mailer = Mailer::new(
        MailSettings::Outbox(outbox.clone()),
        email("no-reply@example.com"),
    )?;
    mailer.send(mail()).await?;
    mailer.send(mail()).await?;

    let files = fs::read_dir(&outbox)?.collect::<Result<Vec<_>, _>>()?;
    assert_eq!(files.len(), 2, "one file a message, and nothing else");
    let message = fs::read_to_string(files[0].path())?;
    for line in [
        "From: \"Clube \\\"Navi\\\"\" <no-reply@example.com>",
        "To: ana@example.com",
        "Subject: Redefinição de senha",
        "Olá, João!",
        "https://clube-navi.example.com/reset?token=a=b",
    ] {
        assert!(
            message.lines().any(|found| found == line),
            "{line}\n{message}"
        );
    }
    assert!(files[0].file_name().to_string_lossy().ends_with(".eml"));
    for (path, mode) in [(outbox, 0o700), (files[0].path(), 0o600)] {
        let found = fs::metadata(&path)?.permissions().mode() & 0o777;
        assert_eq!(found, mode, "{}", path.display());
    }
    Ok(())
}

#[tokio::test]
async fn a_line_end_cannot_add_a_header() {
    let settings = MailSettings::Outbox("/nonexistent".into());
    let mailer = Mailer::new(settings, email("no-reply@example.com")).expect("a mailer");
    let refusal = mailer
        .send(Mail {
            subject: "Oi\r\nBcc: eva@example.com".to_owned(),
            ..mail()
        })
        .await;
    assert_eq!(
        refusal.as_ref().err().and_then(Error::cause),
        Some("an e-mail's subject or sender is not one line")
    );
}

/// Answers as an SMTP server does, once, and gives back what it was told.
async fn smtp_server(listener: TcpListener) -> std::io::Result<String> {
    let (stream, _) = listener.accept().await?;
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut told = String::new();
    let mut in_data = false;
    writer.write_all(b"220 ready\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let answer: &[u8] = match line.as_str() {
            "." if in_data => {
                in_data = false;
                b"250 taken\r\n"
            }
            _ if in_data => b"",
            "DATA" => {
                in_data = true;
                b"354 go on\r\n"
            }
            "QUIT" => break,
            _ => b"250 fine\r\n",
        };
        writer.write_all(answer).await?;
        told = told + &line + "\n";
        if answer.starts_with(b"250 taken") {
            break;
        }
    }
    Ok(told)
}

#[tokio::test]
async fn a_message_leaves_by_smtp() -> Result<(), Box<dyn error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("smtp://{}", listener.local_addr()?);
    let server = tokio::spawn(smtp_server(listener));
    let mailer = Mailer::new(
        MailSettings::Smtp(url.into()),
        email("no-reply@example.com"),
    )?;
    mailer.send(mail()).await?;

    let told = server.await??;
    assert!(told.contains("MAIL FROM:<no-reply@example.com>"), "{told}");
    assert!(told.contains("RCPT TO:<ana@example.com>"), "{told}");
    assert!(told.contains("Subject: =?utf-8?"), "{told}");
    Ok(())
}

#[test]
fn neither_debug_nor_a_refusal_shows_a_secret() -> Result<()> {
    let settings = MailSettings::Smtp("smtps://eu:s3gr3do@mail.example.com".into());
    assert!(!format!("{settings:?}").contains("s3gr3do"));
    let mailer = Mailer::new(settings, email("no-reply@example.com"))?;
    assert!(!format!("{mailer:?}").contains("s3gr3do"));
    assert!(!format!("{:?}", mail()).contains("token="));
    let wrong = MailSettings::Smtp("smtpx://eu:s3gr3do@mail.example.com".into());
    let refusal = Mailer::new(wrong, email("no-reply@example.com")).expect_err("no such scheme");
    assert!(!format!("{refusal:?} {refusal}").contains("s3gr3do"));
    Ok(())
}
