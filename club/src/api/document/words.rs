//! One concept has one word, so one word has one example.
//!
//! A field whose word is not here gives its own with `#[schema(example = …)]`; that is also the way where a word needs
//! another example than elsewhere.

use serde_json::{Value, json};

/// An example for a field of this name, if its word is known and the type fits.
pub(super) fn example(name: &str, schema: &Value) -> Option<Value> {
    let is_text = schema["type"] == "string" || schema["type"] == json!(["string", "null"]);
    if is_text && schema.get("enum").is_none() {
        text(name).map(Value::from)
    } else {
        number(name, schema)
    }
}

fn text(name: &str) -> Option<&'static str> {
    let example = match name {
        "firstName" => "Ana",
        "lastName" => "Souza",
        "email" | "supportEmail" => "ana@example.com",
        "phone" | "supportPhone" | "supportWhatsapp" => "+5511912345678",
        "password" | "currentPassword" => "um cavalo correto",
        "newPassword" => "outro cavalo correto",
        "referralId" | "referredBy" => "7K2M9QXA",
        "publicKey" => "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "accessToken" => "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",
        "refreshToken" => "0SuiEOJSDQFrazX8kWaGCHZprGA13zJWfnhzqPtU0l0",
        "token" => "b5cLQZ0rV2Lw6h4mIYxq5y0D7Wv1kqf9xg8x5w6JHnM",
        "message" => "A sentence for the developer.",
        "club" | "companyName" | "appName" => "Clube Navi",
        "tagline" => "Comprar perto volta para o bolso.",
        "timeZone" => "America/Sao_Paulo",
        "websiteUrl" => "https://clube-navi.clubedigital.com.br",
        "subdomain" => "clube-navi.clubedigital.com.br",
        "host" => "127.0.0.1",
        "minimumAppVersion" => "1.0.0",
        "displayName" => "Marketplace",
        "name" => "Café torrado em grãos, 1 kg",
        "description" => "Arábica do sul de Minas, torra média.",
        "receiptNumber" => "NF-1234",
        "reason" => "O produto voltou.",
        "action" => "profile.change",
        "subject" => "user:01905f3c-0000-7000-8000-000000000001",
        _ => return None,
    };
    Some(example)
}

fn number(name: &str, schema: &Value) -> Option<Value> {
    if schema["type"] != "integer" {
        return None;
    }
    let example = match name {
        "expiresIn" => 900,
        "kycLevel" | "sortOrder" => 0,
        "quantity" | "number" | "version" => 1,
        _ => return None,
    };
    Some(json!(example))
}
