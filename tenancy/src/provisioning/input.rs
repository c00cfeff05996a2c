//! What is asked for.

use crate::{branding::Branding, passwords, tenants::SubscriptionPlan};
use kernel::{Document, Email, Error, Phone, Result, Slug};
use secrecy::{ExposeSecret, SecretString};

/// A tenant to be made.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// Its name in addresses, for good.
    pub slug: Slug,
    /// The company behind the club.
    pub name: String,
    /// Where the platform writes to; also its first administrator's sign-in.
    pub email: Email,
    /// The company's CNPJ or its owner's CPF.
    pub document: Document,
    /// Where the platform calls.
    pub phone: Phone,
    /// What it subscribes to.
    pub plan: SubscriptionPlan,
    /// The first administrator's password; drawn when absent.
    pub admin_password: Option<SecretString>,
    /// How it looks; a colour is picked for it when absent.
    pub branding: Option<Branding>,
}

/// The same as typed by a person.
#[derive(Clone, Debug, Default)]
pub struct NewTenantFields {
    /// See [`NewTenant::slug`].
    pub slug: String,
    /// See [`NewTenant::name`].
    pub name: String,
    /// See [`NewTenant::email`].
    pub email: String,
    /// See [`NewTenant::document`].
    pub document: String,
    /// See [`NewTenant::phone`].
    pub phone: String,
    /// `BASIC`, `PRO` or `ENTERPRISE`.
    pub plan: String,
    /// See [`NewTenant::admin_password`]; empty counts as absent.
    pub admin_password: Option<SecretString>,
}

impl NewTenant {
    /// Reads what was typed; the error names every field that breaks a rule.
    pub fn parse(fields: NewTenantFields) -> Result<Self> {
        let slug = Slug::parse(fields.slug.trim());
        let name = name(&fields.name);
        let email = Email::parse(&fields.email);
        let document = Document::parse(&fields.document);
        let phone = Phone::parse(&fields.phone);
        let plan = plan(&fields.plan);
        let admin_password = fields
            .admin_password
            .filter(|password| !password.expose_secret().is_empty());
        let strength = strength(admin_password.as_ref());
        let refused = [
            ("slug", slug.as_ref().err()),
            ("name", name.as_ref().err()),
            ("email", email.as_ref().err()),
            ("document", document.as_ref().err()),
            ("phone", phone.as_ref().err()),
            ("plan", plan.as_ref().err()),
            ("adminPassword", strength.as_ref().err()),
        ];
        Error::check(
            refused.map(|(field, reason)| (field, reason.is_none(), *reason.unwrap_or(&""))),
        )?;
        let invalid = |field| move |reason: &'static str| Error::invalid(field, reason);
        Ok(Self {
            slug: slug.map_err(invalid("slug"))?,
            name: name.map_err(invalid("name"))?,
            email: email.map_err(invalid("email"))?,
            document: document.map_err(invalid("document"))?,
            phone: phone.map_err(invalid("phone"))?,
            plan: plan.map_err(invalid("plan"))?,
            admin_password,
            branding: None,
        })
    }

    /// The rules that the types do not hold already.
    pub(super) fn check(&self) -> Result<()> {
        let name = name(&self.name).err();
        let strength = strength(self.admin_password.as_ref()).err();
        Error::check(
            [("name", name), ("adminPassword", strength)]
                .map(|(field, reason)| (field, reason.is_none(), reason.unwrap_or(""))),
        )
    }
}

fn name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    match name.chars().count() {
        0 => Err("required"),
        121.. => Err("too_long"),
        _ if name.chars().any(char::is_control) => Err("invalid"),
        _ => Ok(name.to_owned()),
    }
}

fn plan(text: &str) -> Result<SubscriptionPlan, &'static str> {
    match text.trim().to_ascii_uppercase().as_str() {
        "" => Err("required"),
        "BASIC" => Ok(SubscriptionPlan::Basic),
        "PRO" => Ok(SubscriptionPlan::Pro),
        "ENTERPRISE" => Ok(SubscriptionPlan::Enterprise),
        _ => Err("invalid"),
    }
}

fn strength(password: Option<&SecretString>) -> Result<(), &'static str> {
    password.map_or(Ok(()), |password| {
        passwords::check_strength(password.expose_secret())
    })
}
