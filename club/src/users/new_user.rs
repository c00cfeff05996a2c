//! The input of a registration, and the same once every field was checked.

use super::{UserType, check_name};
use kernel::{Cnpj, Cpf, Email, Error, Phone, Result};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tenancy::passwords;

/// Somebody who wants to join the club. The fields are text as it was typed, so that all that is wrong is said at once.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewUser {
    /// First name, at most 100 characters.
    #[schema(example = "Ana")]
    pub first_name: String,
    /// Last name, at most 100 characters.
    #[schema(example = "Souza")]
    pub last_name: String,
    /// E-mail; unique in the club.
    #[schema(format = "email", example = "ana@example.com")]
    pub email: String,
    /// At least 8 characters, and not a common one.
    #[schema(value_type = String, format = "password")]
    pub password: SecretString,
    /// What they will be in the club.
    pub user_type: UserType,
    /// Phone with area code; unique in the club.
    #[schema(example = "+5511912345678")]
    pub phone: Option<String>,
    /// Tax number of a person; unique in the club.
    #[schema(example = "111.444.777-35")]
    pub cpf: Option<String>,
    /// Tax number of a company; merchants only; unique in the club.
    pub cnpj: Option<String>,
    /// The `referralId` of who brought them.
    pub referred_by: Option<String>,
}

/// A [`NewUser`] whose fields keep the rules.
#[derive(Debug)]
pub(crate) struct CheckedUser {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: Email,
    pub(crate) password: SecretString,
    pub(crate) user_type: UserType,
    pub(crate) phone: Option<Phone>,
    pub(crate) cpf: Option<Cpf>,
    pub(crate) cnpj: Option<Cnpj>,
    pub(crate) referred_by: Option<String>,
}

impl NewUser {
    /// All rules that need no database; the error names every field that breaks one.
    pub(crate) fn check(self) -> Result<CheckedUser> {
        let mut form = Form::default();
        let first_name = form.field("firstName", check_name(&self.first_name));
        let last_name = form.field("lastName", check_name(&self.last_name));
        let email = form.field("email", Email::parse(&self.email));
        form.field(
            "password",
            passwords::check_strength(self.password.expose_secret()),
        );
        let phone = form.optional("phone", self.phone.as_deref(), Phone::parse);
        let cpf = form.optional("cpf", self.cpf.as_deref(), Cpf::parse);
        let cnpj = form.optional("cnpj", self.cnpj.as_deref(), |cnpj| {
            allow_cnpj(self.user_type)?;
            Cnpj::parse(cnpj)
        });
        form.end()?;
        let (Some(first_name), Some(last_name), Some(email)) = (first_name, last_name, email)
        else {
            return Err(Error::internal("a refused field was not reported"));
        };
        Ok(CheckedUser {
            first_name,
            last_name,
            email,
            password: self.password,
            user_type: self.user_type,
            phone,
            cpf,
            cnpj,
            referred_by: self.referred_by,
        })
    }
}

/// A consumer is a person; only a merchant may be a company.
pub(crate) const fn allow_cnpj(user_type: UserType) -> Result<(), &'static str> {
    match user_type {
        UserType::Merchant => Ok(()),
        UserType::Consumer => Err("not_for_consumers"),
    }
}

/// Collects the refusals of several fields, so that a person sees all of them at once.
#[derive(Debug, Default)]
pub(crate) struct Form(Option<Error>);

impl Form {
    /// The value of a field, or a note of why it is refused.
    pub(crate) fn field<T>(
        &mut self,
        name: &'static str,
        value: Result<T, &'static str>,
    ) -> Option<T> {
        value
            .map_err(|reason| {
                self.0 = Some(match self.0.take() {
                    None => Error::invalid(name, reason),
                    Some(error) => error.and(name, reason),
                });
            })
            .ok()
    }

    /// The same for a field that may be absent.
    pub(crate) fn optional<T>(
        &mut self,
        name: &'static str,
        text: Option<&str>,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        text.and_then(|text| self.field(name, parse(text)))
    }

    /// The refusal, when any field is refused.
    pub(crate) fn end(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}
