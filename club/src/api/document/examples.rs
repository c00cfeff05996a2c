//! An example of a body, put together from its schema: what a field says itself (`#[schema(example = …)]`), else what is
//! known of its word ([`super::words`]), else what its type leaves no doubt about.
//!
//! Somebody who asks gives what has to be given and what has an example of its own; an answer has all its fields.

use super::words;
use serde_json::{Map, Value, json};

/// What is sent to a route whose body has this schema. Adds to `unknown` the fields that nothing is known of.
pub(super) fn asked(schemas: &Value, schema: &Value, unknown: &mut Vec<String>) -> Value {
    let mut maker = Maker {
        schemas,
        only_needed: true,
        unknown,
    };
    maker.value("", schema)
}

/// What a route answers whose body has this schema. Adds to `unknown` the fields that nothing is known of.
pub(super) fn answered(schemas: &Value, schema: &Value, unknown: &mut Vec<String>) -> Value {
    let mut maker = Maker {
        schemas,
        only_needed: false,
        unknown,
    };
    maker.value("", schema)
}

struct Maker<'a> {
    schemas: &'a Value,
    only_needed: bool,
    unknown: &'a mut Vec<String>,
}

impl Maker<'_> {
    /// An example of a field of this name; the body itself has none.
    fn value(&mut self, name: &str, schema: &Value) -> Value {
        if let Some(example) = schema.get("example") {
            return example.clone();
        }
        if let Some(example) = words::example(name, schema) {
            return example;
        }
        if let Some(target) = schema["$ref"].as_str() {
            let target = target.rsplit('/').next().unwrap_or_default();
            let schemas = self.schemas;
            return self.value(name, &schemas[target]);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().map(|part| self.value(name, part));
            let members = parts.filter_map(|part| match part {
                Value::Object(members) => Some(members),
                _ => None,
            });
            return Value::Object(members.flatten().collect());
        }
        if let Some(choice) = schema["oneOf"]
            .as_array()
            .and_then(|choices| choices.first())
        {
            return self.value(name, choice);
        }
        if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
            return first.clone();
        }
        self.of_type(name, schema)
    }

    fn of_type(&mut self, name: &str, schema: &Value) -> Value {
        match (type_of(schema), schema["format"].as_str()) {
            ("object", _) => self.object(schema),
            ("array", _) => json!([self.value(name, &schema["items"])]),
            ("boolean", _) => json!(true),
            ("string", Some("uuid")) => json!("01905f3c-0000-7000-8000-000000000001"),
            ("string", Some("date-time")) => json!("2026-06-01T12:00:00Z"),
            ("string", Some("date")) => json!("2026-06-01"),
            _ if is_nullable(schema) => Value::Null,
            _ => {
                self.unknown.push(name.to_owned());
                Value::Null
            }
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let fields = schema["properties"].as_object().into_iter().flatten();
        let mut object = Map::new();
        for (name, field) in fields {
            if !self.only_needed || is_needed(schema, name) || field.get("example").is_some() {
                object.insert(name.clone(), self.value(name, field));
            }
        }
        Value::Object(object)
    }
}

fn is_needed(schema: &Value, name: &str) -> bool {
    let needed = schema["required"].as_array();
    needed.is_some_and(|names| names.iter().any(|it| it == name))
}

fn is_nullable(schema: &Value) -> bool {
    let types = schema["type"].as_array();
    types.is_some_and(|types| types.iter().any(|it| it == "null"))
}

/// The type, of which `null` may be an alternative.
fn type_of(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(types) => types
            .iter()
            .filter_map(Value::as_str)
            .find(|it| *it != "null"),
        of => of.as_str(),
    }
    .unwrap_or_default()
}
