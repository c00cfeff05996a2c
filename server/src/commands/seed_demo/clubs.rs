//! The two clubs of the demo, as unlike as two brands can be.

use kernel::{Colour, Error, Result};
use tenancy::{
    branding::Branding,
    provisioning::{NewTenant, NewTenantFields},
};

pub(super) struct Club {
    pub(super) slug: &'static str,
    pub(super) app_name: &'static str,
    company: &'static str,
    pub(super) email: &'static str,
    /// Looks, and changes nothing.
    pub(super) viewer: &'static str,
    document: &'static str,
    phone: &'static str,
    plan: &'static str,
    tagline: &'static str,
    colours: [&'static str; 3],
    support_email: &'static str,
    support_whatsapp: &'static str,
    /// Pays already; the other one is on trial.
    pub(super) is_subscriber: bool,
}

pub(super) const CLUBS: [Club; 2] = [
    Club {
        slug: "clube-navi",
        app_name: "Clube Navi",
        company: "Navi Benefícios Ltda.",
        email: "admin@clubenavi.example",
        viewer: "viewer@clubenavi.example",
        document: "90010001000100",
        phone: "+551130001000",
        plan: "PRO",
        tagline: "Compre no bairro e receba parte de volta",
        colours: ["#0b5cad", "#0a2540", "#ffb020"],
        support_email: "ajuda@clubenavi.example",
        support_whatsapp: "+5511988001000",
        is_subscriber: true,
    },
    Club {
        slug: "empresa-b",
        app_name: "B Vantagens",
        company: "Empresa B Comércio S.A.",
        email: "admin@empresab.example",
        viewer: "viewer@empresab.example",
        document: "90020002000135",
        phone: "+552130002000",
        plan: "BASIC",
        tagline: "O cashback de quem trabalha com a gente",
        colours: ["#9d174d", "#3b0764", "#14b8a6"],
        support_email: "suporte@empresab.example",
        support_whatsapp: "+5521988002000",
        is_subscriber: false,
    },
];

impl Club {
    pub(super) fn new_tenant(&self, password: &str) -> Result<NewTenant> {
        let new = NewTenant::parse(NewTenantFields {
            slug: self.slug.to_owned(),
            name: self.company.to_owned(),
            email: self.email.to_owned(),
            document: self.document.to_owned(),
            phone: self.phone.to_owned(),
            plan: self.plan.to_owned(),
            admin_password: Some(password.into()),
        })?;
        let branding = self.branding(Branding::initial(self.app_name, &new.slug))?;
        Ok(NewTenant {
            branding: Some(branding),
            ..new
        })
    }

    fn branding(&self, initial: Branding) -> Result<Branding> {
        let colour = |text| Colour::parse(text).map_err(Error::internal);
        let [primary, secondary, accent] = self.colours;
        Ok(Branding {
            tagline: self.tagline.to_owned(),
            primary_color: colour(primary)?,
            secondary_color: colour(secondary)?,
            accent_color: colour(accent)?,
            support_email: Some(self.support_email.to_owned()),
            support_phone: Some(self.phone.to_owned()),
            support_whatsapp: Some(self.support_whatsapp.to_owned()),
            ..initial
        })
    }
}

#[cfg(test)]
mod tests {
    use super::CLUBS;

    #[test]
    fn both_clubs_can_be_made() {
        for club in &CLUBS {
            let new = club.new_tenant(super::super::PASSWORD).expect(club.slug);
            assert_eq!(new.slug.as_str(), club.slug);
        }
    }
}
