//! The sandbox's webhooks: written like a real provider's, delivered late, often and in any order when told so.

use super::book::{Book, Payout};
use crate::pix::{PayoutStatus, PixRefund, ReceivedPix, RefundStatus};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

/// A webhook that waits for its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Letter {
    #[serde(with = "time::serde::rfc3339")]
    due: OffsetDateTime,
    body: String,
}

impl Book {
    /// Tells of a payment, as the standard has it: only of one with a `txid`.
    pub(super) fn tell_of_pix(&mut self, pix: &ReceivedPix, at: OffsetDateTime) {
        if pix.txid.is_some() {
            let refunds: Vec<_> = pix.refunds.iter().map(refund).collect();
            let mut body = json!({
                "endToEndId": pix.end_to_end_id,
                "txid": pix.txid,
                "valor": pix.amount,
                "horario": rfc3339(pix.received_at),
            });
            if !refunds.is_empty() {
                body["devolucoes"] = Value::from(refunds);
            }
            self.post(&body, at);
        }
    }

    /// Tells of a payout, as Efí does.
    pub(super) fn tell_of_payout(&mut self, payout: &Payout, at: OffsetDateTime) {
        let status = match payout.status {
            PayoutStatus::Accepted | PayoutStatus::Unknown => "EM_PROCESSAMENTO",
            PayoutStatus::Settled(_) | PayoutStatus::Returned { .. } => "REALIZADO",
            PayoutStatus::Rejected(_) => "NAO_REALIZADO",
        };
        let body = json!({
            "endToEndId": payout.end_to_end_id,
            "tipo": "SOLICITACAO",
            "status": status,
            "valor": payout.amount,
            "horario": rfc3339(at),
            "gnExtras": { "idEnvio": payout.id },
        });
        self.post(&body, at);
    }

    fn post(&mut self, entry: &Value, at: OffsetDateTime) {
        let letter = Letter {
            due: at + Duration::seconds(self.orders.delay.into()),
            body: json!({ "pix": [entry] }).to_string(),
        };
        for _ in 0..self.orders.copies {
            self.post.push(letter.clone());
        }
    }

    /// Takes out the bodies whose time has come.
    pub(super) fn deliver(&mut self, now: OffsetDateTime) -> Vec<String> {
        let (mut due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.post)
            .into_iter()
            .partition(|letter| letter.due <= now);
        self.post = later;
        if self.orders.shuffled {
            self.draw.shuffle(&mut due);
        }
        due.into_iter().map(|letter| letter.body).collect()
    }
}

fn refund(refund: &PixRefund) -> Value {
    json!({
        "id": refund.id,
        "rtrId": refund.return_id,
        "valor": refund.amount,
        "horario": {},
        "status": match refund.status {
            RefundStatus::Returned => "DEVOLVIDO",
            RefundStatus::Failed => "NAO_REALIZADO",
            RefundStatus::Processing | RefundStatus::Other => "EM_PROCESSAMENTO",
        },
    })
}

fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}
