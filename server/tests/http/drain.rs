//! Leaving loses no request.

use crate::installation::{Installation, Outcome};
use reqwest::{Client, Method};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};

/// Clients that keep asking, half of them on one connection and half on a new one each time, until the node takes none.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_fails_while_a_node_leaves() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let slug = installation.tenant(&node, "navi").await;
    let answered = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for keeps in [true, false, true, false, true, false, true, false] {
        let client = Client::builder()
            .pool_max_idle_per_host(usize::from(keeps))
            .build()?;
        let request = client
            .get(format!("http://{}/api/tenant-info", node.address))
            .header("host", format!("{slug}.localhost"));
        let answered = Arc::clone(&answered);
        clients.spawn(async move {
            loop {
                match request.try_clone().expect("it has no body").send().await {
                    Ok(answer) if answer.status() == 200 => {
                        answer.bytes().await.expect("the whole answer");
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(answer) => return Err(format!("answered {}", answer.status())),
                    Err(error) if error.is_connect() => return Ok(()),
                    Err(error) => return Err(format!("{error:?}")),
                }
            }
        });
    }
    let wait_for = |count: usize| {
        let answered = Arc::clone(&answered);
        async move {
            while answered.load(Ordering::Relaxed) < count {
                tokio::task::yield_now().await;
            }
        }
    };
    wait_for(200).await;
    node.leaving.announced.cancel();
    wait_for(answered.load(Ordering::Relaxed) + 100).await;
    assert!(node.end().await, "all requests were finished");
    while let Some(client) = clients.join_next().await {
        client??;
    }
    installation.end([]).await;
    Ok(())
}

/// Takes one message as an e-mail server does; what it was told.
async fn take_mail(stream: TcpStream) -> std::io::Result<String> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let (mut told, mut in_data) = (String::new(), false);
    writer.write_all(b"220 ready\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        told = told + &line + "\n";
        let answer: &[u8] = match line.as_str() {
            "." => {
                writer.write_all(b"250 taken\r\n").await?;
                break;
            }
            _ if in_data => continue,
            "DATA" => b"354 go on\r\n",
            _ => b"250 fine\r\n",
        };
        in_data = line == "DATA";
        writer.write_all(answer).await?;
    }
    Ok(told)
}

#[tokio::test]
async fn an_e_mail_under_way_is_sent_before_the_node_leaves() -> Outcome {
    let mails = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("smtp://{}", mails.local_addr()?);
    let installation = Installation::new();
    let node = installation.node(&["--smtp-url", &url]).await;
    let host = format!("{}.localhost", installation.tenant(&node, "navi").await);
    let ana = json!({
        "firstName": "Ana", "lastName": "Souza", "email": "ana@example.com", "password": "capivara no lago 7",
        "userType": "consumer",
    });
    let register = node.ask(Method::POST, &host, "/api/auth/register");
    assert_eq!(register.json(&ana).send().await?.status(), 201);
    let forgot = node.ask(Method::POST, &host, "/api/auth/forgot-password");
    let forgot = forgot.json(&json!({"email": "ana@example.com"})).send();
    assert_eq!(forgot.await?.status(), 202);

    let (stream, _) = mails.accept().await?;
    let mut leaving = tokio::spawn(node.end());
    let left = timeout(Duration::from_secs(1), &mut leaving).await;
    assert!(left.is_err(), "it left while its e-mail was under way");
    let told = take_mail(stream).await?;
    assert!(told.contains("RCPT TO:<ana@example.com>"), "{told}");
    assert!(leaving.await?);
    installation.end([]).await;
    Ok(())
}
