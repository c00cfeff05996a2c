//! Which level documents are good for.

use crate::user_documents::UserDocumentKind::{
    self, CompanyRegistration, IdentityBack, IdentityFront, ProofOfAddress, Selfie,
};

/// The level of a user with these approved documents. A company (an account with a CNPJ) shows its registration, a person
/// both sides of an identity document; the highest level shows the person, their face and their address in any case.
pub fn level(is_company: bool, approved: &[UserDocumentKind]) -> i16 {
    let shows = |kinds: &[UserDocumentKind]| kinds.iter().all(|kind| approved.contains(kind));
    let shows_person = shows(&[IdentityFront, IdentityBack]);
    let shows_tax_number = if is_company {
        shows(&[CompanyRegistration])
    } else {
        shows_person
    };
    if !shows_tax_number {
        0
    } else if shows_person && shows(&[Selfie, ProofOfAddress]) {
        2
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_shows_both_sides_then_face_and_address() {
        assert_eq!(level(false, &[]), 0);
        assert_eq!(level(false, &[IdentityFront, Selfie, ProofOfAddress]), 0);
        assert_eq!(level(false, &[CompanyRegistration]), 0);
        assert_eq!(level(false, &[IdentityBack, IdentityFront]), 1);
        assert_eq!(level(false, &[IdentityFront, IdentityBack, Selfie]), 1);
        assert_eq!(level(false, &UserDocumentKind::ALL[..4]), 2);
    }

    #[test]
    fn a_company_shows_its_registration_too() {
        assert_eq!(level(true, &UserDocumentKind::ALL[..4]), 0);
        assert_eq!(level(true, &[CompanyRegistration]), 1);
        assert_eq!(
            level(true, &[CompanyRegistration, Selfie, ProofOfAddress]),
            1
        );
        assert_eq!(level(true, &UserDocumentKind::ALL), 2);
    }

    #[test]
    fn one_more_document_never_lowers_it() {
        for is_company in [false, true] {
            for set in 0_u8..32 {
                let of = |set: u8| -> Vec<_> {
                    let all = UserDocumentKind::ALL.into_iter().enumerate();
                    all.filter_map(|(bit, kind)| (set & (1 << bit) != 0).then_some(kind))
                        .collect()
                };
                for bit in 0..5 {
                    assert!(level(is_company, &of(set)) <= level(is_company, &of(set | 1 << bit)));
                }
            }
        }
    }
}
